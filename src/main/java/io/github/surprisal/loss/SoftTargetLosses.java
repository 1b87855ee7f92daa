/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowWeights;

/** Cross-entropy against a distribution over the classes in each row (soft targets). */
public final class SoftTargetLosses extends LogitLosses {

  private final FloatData probabilities;

  /** The losses of all rows. */
  public SoftTargetLosses(
      FloatData logits,
      ClassRows rows,
      FloatData probabilities,
      RowWeights weights,
      LossSettings settings) {
    super(logits, rows, weights, settings);
    this.probabilities = probabilities;
  }

  @Override
  FloatData[] data() {
    return new FloatData[] {logits, probabilities};
  }

  @Override
  SoftTargetRangeLosses range(long end, WorkSpace space) {
    return new SoftTargetRangeLosses(logits, rows, probabilities, weights, settings, space);
  }

  @Override
  boolean isScored(long row) {
    return weights.isScored(row);
  }

  @Override
  double divisorOf(long row) {
    return 1;
  }
}
