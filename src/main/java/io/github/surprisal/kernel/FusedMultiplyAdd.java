/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.math.BigDecimal;

/** Whether {@link Math#fma(double, double, double)} is an instruction here, or software. */
final class FusedMultiplyAdd {

  /** What people should know where it is software. */
  static final String ADVICE =
      "very slow here, since Java does fused multiply-add in software: take a processor with FMA"
          + " (x86 from 2013 on; a virtual machine may hide it) and start Java without -XX:-UseFMA"
          + " and -XX:UseAVX=0";

  private static final int ROUNDS = 5;
  private static final int CALLS = 16;

  /** Measured once, where it is asked for, which takes milliseconds. */
  static final boolean IS_SOFTWARE = isSoftware();

  private FusedMultiplyAdd() {}

  /**
   * Software takes as long as the BigDecimal that it is made of, compiled or not, and an
   * instruction less than a hundredth of that even in the interpreter: the least of several rounds
   * of each, in turns, tells one from the other on a busy machine too.
   */
  private static boolean isSoftware() {
    long leastFused = Long.MAX_VALUE;
    long leastExact = Long.MAX_VALUE;
    double x = 1.0 / 3;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      x = fused(x);
      long middle = System.nanoTime();
      x = exact(x);
      long end = System.nanoTime();
      leastFused = Math.min(leastFused, middle - start);
      leastExact = Math.min(leastExact, end - middle);
    }
    return leastFused > leastExact / 8;
  }

  private static double fused(double start) {
    double x = start;
    for (int i = 0; i < CALLS; i++) {
      x = Math.fma(x, -0.75, 0.25);
    }
    return x;
  }

  private static double exact(double start) {
    BigDecimal factor = new BigDecimal("-0.75");
    BigDecimal summand = new BigDecimal("0.25");
    double x = start;
    for (int i = 0; i < CALLS; i++) {
      x = new BigDecimal(x).multiply(factor).add(summand).doubleValue();
    }
    return x;
  }
}
