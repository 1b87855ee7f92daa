/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.rows.RowWeights;

/**
 * Negative log-likelihood of target classes, given log-probabilities that are taken as they are.
 */
public final class NllLosses extends RowLosses {

  private final FloatData logProbs;
  private final RowTargets targets;

  /** The losses of all rows; targets of rows of weight 0 are ignored. */
  public NllLosses(
      FloatData logProbs,
      ClassRows rows,
      RowTargets targets,
      RowWeights weights,
      LossSettings settings) {
    super(rows, weights, settings);
    this.logProbs = logProbs;
    this.targets = targets;
  }

  @Override
  RangeLosses range(long end, WorkSpace space) {
    return this::loss;
  }

  @Override
  FloatData[] data() {
    return new FloatData[] {logProbs};
  }

  @Override
  boolean isScored(long row) {
    return targets.isScored(row);
  }

  @Override
  double divisorOf(long row) {
    return settings.weight(targets.at(row));
  }

  private double loss(long row) {
    int target = targets.at(row);
    double logProb = logProbs.at(rows.start(row) + (long) target * rows.stride());
    return LossSettings.weighted(settings.weight(target), -logProb);
  }
}
