/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/**
 * What the logits say of sequences, as {@link Predictions#perSequence(FloatTensor, IntTensor)}
 * finds it: of each candidate among several, say. Every tensor has the shape of the targets without
 * their last axis, along which the tokens of a sequence lie. Immutable.
 *
 * <p>Ignored tokens, such as the prompt and padding, count nowhere. A scored row of logits that
 * holds NaN or +∞, or nothing but −∞, makes the log-probabilities and the entropy of its sequence
 * NaN, and its target is not the predicted class.
 */
public final class SequencePredictions {
  private final DoubleTensor logProbs;
  private final DoubleTensor meanLogProbs;
  private final IntTensor tokens;
  private final DoubleTensor entropies;
  private final IntTensor greedyTokens;

  /** The predictions of sequences of tokens whose predictions are known. */
  SequencePredictions(TokenPredictions predictions, IntTensor targets, int ignoreIndex) {
    tokens = SequenceLosses.counts(targets, i -> targets.at(i) != ignoreIndex);
    logProbs = SequenceLosses.sums(predictions.logProbs());
    meanLogProbs = SequenceLosses.quotients(logProbs, tokens::at);
    entropies = SequenceLosses.quotients(SequenceLosses.sums(predictions.entropies()), tokens::at);
    IntTensor predicted = predictions.predicted();
    greedyTokens =
        SequenceLosses.counts(
            targets, i -> targets.at(i) != ignoreIndex && targets.at(i) == predicted.at(i));
  }

  /**
   * Returns the log-probability of each sequence after what comes before it: the sum of log p of
   * its scored targets, an exact sum, rounded once. A longer sequence is less probable by nature;
   * {@link #meanLogProbs} makes up for the number of tokens, and divided by a number of bytes or
   * characters it does for these.
   *
   * @return log-probabilities in nats, 0 or less; 0 where nothing is scored, −∞ where a target has
   *     the logit −∞
   */
  public DoubleTensor logProbs() {
    return logProbs;
  }

  /**
   * Returns {@link #logProbs}, divided by the number of {@link #tokens}.
   *
   * @return means in nats, 0 or less; NaN where nothing is scored
   */
  public DoubleTensor meanLogProbs() {
    return meanLogProbs;
  }

  /**
   * Returns how many tokens of each sequence are scored.
   *
   * @return numbers of tokens
   */
  public IntTensor tokens() {
    return tokens;
  }

  /**
   * Returns the mean entropy of the distributions at each sequence's scored tokens.
   *
   * @return means in nats, 0 or more; NaN where nothing is scored
   */
  public DoubleTensor entropies() {
    return entropies;
  }

  /**
   * Returns how many of each sequence's scored targets are the predicted class, the first with the
   * largest logit. Where this equals {@link #tokens}, greedy decoding would have said the sequence.
   *
   * @return numbers of tokens
   */
  public IntTensor greedyTokens() {
    return greedyTokens;
  }

  /**
   * All of it.
   *
   * @return text for people to read, whose form may change
   */
  @Override
  public String toString() {
    return "SequencePredictions[logProbs="
        + logProbs
        + ", meanLogProbs="
        + meanLogProbs
        + ", tokens="
        + tokens
        + ", entropies="
        + entropies
        + ", greedyTokens="
        + greedyTokens
        + "]";
  }
}
