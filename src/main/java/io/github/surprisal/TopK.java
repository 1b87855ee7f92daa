/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/**
 * The likeliest classes of each row, as {@link Predictions#topK(FloatTensor, int)} finds them: by
 * larger logit, and where logits are equal, by smaller class. Immutable.
 */
public final class TopK {
  private final IntTensor classes;
  private final DoubleTensor logProbs;

  TopK(IntTensor classes, DoubleTensor logProbs) {
    this.classes = classes;
    this.logProbs = logProbs;
  }

  /**
   * Returns the classes, the likeliest first.
   *
   * @return classes of the shape of the rows with k more along a last axis; −1 throughout a row
   *     that holds NaN or +∞, or nothing but −∞
   */
  public IntTensor classes() {
    return classes;
  }

  /**
   * Returns the log-probability of each class.
   *
   * @return log-probabilities in nats, of the shape of {@link #classes()}; −∞ of a logit of −∞; NaN
   *     throughout a row that holds NaN or +∞, or nothing but −∞
   */
  public DoubleTensor logProbs() {
    return logProbs;
  }

  /**
   * The classes and their log-probabilities.
   *
   * @return text for people to read, whose form may change
   */
  @Override
  public String toString() {
    return "TopK[classes=" + classes + ", logProbs=" + logProbs + "]";
  }
}
