/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowWeights;
import io.github.surprisal.rows.RowWriter;
import io.github.surprisal.rows.RowWriters;
import io.github.surprisal.sum.ExactSum;

/** Cross-entropy of a range of rows of logits: losses, and their gradients by the logits. */
abstract class LogitRangeLosses implements RangeLosses {

  final ClassRows rows;
  final RowWeights weights;
  final WorkSpace space;
  final RowCrossEntropy row;
  final SoftmaxWriter writer;

  LogitRangeLosses(
      FloatData logits,
      ClassRows rows,
      RowWeights weights,
      LossSettings settings,
      WorkSpace space) {
    this.rows = rows;
    this.weights = weights;
    this.space = space;
    RowReader reader = RowReaders.of(rows, logits, settings.temperature(), space.logits);
    row = new RowCrossEntropy(reader, settings, space);
    writer = new SoftmaxWriter(reader, space);
  }

  /** Whether a row counts at all. */
  abstract boolean isScored(long row);

  /**
   * The loss of a scored row, the current one; writes the gradient of {@code upstream} times it.
   */
  abstract double lossWithGradient(long index, double upstream, RowWriter out);

  /**
   * Adds the losses of some rows times their weights, and writes the gradients of that times {@code
   * upstream}.
   */
  void addWithGradient(ExactSum sum, long from, long to, double upstream, float[] out) {
    RowWriter results = RowWriters.of(rows, out, space.results);
    for (long index = from; index < to; index++) {
      results.moveTo(index);
      if (isScored(index)) {
        row.logits.moveTo(index);
        double weight = weights.of(index);
        sum.add(weight * lossWithGradient(index, upstream * weight, results));
      } else {
        results.clear();
      }
    }
    results.finish();
  }
}
