/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.rows.RowReader;

/** The largest element of a row, and where it stands. */
public final class RowMaximum {

  private RowMaximum() {}

  /** The largest element of the current row but for {@code skip} (−1 for none); NaN if any is. */
  public static float max(RowKernels kernels, RowReader row, int skip) {
    float max = Float.NEGATIVE_INFINITY;
    for (int from = 0; from < row.classes(); from += row.runLength(from)) {
      row.read(from);
      int skipInRun = skip >= from ? skip - from : -1;
      max = Math.max(max, kernels.max(row.array(), row.offset(), row.runLength(from), skipInRun));
    }
    return max;
  }

  /** The first class of the current row that holds its largest element; −1 if any is NaN. */
  public static int argmax(RowKernels kernels, RowReader row) {
    return indexOf(max(kernels, row, -1), kernels, row);
  }

  /** The first class of the current row that holds its largest element, which is this one. */
  static int indexOf(float max, RowKernels kernels, RowReader row) {
    float below = Math.nextDown(max);
    for (int from = 0; from < row.classes(); from += row.runLength(from)) {
      row.read(from);
      int length = row.runLength(from);
      int found = kernels.firstShiftedAbove(row.array(), row.offset(), 0, length, 0f, 0f, below);
      if (found < length) {
        return from + found;
      }
    }
    return -1;
  }
}
