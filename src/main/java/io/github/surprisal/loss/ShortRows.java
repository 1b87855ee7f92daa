/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowTargets;

/**
 * Losses of rows of few classes in an array, one row after the other.
 *
 * <p>The kernel can read at several places at a time in a long row. In short ones it can if it has
 * several of them.
 */
public final class ShortRows extends RowsTogether {

  /** Rows of so many classes or more are long. */
  private static final int LONG = Scratch.STREAMS * RowKernels.TILE;

  /** Work space for rows before {@code end}, as for {@link RowsTogether}. */
  ShortRows(
      FloatData tensor,
      ClassRows rows,
      long end,
      RowTargets targets,
      LogitRow row,
      Scratch scratch) {
    super(tensor, rows, end, targets, row, scratch);
  }

  /** Whether these are rows of that kind, and the kernel gains by having several. */
  static boolean are(FloatData tensor, ClassRows rows, RowKernels kernels) {
    return kernels.rowsAtATime() > 1
        && tensor.isArray()
        && rows.stride() == 1
        && rows.classes() < LONG;
  }

  @Override
  int rowsFrom(long row, long most) {
    return (int) Math.min(kernels.rowsAtATime(), most);
  }

  @Override
  void addTerms() {
    int base = tensor.arrayOffset() + (int) rows.start(first);
    kernels.addRows(tensor.array(), base, rows.classes(), scratch.block(), count, scratch);
  }
}
