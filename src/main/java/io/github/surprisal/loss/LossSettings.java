/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/** What the losses of all rows of a call have in common, already checked. */
public final class LossSettings {

  private final ClassWeights weights;
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
    this.weights = new ClassWeights(weights);
    this.smoothing = smoothing;
    this.isMean = isMean;
    this.isParallel = isParallel;
  }

  ClassWeights weights() {
    return weights;
  }

  /** The weight of a class. */
  public double weight(int index) {
    return weights.of(index);
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
