/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowWriter;
import io.github.surprisal.rows.RowWriters;
import io.github.surprisal.rows.Temperature;

/** The softmax of every row of a tensor: probabilities, their logarithms, log-sum-exp. */
public final class SoftmaxRows {

  private final LogitRows rows;

  /**
   * The rows of some logits, divided by a temperature, which may be spread over threads if {@code
   * isParallel}.
   */
  public SoftmaxRows(
      FloatData logits, ClassRows rows, Temperature temperature, boolean isParallel) {
    this.rows = new LogitRows(logits, rows, temperature, isParallel);
  }

  /** Writes log-probabilities, −∞ in the padding. */
  public void writeLogSoftmax(float[] out) {
    writeEachRow(
        out,
        Float.NEGATIVE_INFINITY,
        (row, space) -> {
          LogSoftmaxWriter writer = new LogSoftmaxWriter(row, space);
          return writer::write;
        });
  }

  /** Writes probabilities, 0 in the padding. */
  public void writeSoftmax(float[] out) {
    writeEachRow(
        out,
        0f,
        (row, space) -> {
          RowSoftmax softmax = new RowSoftmax(row, space);
          SoftmaxWriter writer = new SoftmaxWriter(row, space);
          return results ->
              writer.write(softmax.ofAll(results), 1, results, SoftmaxWriter.Correction.NONE);
        });
  }

  /** Writes the results of the row that a reader stands at. */
  @FunctionalInterface
  private interface ResultWriter {
    void write(RowWriter out);
  }

  /** Makes what writes the results of a range of rows. */
  @FunctionalInterface
  private interface RangeWriter {
    ResultWriter of(RowReader reader, WorkSpace space);
  }

  private void writeEachRow(float[] out, float padding, RangeWriter range) {
    rows.forEach(
        (reader, space) -> {
          RowWriter results = RowWriters.of(rows.rows(), out, padding, space.results);
          ResultWriter writer = range.of(reader, space);
          return new LogitRows.RowAction() {
            @Override
            public void run(long row) {
              results.moveTo(row);
              writer.write(results);
            }

            @Override
            public void finish() {
              results.finish();
            }
          };
        });
  }

  /** log Σ e<sup>x</sup> of each row, in nats. */
  public double[] logSumExp() {
    double[] out = new double[rows.count()];
    rows.forEach(
        (reader, space) -> {
          RowSoftmax softmax = new RowSoftmax(reader, space);
          return row -> out[(int) row] = softmax.ofAll().nats;
        });
    return out;
  }
}
