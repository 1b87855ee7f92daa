/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.RowReader;
import io.github.surprisal.sum.TokenPrediction;

/**
 * What rows of logits say of their targets besides the losses, one row after the other.
 *
 * <p>Belongs to the thread whose work space it uses.
 */
final class TargetPrediction {

  private final RowReader reader;
  private final RowPrediction row;

  TargetPrediction(RowReader reader, WorkSpace space) {
    this.reader = reader;
    row = new RowPrediction(reader, space);
  }

  /** Takes the prediction of the target of a row of the reader. */
  void take(long index, int target, TokenPrediction out) {
    reader.moveTo(index);
    row.take();
    int predicted = row.predicted();
    double entropy = row.entropy();
    out.set(
        predicted == target,
        row.rank(target),
        entropy,
        -row.logProb(target) - entropy,
        predicted < 0 ? Double.NaN : StrictMath.exp(row.logProb(predicted)));
  }
}
