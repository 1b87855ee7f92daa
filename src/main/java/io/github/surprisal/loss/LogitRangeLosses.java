/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowWriter;
import io.github.surprisal.rows.RowWriters;
import io.github.surprisal.sum.ExactSum;

/** Cross-entropy of a range of rows of logits: losses, and their gradients by the logits. */
abstract class LogitRangeLosses implements RangeLosses {

  final ClassRows rows;
  final Scratch scratch;
  final LogitRow logitRow;

  LogitRangeLosses(FloatData logits, ClassRows rows, LossSettings settings, WorkSpace space) {
    this.rows = rows;
    scratch = space.scratch;
    logitRow = new LogitRow(RowReaders.of(rows, logits, scratch.logitsStage), settings, scratch);
  }

  /** Whether a row counts at all. */
  abstract boolean isScored(long row);

  /**
   * The loss of a scored row, the current one; writes the gradient of {@code upstream} times it.
   */
  abstract double lossWithGradient(long row, double upstream, RowWriter out);

  /** Adds the losses of some rows, and writes their gradients times {@code upstream}. */
  void addWithGradient(ExactSum sum, long from, long to, double upstream, float[] out) {
    RowWriter writer = RowWriters.of(rows, out, scratch.resultsStage);
    for (long row = from; row < to; row++) {
      writer.moveTo(row);
      if (isScored(row)) {
        logitRow.logits.moveTo(row);
        logitRow.softmax.keepTerms(writer);
        sum.add(lossWithGradient(row, upstream, writer));
      } else {
        writer.clear();
      }
    }
    writer.finish();
  }
}
