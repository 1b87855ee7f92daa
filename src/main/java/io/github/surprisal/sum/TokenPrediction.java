/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/**
 * What a row of logits says of its token besides the loss. Mutable, so that nothing is allocated
 * for a row.
 */
public final class TokenPrediction {

  boolean isCorrect;
  int rank;
  double entropy;
  double gap;
  double probability;

  /**
   * Makes this another prediction.
   *
   * @param isCorrect whether the likeliest class is the target
   * @param rank 1 + the number of classes with a larger logit than the target's; 0 if the row has
   *     no probabilities
   * @param entropy the entropy of the row in nats; NaN if the row has no probabilities
   * @param gap −log P(target) − entropy in nats; NaN if the row has no probabilities
   * @param probability the probability of the likeliest class; NaN if the row has none
   */
  public void set(boolean isCorrect, int rank, double entropy, double gap, double probability) {
    this.isCorrect = isCorrect;
    this.rank = rank;
    this.entropy = entropy;
    this.gap = gap;
    this.probability = probability;
  }

  /** Makes this the same as another prediction. */
  void set(TokenPrediction other) {
    set(other.isCorrect, other.rank, other.entropy, other.gap, other.probability);
  }
}
