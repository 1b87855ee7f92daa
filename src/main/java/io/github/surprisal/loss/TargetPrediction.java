/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.sum.TokenPrediction;

/**
 * What a row of logits says of its target besides the loss, taken together with it.
 *
 * <p>Belongs to the thread whose work space it uses.
 */
final class TargetPrediction {

  private final RowCrossEntropy crossEntropy;
  private final RowPrediction row;

  /** Of the rows that a cross-entropy reads. */
  TargetPrediction(RowCrossEntropy crossEntropy, WorkSpace space) {
    this.crossEntropy = crossEntropy;
    row = new RowPrediction(crossEntropy.logits, space);
  }

  /**
   * Takes the current row; returns its loss, to the same bits as without a prediction. There is no
   * z-loss here: reports refuse it.
   */
  double take(int target, TokenPrediction out) {
    double nll = row.takeWithNll(target);
    int predicted = row.predicted();
    double entropy = row.entropy();
    out.set(
        predicted == target,
        row.rank(),
        entropy,
        -row.logProb(target) - entropy,
        predicted < 0 ? Double.NaN : StrictMath.exp(row.logProb(predicted)));
    return crossEntropy.smoothing == 0
        ? crossEntropy.ofTarget(target, nll)
        : crossEntropy.loss(target);
  }
}
