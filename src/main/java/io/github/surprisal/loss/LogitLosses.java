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
import io.github.surprisal.sum.Mean;

/** Cross-entropy of rows of logits: losses, and their gradients by the logits. */
public abstract class LogitLosses extends RowLosses {

  final Scratch scratch = Scratch.ofThisThread();
  final FloatData tensor;
  final LogitRow logitRow;

  LogitLosses(FloatData tensor, ClassRows rows, LossSettings settings) {
    super(rows, settings);
    this.tensor = tensor;
    logitRow = new LogitRow(RowReaders.of(rows, tensor, scratch.logitsStage), settings, scratch);
  }

  @Override
  abstract LogitLosses onThisThread(long end);

  @Override
  FloatData[] data() {
    return new FloatData[] {tensor};
  }

  /**
   * The loss of a scored row, the current one; writes the gradient of {@code upstream} times it.
   */
  abstract double lossWithGradient(long row, double upstream, RowWriter out);

  /** {@link #reduce}, with its gradient by the logits written to {@code out}. */
  public final double reduceWithGradient(float[] out) {
    double divisor = divisor();
    double upstream = Mean.of(1, divisor);
    double sum =
        sumOfRanges(
            (part, from, to) -> onThisThread(to).addWithGradient(part, from, to, upstream, out));
    return Mean.of(sum, divisor);
  }

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
