/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.KernelProvider;

/**
 * How this library runs on this machine: {@link #kernelInUse} for programs, {@link #kernels} for
 * people and bug reports.
 *
 * <p>Two kernels compute the loops over the vocabulary: one in plain Java, and one on the Vector
 * API, which is chosen where HotSpot from Java 17 to 25 runs its C2 compiler and {@code
 * --add-modules jdk.incubator.vector} is given. Both give the same bits. The system property {@code
 * surprisal.kernels} set to {@code loop} or {@code vector} forces one.
 */
public final class Surprisal {

  private Surprisal() {}

  /**
   * Returns which kernel runs: vectors or loops, how wide the vectors are, and the reason.
   *
   * @return the kernel in use, the same for all calls
   * @throws IllegalStateException if the system property asks for a kernel that can't run; whatever
   *     computes losses throws the same
   */
  public static Kernel kernelInUse() {
    return new Kernel(KernelProvider.vectorBits(), KernelProvider.reason());
  }

  /**
   * Returns {@link #kernelInUse} as a text, and what else was found out about this machine.
   *
   * <p>Both kernels use fused multiply-add. Where Java computes it in software, a thousand times
   * slower and more, for example on x86 processors from before 2013, the text ends by saying so. To
   * find out, the first call measures for some milliseconds.
   *
   * @return a text such as {@code vector of 512 bits: Java 25.0.1+8, amd64}
   * @throws IllegalStateException if the system property asks for a kernel that can't run; whatever
   *     computes losses throws the same
   */
  public static String kernels() {
    return KernelProvider.description();
  }
}
