/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.rows.ArrayRowReader;

/**
 * Scores rows one at a time where they stand, with nothing allocated for a row. Made for one thread
 * and one number of classes.
 */
public final class RowScorer {

  private final Scratch scratch = Scratch.ofThisThread();
  private final ArrayRow row;
  private final LogitRow logitRow;

  public RowScorer(int classes, LossSettings settings) {
    row = new ArrayRow(classes);
    logitRow = new LogitRow(row, settings, scratch);
  }

  /** Whether it may be used for rows of so many classes on the current thread. */
  public boolean fits(int classes) {
    return row.classes() == classes && scratch == Scratch.ofThisThread();
  }

  /** The weight of a class. */
  public double weight(int target) {
    return logitRow.weight(target);
  }

  /** The loss of the row that begins at an offset, for a target class. */
  public double loss(float[] logits, int offset, int target) {
    row.array = logits;
    row.start = offset;
    double loss = logitRow.loss(target);
    row.array = ArrayRow.NONE; // or it would keep the caller's array alive
    return loss;
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
