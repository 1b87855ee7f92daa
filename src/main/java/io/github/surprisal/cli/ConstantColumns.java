/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.FloatTensor;

/**
 * Counts the columns at the end of logits that hold the same value in all rows, as the columns of a
 * padded output layer do.
 */
final class ConstantColumns {

  /** The most columns that are looked at: padding is shorter. */
  private static final int MOST = 1 << 12;

  /** With fewer rows, columns may be the same by chance. */
  private static final int FEWEST_ROWS = 10;

  /** The first row from its end on, as far as no other row differs. */
  private float[] ends = new float[0];

  private int count;
  private int columns;
  private long rows;

  /** Takes in rows. */
  void add(FloatTensor logits) {
    columns = logits.shape().axis(1);
    int added = logits.shape().axis(0);
    for (int row = 0; row < added; row++) {
      if (rows == 0) {
        begin(logits);
      }
      rows++;
      int same = 0;
      while (same < count && isSame(ends[same], logits.get(row, columns - 1 - same))) {
        same++;
      }
      count = same;
    }
  }

  private void begin(FloatTensor logits) {
    ends = new float[Math.min(MOST, columns)];
    count = ends.length;
    for (int i = 0; i < count; i++) {
      ends[i] = logits.get(0, columns - 1 - i);
    }
  }

  /** Takes in the rows of another part of the logits. */
  void add(ConstantColumns other) {
    if (rows == 0) {
      ends = other.ends;
      count = other.count;
      columns = other.columns;
    } else if (other.rows > 0) {
      int same = 0;
      while (same < Math.min(count, other.count) && isSame(ends[same], other.ends[same])) {
        same++;
      }
      count = same;
    }
    rows += other.rows;
  }

  private static boolean isSame(float a, float b) {
    return Float.floatToIntBits(a) == Float.floatToIntBits(b);
  }

  /**
   * Returns how many columns look like padding that counts: 0 if they were too many for padding,
   * half of all or more, or if their probability is 0 anyway.
   */
  int padding() {
    boolean counts = false;
    for (int i = 0; i < count; i++) {
      counts |= ends[i] != Float.NEGATIVE_INFINITY;
    }
    return rows >= FEWEST_ROWS && count < Math.min(MOST, columns / 2.0) && counts ? count : 0;
  }
}
