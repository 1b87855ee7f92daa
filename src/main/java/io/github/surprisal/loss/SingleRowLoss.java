/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.sum.TokenPrediction;

/** The loss of one row of logits in an array of the caller's, and what else it says. */
public final class SingleRowLoss {

  private SingleRowLoss() {}

  /** The loss of the row of some classes that begins at an offset, for a target class. */
  public static double of(
      LossSettings settings, float[] logits, int offset, int classes, int target) {
    try (WorkSpace space = WorkSpace.lend()) {
      RowScorer scorer = space.part(RowScorer.class, RowScorer::new);
      return scorer.loss(settings, logits, offset, classes, target);
    }
  }

  /** The loss of such a row, and what else it says of its target. */
  public static double of(
      LossSettings settings,
      float[] logits,
      int offset,
      int classes,
      int target,
      TokenPrediction out) {
    try (WorkSpace space = WorkSpace.lend()) {
      RowScorer scorer = space.part(RowScorer.class, RowScorer::new);
      return scorer.loss(settings, logits, offset, classes, target, out);
    }
  }
}
