/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import java.util.Arrays;

/** One weight for each class, or 1 for all. */
final class ClassWeights {

  /** Ones, where every class has the weight 1; not to be written. */
  static final float[] ONES = new float[TileKernel.TILE];

  static {
    Arrays.fill(ONES, 1f);
  }

  private final float[] weights;
  private final double sum;
  private final boolean isAnyNegative;

  /**
   * Weights of classes.
   *
   * @param weights one a class, in which an infinite one counts as NaN; empty for 1 everywhere
   */
  ClassWeights(float[] weights) {
    this.weights = withoutInfinities(weights);
    double all = 0;
    boolean isAnyBelow = false;
    for (float weight : this.weights) {
      all += weight;
      isAnyBelow |= weight < 0;
    }
    sum = all;
    isAnyNegative = isAnyBelow;
  }

  /** What an infinite weight enters is NaN, and not NaN or ±∞ by what it meets there. */
  private static float[] withoutInfinities(float[] weights) {
    float[] usable = weights;
    for (int c = 0; c < weights.length; c++) {
      if (Float.isInfinite(weights[c])) {
        usable = usable == weights ? weights.clone() : usable;
        usable[c] = Float.NaN;
      }
    }
    return usable;
  }

  /** Whether every class has the weight 1. */
  boolean areNone() {
    return weights.length == 0;
  }

  /** The weight of a class. */
  double of(int index) {
    return areNone() ? 1 : weights[index];
  }

  /** Σ w over the classes. */
  double sum(int classes) {
    return areNone() ? classes : sum;
  }

  boolean isAnyNegative() {
    return isAnyNegative;
  }

  /** Where the weights of a tile of classes stand, from {@link #offset} on; not to be written. */
  float[] array() {
    return areNone() ? ONES : weights;
  }

  /** Where in {@link #array} the weight of class {@code from} stands, if a tile begins there. */
  int offset(int from) {
    return areNone() ? 0 : from;
  }
}
