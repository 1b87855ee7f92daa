/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/**
 * One weight for each row, or 1 for all; each has been checked to be finite and 0 or more. A row of
 * weight 0 does not count, whatever it holds.
 */
public final class RowWeights {

  /** The weight 1 for every row. */
  public static final RowWeights NONE = new RowWeights(new float[0]);

  private final float[] weights;

  /** Weights of rows, in an array that is not written any more; empty for 1 everywhere. */
  public RowWeights(float[] weights) {
    this.weights = weights;
  }

  /** Whether every row has the weight 1 since no weights were given. */
  public boolean areNone() {
    return weights.length == 0;
  }

  /** The weight of a row. */
  public double of(long row) {
    return areNone() ? 1 : weights[(int) row];
  }

  /** Whether the row counts. */
  public boolean isScored(long row) {
    return of(row) != 0;
  }

  /** Targets of the rows of which those of weight 0 are ignored as well. */
  public RowTargets scored(RowTargets targets) {
    if (areNone()) {
      return targets;
    }
    int[] scored = new int[weights.length];
    for (int row = 0; row < scored.length; row++) {
      scored[row] = isScored(row) ? targets.at(row) : targets.ignoreIndex();
    }
    return new RowTargets(new IntData(scored, 0), targets.ignoreIndex());
  }
}
