/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static io.github.surprisal.kernel.RowSoftmax.complement;

import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.RowSoftmax.RunCorrection;
import io.github.surprisal.kernel.RowWriter;
import java.util.Optional;

/** Cross-entropy against one target class a row. */
final class IndexTargetLosses extends LogitLosses {

  private final RowTargets targets;
  private final RunCorrection correction;

  /** Set where rows are best summed side by side. */
  private final Optional<RowsSideBySide> sideBySide;

  private float upstreamSpread;

  private IndexTargetLosses(
      FloatTensor logits, ClassRows rows, RowTargets targets, CrossEntropyOptions options) {
    super(logits, rows, options);
    this.targets = targets;
    correction = correction();
    sideBySide = Optional.empty();
  }

  private IndexTargetLosses(IndexTargetLosses other, long end) {
    super(other);
    targets = other.targets;
    correction = correction();
    sideBySide = sideBySide(end);
  }

  private RunCorrection correction() {
    return logitRow.smoothing == 0
        ? RunCorrection.NONE
        : (from, length, out, offset) ->
            logitRow.gaps.subtract(from, length, upstreamSpread, out, offset);
  }

  private Optional<RowsSideBySide> sideBySide(long end) {
    boolean isLong = rows.classes() > RowKernels.TILE;
    boolean isOnePass = logitRow.smoothing == 0;
    return isLong && isOnePass && logitRow.logits instanceof TransposedRowReader reader
        ? Optional.of(new RowsSideBySide(rows, end, targets, reader, logitRow.kernels, scratch))
        : Optional.empty();
  }

  @Override
  IndexTargetLosses onThisThread(long end) {
    return new IndexTargetLosses(this, end);
  }

  /** Checks everything about the arguments, so that nothing fails half-way. */
  static IndexTargetLosses of(FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    ClassRows rows = ClassRows.of(logits.shape(), options.classAxis());
    RowTargets checked = RowTargets.of(targets, options.ignoreIndex(), logits.shape(), rows);
    return new IndexTargetLosses(logits, rows, checked, options);
  }

  @Override
  boolean isScored(long row) {
    return targets.isScored(row);
  }

  @Override
  double divisorOf(long row) {
    return weight(targets.at(row));
  }

  @Override
  double loss(long row) {
    if (sideBySide.isPresent()) {
      return logitRow.loss(targets.at(row), sideBySide.get().nll(row));
    }
    logitRow.logits.moveTo(row);
    return logitRow.loss(targets.at(row));
  }

  @Override
  double lossWithGradient(long row, double upstream, RowWriter out) {
    logitRow.logits.moveTo(row);
    int target = targets.at(row);
    double nll = logitRow.softmax.nll(target);
    double loss = logitRow.loss(target, nll);
    double atTarget = logitRow.keep * weight(target);
    upstreamSpread = (float) (upstream * logitRow.spread);
    double all = atTarget + logitRow.spread * logitRow.weightSum;
    logitRow.softmax.writeSoftmax(upstream * all, out, correction);
    out.set(target, (float) (upstream * (smoothed(target, nll) - atTarget * complement(nll))));
    return loss;
  }

  /** What smoothing adds to the gradient at the target. */
  private double smoothed(int target, double nll) {
    return logitRow.smoothing == 0
        ? 0
        : logitRow.spread * (logitRow.weightSum * StrictMath.exp(-nll) - weight(target));
  }
}
