/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.KernelProvider;

/** What a bug report should say about how this library runs. */
public final class Surprisal {

  private Surprisal() {}

  /**
   * Which implementation of the hot loops runs, and why.
   *
   * <p>{@code loop} is plain Java; {@code vector} is the Vector API, chosen where HotSpot from Java
   * 17 to 25 runs its C2 compiler and {@code --add-modules jdk.incubator.vector} is given. Both
   * give the same bits. The system property {@code surprisal.kernels} set to {@code loop} or {@code
   * vector} forces one.
   *
   * <p>Both use fused multiply-add. Where Java computes it in software, some thousand times slower,
   * as on x86 processors from before 2013, the text ends by saying so. To find out, the first call
   * measures for some milliseconds.
   *
   * @return a text such as {@code vector of 512 bits: Java 25.0.1+8, amd64}
   * @throws IllegalStateException if the system property asks for a kernel that can't run; whatever
   *     computes losses throws the same
   */
  public static String kernels() {
    return KernelProvider.description();
  }
}
