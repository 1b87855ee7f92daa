/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.RowKernelProvider;
import io.github.surprisal.kernel.Scratch;
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
    forEachRow(out, RowSoftmax::writeLogSoftmax);
  }

  /** Writes probabilities. */
  public void writeSoftmax(float[] out) {
    forEachRow(
        out,
        (softmax, writer) -> {
          softmax.keepTerms(writer);
          softmax.logSumExp();
          softmax.writeSoftmax(1, writer, RowSoftmax.RunCorrection.NONE);
        });
  }

  /** What is done with one row of logits and its place in the result. */
  @FunctionalInterface
  private interface RowAction {
    void apply(RowSoftmax softmax, RowWriter out);
  }

  private void forEachRow(float[] out, RowAction action) {
    RowRanges.forEach(
        rows,
        isParallel,
        (from, to) -> {
          try (WorkSpace space = WorkSpace.lend()) {
            Scratch scratch = space.scratch;
            RowReader reader = RowReaders.of(rows, logits, scratch.logitsStage);
            RowWriter writer = RowWriters.of(rows, out, scratch.resultsStage);
            RowSoftmax softmax = new RowSoftmax(RowKernelProvider.kernels(), reader, scratch);
            for (long row = from; row < to; row++) {
              reader.moveTo(row);
              writer.moveTo(row);
              action.apply(softmax, writer);
            }
            writer.finish();
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
            Scratch scratch = space.scratch;
            RowReader reader = RowReaders.of(rows, logits, scratch.logitsStage);
            RowSoftmax softmax = new RowSoftmax(RowKernelProvider.kernels(), reader, scratch);
            for (long row = from; row < to; row++) {
              reader.moveTo(row);
              out[(int) row] = softmax.logSumExp();
            }
          }
        },
        logits);
    return out;
  }
}
