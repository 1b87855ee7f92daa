/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.PredictionArrays;

/**
 * What the logits say of each token, as {@link Predictions#of(FloatTensor, IntTensor)} finds it.
 * Every tensor has the shape of the targets. Immutable.
 *
 * <p>A row that holds NaN or +∞, or nothing but −∞, has no probabilities: its log-probabilities and
 * entropy are NaN, its rank is 0 and its predicted class −1. An ignored row has rank 0 and
 * predicted class −1 too, and 0 for the rest.
 */
public final class TokenPredictions {
  private final DoubleTensor logProbs;
  private final IntTensor ranks;
  private final DoubleTensor entropies;
  private final IntTensor predicted;
  private final DoubleTensor predictedLogProbs;

  /** The predictions of rows of a shape. */
  TokenPredictions(PredictionArrays rows, Shape shape) {
    int[] axes = shape.toArray();
    logProbs = DoubleTensor.wrap(rows.logProbs, axes);
    ranks = IntTensor.wrap(rows.ranks, axes);
    entropies = DoubleTensor.wrap(rows.entropies, axes);
    predicted = IntTensor.wrap(rows.predicted, axes);
    predictedLogProbs = DoubleTensor.wrap(rows.predictedLogProbs, axes);
  }

  /**
   * Returns the log-probability of each target, log p[t]: its loss with the other sign, apart from
   * the rounding of either.
   *
   * @return log-probabilities in nats, 0 or less; −∞ where the target's logit is −∞
   */
  public DoubleTensor logProbs() {
    return logProbs;
  }

  /**
   * Returns where each target stands among the classes: 1 + the number of classes with a larger
   * logit. Equal logits have the same rank, and −0 equals 0.
   *
   * @return ranks from 1 on
   */
  public IntTensor ranks() {
    return ranks;
  }

  /**
   * Returns the entropy of each row's distribution, −Σ p·log p: 0 for a model that is sure of one
   * class, log C for one that holds all C classes equally likely. It does not depend on the target.
   *
   * @return entropies in nats, 0 or more
   */
  public DoubleTensor entropies() {
    return entropies;
  }

  /**
   * Returns the likeliest class of each row: the first with the largest logit.
   *
   * @return classes
   */
  public IntTensor predicted() {
    return predicted;
  }

  /**
   * Returns the log-probability of the likeliest class of each row.
   *
   * @return log-probabilities in nats, 0 or less
   */
  public DoubleTensor predictedLogProbs() {
    return predictedLogProbs;
  }

  /**
   * All of it.
   *
   * @return text for people to read, whose form may change
   */
  @Override
  public String toString() {
    return "TokenPredictions[logProbs="
        + logProbs
        + ", ranks="
        + ranks
        + ", entropies="
        + entropies
        + ", predicted="
        + predicted
        + ", predictedLogProbs="
        + predictedLogProbs
        + "]";
  }
}
