/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/** The lanes of a sum, and the fixed tree that folds them into one double. */
public final class Lanes {

  /** Float lanes: the running sums. */
  public final float[] high = new float[RowKernels.LANES];

  /** Float lanes: what the additions to {@link #high} dropped. */
  public final float[] low = new float[RowKernels.LANES];

  private final double[] wide = new double[RowKernels.LANES];

  /** Sets every lane to 0. */
  void clear() {
    for (int j = 0; j < RowKernels.LANES; j++) {
      high[j] = 0;
      low[j] = 0;
    }
  }

  /** Adds {@code terms[0 … LANES)} with TwoSum, which is exact but for the small sums in low. */
  void add(float[] terms) {
    for (int j = 0; j < RowKernels.LANES; j++) {
      float before = high[j];
      float term = terms[j];
      float sum = before + term;
      float added = sum - before;
      low[j] += (before - (sum - added)) + (term - added);
      high[j] = sum;
    }
  }

  /** The sum of all lanes. */
  double sum() {
    for (int j = 0; j < RowKernels.LANES; j++) {
      wide[j] = (double) high[j] + low[j];
    }
    return sum(wide);
  }

  /** The sum of double lanes, folded by halves; overwrites them. */
  static double sum(double[] lanes) {
    for (int half = lanes.length / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        lanes[j] += lanes[j + half];
      }
    }
    return lanes[0];
  }
}
