/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowRanges;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowWriter;
import io.github.surprisal.rows.RowWriters;

/** The softmax of every row of a tensor: probabilities, their logarithms, log-sum-exp. */
public final class SoftmaxRows {

  private final FloatData logits;
  private final ClassRows rows;
  private final boolean isParallel;

  /** The rows of some logits, which may be spread over threads if {@code isParallel}. */
  public SoftmaxRows(FloatData logits, ClassRows rows, boolean isParallel) {
    this.logits = logits;
    this.rows = rows;
    this.isParallel = isParallel;
  }

  /** Writes log-probabilities. */
  public void writeLogSoftmax(float[] out) {
    forEachRow(
        out,
        (row, space) -> {
          LogSoftmaxWriter writer = new LogSoftmaxWriter(row, space);
          return writer::write;
        });
  }

  /** Writes probabilities. */
  public void writeSoftmax(float[] out) {
    forEachRow(
        out,
        (row, space) -> {
          RowSoftmax softmax = new RowSoftmax(row, space);
          SoftmaxWriter writer = new SoftmaxWriter(row, space);
          return results ->
              writer.write(softmax.ofAll(results), 1, results, SoftmaxWriter.Correction.NONE);
        });
  }

  /** Writes the results of the row that a reader stands at. */
  @FunctionalInterface
  private interface RowAction {
    void write(RowWriter out);
  }

  /** Makes what writes the results of a range of rows. */
  @FunctionalInterface
  private interface RangeAction {
    RowAction of(RowReader row, WorkSpace space);
  }

  private void forEachRow(float[] out, RangeAction action) {
    RowRanges.forEach(
        rows,
        isParallel,
        (from, to) -> {
          try (WorkSpace space = WorkSpace.lend()) {
            RowReader reader = RowReaders.of(rows, logits, space.logits);
            RowWriter results = RowWriters.of(rows, out, space.results);
            RowAction write = action.of(reader, space);
            for (long index = from; index < to; index++) {
              reader.moveTo(index);
              results.moveTo(index);
              write.write(results);
            }
            results.finish();
          }
        },
        logits);
  }

  /** log Σ e<sup>x</sup> of each row, in nats. */
  public double[] logSumExp() {
    double[] out = new double[(int) rows.rows()];
    RowRanges.forEach(
        rows,
        isParallel,
        (from, to) -> {
          try (WorkSpace space = WorkSpace.lend()) {
            RowReader reader = RowReaders.of(rows, logits, space.logits);
            RowSoftmax softmax = new RowSoftmax(reader, space);
            for (long index = from; index < to; index++) {
              reader.moveTo(index);
              out[(int) index] = softmax.ofAll().nats;
            }
          }
        },
        logits);
    return out;
  }
}
