/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ArrayRowReader;

/** Scores rows one at a time where they stand, with nothing allocated for a row. */
final class RowScorer {

  private final LossSettings settings;
  private final ArrayRow row;
  private final RowCrossEntropy crossEntropy;

  RowScorer(int classes, LossSettings settings, WorkSpace space) {
    this.settings = settings;
    row = new ArrayRow(classes);
    crossEntropy = new RowCrossEntropy(row, settings, space);
  }

  boolean scores(int classes, LossSettings settings) {
    return row.classes() == classes && this.settings == settings;
  }

  /** The loss of the row that begins at an offset, for a target class. */
  double loss(float[] logits, int offset, int target) {
    row.array = logits;
    row.start = offset;
    try {
      return crossEntropy.loss(target);
    } finally {
      row.array = ArrayRow.NONE; // or it would keep the caller's array alive
    }
  }

  /** A row in any array. */
  private static final class ArrayRow extends ArrayRowReader {
    private static final float[] NONE = new float[0];

    ArrayRow(int classes) {
      super(classes, NONE);
    }

    /** There is only one. */
    @Override
    public void moveTo(long row) {}
  }
}
