/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An arena of {@code java.lang.foreign}, looked up at run time: it came with JDK 22, tests are
 * compiled for 17. Tests that make one are skipped where there is none.
 */
final class NativeArena implements AutoCloseable {

  private final Object arena;

  private NativeArena(String kind) {
    assumeThat(Runtime.version().feature()).as("JDK with arenas").isGreaterThanOrEqualTo(22);
    arena = call("java.lang.foreign.Arena", kind, null);
  }

  /** Memory that the current thread alone may read. */
  static NativeArena ofConfined() {
    return new NativeArena("ofConfined");
  }

  /** Memory that all threads may read, and any may close. */
  static NativeArena ofShared() {
    return new NativeArena("ofShared");
  }

  /** New bytes, in the order of this machine. */
  ByteBuffer allocate(long bytes) {
    Object segment = call("java.lang.foreign.Arena", "allocate", arena, bytes, 64L);
    var buffer = (ByteBuffer) call("java.lang.foreign.MemorySegment", "asByteBuffer", segment);
    return buffer.order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    call("java.lang.foreign.Arena", "close", arena);
  }

  private static Object call(String type, String method, Object target, Long... arguments) {
    Class<?>[] types = new Class<?>[arguments.length];
    Arrays.fill(types, long.class);
    try {
      return Class.forName(type).getMethod(method, types).invoke(target, (Object[]) arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + "." + method, e);
    }
  }
}
