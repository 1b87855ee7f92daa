/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ArrayRowReader;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.Temperature;
import io.github.surprisal.rows.TemperedRowReader;
import io.github.surprisal.sum.TokenPrediction;

/** Scores rows one at a time where they stand, with nothing allocated for a row. */
final class RowScorer {

  private final WorkSpace space;

  // What the last row was scored with: made anew for other classes or settings.
  private LossSettings settings =
      new LossSettings(new float[0], 0, Temperature.ONE, 0, true, false);
  private ArrayRow row = new ArrayRow(0);
  private RowCrossEntropy crossEntropy;
  private TargetPrediction prediction;

  RowScorer(WorkSpace space) {
    this.space = space;
    crossEntropy = new RowCrossEntropy(row, settings, space);
    prediction = new TargetPrediction(crossEntropy, space);
  }

  /** The loss of the row of some classes that begins at an offset, for a target class. */
  double loss(LossSettings settings, float[] logits, int offset, int classes, int target) {
    begin(settings, logits, offset, classes);
    try {
      return crossEntropy.loss(target);
    } finally {
      row.array = ArrayRow.NONE; // or it would keep the caller's array alive
    }
  }

  /** The loss of such a row, and what else it says of the target. */
  double loss(
      LossSettings settings,
      float[] logits,
      int offset,
      int classes,
      int target,
      TokenPrediction out) {
    begin(settings, logits, offset, classes);
    try {
      return prediction.take(target, out);
    } finally {
      row.array = ArrayRow.NONE;
    }
  }

  private void begin(LossSettings settings, float[] logits, int offset, int classes) {
    if (row.classes() != classes || this.settings != settings) {
      ArrayRow newRow = new ArrayRow(classes);
      RowReader reader = TemperedRowReader.of(newRow, settings.temperature(), space.kernel);
      crossEntropy = new RowCrossEntropy(reader, settings, space);
      prediction = new TargetPrediction(crossEntropy, space);
      row = newRow;
      this.settings = settings;
    }
    row.array = logits;
    row.start = offset;
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
