/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Whatever is thrown while rows are added, none of them is. */
final class FailedAddTest {

  private static final int ROWS = 64;
  private static final int CLASSES = 8_192;
  private static final IntTensor TARGETS =
      IntTensor.wrap(new Random(5).ints(ROWS, -1, CLASSES).toArray(), 1, ROWS);

  private static CrossEntropyOptions options() {
    return CrossEntropyOptions.defaults().ignoreIndex(-1);
  }

  /** What is thrown then depends on where the rows are; sometimes nothing is. */
  @Test
  void logitsThatAreClosedWhileTheyAreRead() {
    long seed = new Random().nextLong();
    System.out.println("closed while read: seed " + seed);
    Random random = new Random(seed);
    LossAccumulator losses = new LossAccumulator(options());
    LossAccumulator expected = new LossAccumulator(options());
    FloatTensor whole = FloatTensor.wrap(new float[ROWS * CLASSES], 1, ROWS, CLASSES);
    for (int i = 0; i < 100; i++) {
      NativeArena arena = NativeArena.ofShared();
      FloatTensor logits =
          FloatTensor.wrap(
              arena.allocate((long) ROWS * CLASSES * Float.BYTES).asFloatBuffer(),
              1,
              ROWS,
              CLASSES);
      long nanos = random.nextInt(2_000_000);
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(
              () -> {
                LockSupport.parkNanos(nanos);
                arena.close();
              });
      if (catchThrowable(() -> losses.add(logits, TARGETS)) == null) {
        expected.add(whole, TARGETS);
      }
      closed.join();
    }
    assertThat(losses.report()).isEqualTo(expected.report());
  }
}
