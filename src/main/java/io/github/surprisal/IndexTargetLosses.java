/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.RowSoftmax;
import io.github.surprisal.kernel.RowSoftmax.RunCorrection;
import io.github.surprisal.kernel.RowWriter;

/** Cross-entropy against one target class a row. */
final class IndexTargetLosses extends LogitLosses {

  private final RowTargets targets;
  private final RunCorrection correction;
  private float upstreamSpread;

  private IndexTargetLosses(
      FloatTensor logits, ClassRows rows, RowTargets targets, CrossEntropyOptions options) {
    super(logits, rows, options);
    this.targets = targets;
    correction = correction();
  }

  private IndexTargetLosses(IndexTargetLosses other) {
    super(other);
    targets = other.targets;
    correction = correction();
  }

  private RunCorrection correction() {
    return smoothing == 0
        ? RunCorrection.NONE
        : (from, length, out, offset) -> gaps.subtract(from, length, upstreamSpread, out, offset);
  }

  @Override
  IndexTargetLosses onThisThread() {
    return new IndexTargetLosses(this);
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
    logits.moveTo(row);
    int target = targets.at(row);
    return loss(target, softmax.nll(target));
  }

  private double loss(int target, double nll) {
    double ofTarget = weighted(keep * weight(target), nll);
    if (smoothing == 0 || Double.isNaN(nll)) {
      return ofTarget;
    }
    return ofTarget + spread * lossOverAllClasses(target, nll);
  }

  /** Σ w·nll over all classes, from the target's: nll[c] = nll[t] + (x[t] − x[c]). */
  private double lossOverAllClasses(int target, double nll) {
    if (Double.isInfinite(nll)) {
      gaps.sum(softmax.logSumExp());
      return gaps.gaps();
    }
    double logit = logits.at(target);
    if (weights.length == 0) {
      return weightSum * nll + (weightSum * logit - gaps.sumOfLogits());
    }
    gaps.sum(logit);
    return weightSum * nll + gaps.gaps();
  }

  @Override
  double lossWithGradient(long row, double upstream, RowWriter out) {
    logits.moveTo(row);
    int target = targets.at(row);
    double nll = softmax.nll(target);
    double loss = loss(target, nll);
    double atTarget = keep * weight(target);
    upstreamSpread = (float) (upstream * spread);
    softmax.writeSoftmax(upstream * (atTarget + spread * weightSum), out, correction);
    double rest = RowSoftmax.complement(nll);
    double smoothed =
        smoothing == 0 ? 0 : spread * (weightSum * StrictMath.exp(-nll) - weight(target));
    out.set(target, (float) (upstream * (smoothed - atTarget * rest)));
    return loss;
  }
}
