/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;

/** The largest element of a row, and where it stands. */
final class RowMaximum {

  private RowMaximum() {}

  /** The largest element of the current row but for {@code skip} (−1 for none); NaN if any is. */
  static float max(WorkSpace space, RowReader row, int skip) {
    TileKernel kernel = space.kernel;
    float max = Float.NEGATIVE_INFINITY;
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      row.read(from, length, space.staging, 0);
      int left = skip - from;
      if (left >= 0 && left < length) {
        max = Math.max(max, kernel.max(row.array(), row.offset(), left));
        int behind = row.offset() + left + 1;
        max = Math.max(max, kernel.max(row.array(), behind, length - left - 1));
      } else {
        max = Math.max(max, kernel.max(row.array(), row.offset(), length));
      }
    }
    return max;
  }

  /**
   * The first class of the current row that holds its largest element; −1 if any is NaN, or none is
   * above −∞.
   */
  static int argmax(WorkSpace space, RowReader row) {
    return indexOf(max(space, row, -1), space, row);
  }

  /** The first class of the current row that holds its largest element, which is this one. */
  static int indexOf(float max, WorkSpace space, RowReader row) {
    int found = firstAbove(space, row, 0, 0f, 0f, Math.nextDown(max));
    return found < row.classes() ? found : -1;
  }

  /**
   * The first class of the current row, from {@code start} on, for which {@code (x − high) − low}
   * is more than {@code limit}; the number of classes if there is none.
   */
  static int firstAbove(
      WorkSpace space, RowReader row, int start, float high, float low, float limit) {
    int length;
    for (int from = start; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      row.read(from, length, space.staging, 0);
      int found = space.kernel.firstAbove(row.array(), row.offset(), length, high, low, limit);
      if (found < length) {
        return from + found;
      }
    }
    return row.classes();
  }
}
