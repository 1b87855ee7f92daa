/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.Temperature;

/** What the losses of all rows of a call have in common, already checked. */
public final class LossSettings {

  private final ClassWeights weights;
  private final double smoothing;
  private final Temperature temperature;
  private final double zLoss;
  private final boolean isMean;
  private final boolean isParallel;

  /**
   * The settings of a call.
   *
   * @param weights one weight for each class, in which an infinite one counts as NaN; empty for 1
   *     everywhere
   * @param smoothing the share of the target's probability that is spread over all classes
   * @param temperature what logits are divided by
   * @param zLoss the weight of (log Σ e<sup>y</sup>)² in the loss of a row; 0 if there are weights
   * @param isMean whether the losses are reduced to their mean, or else to their sum
   * @param isParallel whether rows may be spread over threads
   */
  public LossSettings(
      float[] weights,
      double smoothing,
      Temperature temperature,
      double zLoss,
      boolean isMean,
      boolean isParallel) {
    this.weights = new ClassWeights(weights);
    this.smoothing = smoothing;
    this.temperature = temperature;
    this.zLoss = zLoss;
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

  /** What logits are divided by. */
  public Temperature temperature() {
    return temperature;
  }

  double zLoss() {
    return zLoss;
  }

  /** Whether a loss is of the logits as they lie, and of −log softmax at the target alone. */
  boolean arePlain() {
    return smoothing == 0 && zLoss == 0 && temperature.isOne();
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
