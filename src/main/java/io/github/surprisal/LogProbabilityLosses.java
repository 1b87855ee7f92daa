/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/**
 * Negative log-likelihood of target classes, given log-probabilities that are taken as they are.
 */
final class LogProbabilityLosses extends RowLosses {

  private final FloatTensor logProbs;
  private final RowTargets targets;

  private LogProbabilityLosses(
      FloatTensor logProbs, ClassRows rows, RowTargets targets, CrossEntropyOptions options) {
    super(rows, options);
    this.logProbs = logProbs;
    this.targets = targets;
  }

  /** Checks everything about the arguments. */
  static LogProbabilityLosses of(
      FloatTensor logProbs, IntTensor targets, CrossEntropyOptions options) {
    if (options.labelSmoothing() != 0) {
      throw new IllegalArgumentException(
          "labelSmoothing is "
              + options.labelSmoothing()
              + ", expected 0: log-probabilities are not smoothed");
    }
    ClassRows rows = ClassRows.of(logProbs.shape(), options.classAxis());
    RowTargets checked = RowTargets.of(targets, options.ignoreIndex(), logProbs.shape(), rows);
    return new LogProbabilityLosses(logProbs, rows, checked, options);
  }

  @Override
  LogProbabilityLosses onThisThread(long end) {
    return this; // it holds nothing that changes
  }

  @Override
  FloatTensor[] tensors() {
    return new FloatTensor[] {logProbs};
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
    int target = targets.at(row);
    double logProb = logProbs.at(rows.start(row) + (long) target * rows.stride());
    return weighted(weight(target), -logProb);
  }
}
