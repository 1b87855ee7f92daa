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
  private final double weightSum;
  private final boolean isAnyWeightNegative;

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
    double sum = 0;
    boolean isAnyNegative = false;
    for (float weight : this.weights) {
      sum += weight;
      isAnyNegative |= weight < 0;
    }
    weightSum = sum;
    isAnyWeightNegative = isAnyNegative;
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
  public double weight(int index) {
    return weights.length == 0 ? 1 : weights[index];
  }

  /** Σ w over the classes. */
  double weightSum(int classes) {
    return weights.length == 0 ? classes : weightSum;
  }

  boolean isAnyWeightNegative() {
    return isAnyWeightNegative;
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

  /** A coefficient times a loss, where 0·∞ counts 0. */
  static double weighted(double coefficient, double nats) {
    return coefficient == 0 && Double.isInfinite(nats) ? 0 : coefficient * nats;
  }
}
