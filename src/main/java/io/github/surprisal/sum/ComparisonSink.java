/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** Takes what two models say of tokens, one after the other. */
public interface ComparisonSink {

  /**
   * Takes a scored token.
   *
   * @param lossP loss of P in nats
   * @param lossQ loss of Q in nats
   * @param divergence KL(P‖Q) in nats
   * @param deltaP probability of the target by Q less the probability by P
   * @param isSameTop whether both hold the same class most likely
   * @param bytes the bytes of text that the token stands for, or {@link LossSink#NO_BYTE_COUNT}
   */
  void add(
      double lossP, double lossQ, double divergence, double deltaP, boolean isSameTop, int bytes);

  /** Takes whether either model predicts the scored token that was taken last right. */
  void addCorrect(boolean isCorrectP, boolean isCorrectQ);

  /** Takes a token that is not scored. */
  void addIgnored();
}
