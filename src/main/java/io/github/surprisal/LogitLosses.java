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
    logitRow =
        new LogitRow(
            rows.reader(tensor, scratch.logitsStage), weights, options.labelSmoothing(), scratch);
  }

  @Override
  abstract LogitLosses onThisThread(long end);

  @Override
  FloatTensor[] tensors() {
    return new FloatTensor[] {tensor};
  }

  /**
   * The loss of a scored row, the current one; writes the gradient of {@code upstream} times it.
   */
  abstract double lossWithGradient(long row, double upstream, RowWriter out);

  /** {@link #reduce}, with its gradient by the logits written to {@code out}. */
  final double reduceWithGradient(float[] out) {
    double divisor = divisor();
    double upstream = divided(1, divisor);
    double sum =
        sumOfRanges(
            (part, from, to) -> onThisThread(to).addWithGradient(part, from, to, upstream, out));
    return divided(sum, divisor);
  }

  /** Adds the losses of some rows, and writes their gradients times {@code upstream}. */
  void addWithGradient(ExactSum sum, long from, long to, double upstream, float[] out) {
    RowWriter writer = rows.writer(out, scratch.resultsStage);
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
