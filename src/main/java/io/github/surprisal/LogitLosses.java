/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.RowGaps;
import io.github.surprisal.kernel.RowKernelProvider;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.RowReader;
import io.github.surprisal.kernel.RowSoftmax;
import io.github.surprisal.kernel.RowWriter;
import io.github.surprisal.kernel.Scratch;

/** Cross-entropy of rows of logits: losses, and their gradients by the logits. */
abstract class LogitLosses extends RowLosses {

  final RowKernels kernels = RowKernelProvider.kernels();
  final Scratch scratch = Scratch.ofThisThread();
  final RowReader logits;
  final RowSoftmax softmax;
  final RowGaps gaps;

  /** The label smoothing, what it leaves to the target, and what it gives to each class. */
  final double smoothing;

  final double keep;
  final double spread;

  /** Σ w over the classes; 0 without smoothing, which alone needs it. */
  final double weightSum;

  LogitLosses(FloatTensor logits, ClassRows rows, CrossEntropyOptions options) {
    super(rows, options);
    this.logits = rows.reader(logits, scratch.logitsRun);
    softmax = new RowSoftmax(kernels, this.logits, scratch);
    gaps = new RowGaps(kernels, this.logits, weights, scratch);
    smoothing = options.labelSmoothing();
    keep = 1 - smoothing;
    spread = smoothing / rows.classes();
    weightSum = smoothing == 0 ? 0 : sumOfWeights();
  }

  private double sumOfWeights() {
    if (weights.length == 0) {
      return rows.classes();
    }
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    return sum;
  }

  /** The loss of a scored row; writes the gradient of {@code upstream} times it. */
  abstract double lossWithGradient(long row, double upstream, RowWriter out);

  /** {@link #reduce}, with its gradient by the logits written to {@code out}. */
  final double reduceWithGradient(float[] out) {
    double divisor = divisor();
    double upstream = divided(1, divisor);
    RowWriter writer = rows.writer(out, scratch.resultsRun);
    ExactSum total = new ExactSum();
    for (long row = 0; row < rows.rows(); row++) {
      writer.moveTo(row);
      if (isScored(row)) {
        total.add(lossWithGradient(row, upstream, writer));
      } else {
        writer.clear();
      }
    }
    return divided(total.toDouble(), divisor);
  }
}
