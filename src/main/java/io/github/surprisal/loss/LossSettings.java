/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/** What the losses of all rows of a call have in common, already checked. */
public final class LossSettings {

  private final float[] weights;
  private final double smoothing;
  private final boolean isMean;
  private final boolean isParallel;

  /**
   * The settings of a call.
   *
   * @param weights one weight for each class, in which an infinite one counts as NaN; empty for 1
   *     everywhere
   * @param smoothing the share of the target's probability that is spread over all classes
   * @param isMean whether the losses are reduced to their mean, or else to their sum
   * @param isParallel whether rows may be spread over threads
   */
  public LossSettings(float[] weights, double smoothing, boolean isMean, boolean isParallel) {
    this.weights = withoutInfinities(weights);
    this.smoothing = smoothing;
    this.isMean = isMean;
    this.isParallel = isParallel;
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

  /** One weight for each class, or none at all. */
  float[] weights() {
    return weights;
  }

  /** The weight of a class. */
  double weight(int index) {
    return weights.length == 0 ? 1 : weights[index];
  }

  double smoothing() {
    return smoothing;
  }

  boolean isMean() {
    return isMean;
  }

  boolean isParallel() {
    return isParallel;
  }
}
