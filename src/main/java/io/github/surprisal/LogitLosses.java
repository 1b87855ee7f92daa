/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.RowWriter;
import io.github.surprisal.kernel.Scratch;

/** Cross-entropy of rows of logits: losses, and their gradients by the logits. */
abstract class LogitLosses extends RowLosses {

  final Scratch scratch = Scratch.ofThisThread();
  final FloatTensor tensor;
  final LogitRow logitRow;

  LogitLosses(FloatTensor tensor, ClassRows rows, CrossEntropyOptions options) {
    super(rows, options);
    this.tensor = tensor;
    logitRow = logitRow();
  }

  /** The same losses for the work of another thread. */
  LogitLosses(LogitLosses other) {
    super(other);
    tensor = other.tensor;
    logitRow = logitRow();
  }

  private LogitRow logitRow() {
    return new LogitRow(
        rows.reader(tensor, scratch.logitsStage), weights, options.labelSmoothing(), scratch);
  }

  @Override
  abstract LogitLosses onThisThread(long end);

  /**
   * The loss of a scored row, the current one; writes the gradient of {@code upstream} times it.
   */
  abstract double lossWithGradient(long row, double upstream, RowWriter out);

  /** {@link #reduce}, with its gradient by the logits written to {@code out}. */
  final double reduceWithGradient(float[] out) {
    double divisor = divisor();
    double upstream = divided(1, divisor);
    double sum =
        sumOfRanges((from, to) -> onThisThread(to).sumWithGradient(from, to, upstream, out));
    return divided(sum, divisor);
  }

  /** The sum of the losses of some rows, their gradients times {@code upstream} in {@code out}. */
  ExactSum sumWithGradient(long from, long to, double upstream, float[] out) {
    RowWriter writer = rows.writer(out, scratch.resultsStage);
    ExactSum sum = new ExactSum();
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
    return sum;
  }
}
