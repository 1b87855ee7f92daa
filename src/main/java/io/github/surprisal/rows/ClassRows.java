/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.TileKernel;
import java.util.Arrays;

/**
 * How the elements of a tensor fall into rows along its class axis.
 *
 * <p>The elements of a row are {@code stride} apart; rows are counted in row-major order over the
 * other axes.
 *
 * @param classes classes of a row
 * @param extent the size of the class axis: elements from {@code classes} on are padding, which is
 *     never read
 * @param stride from one class to the next
 * @param rows how many rows there are
 */
public record ClassRows(int classes, int extent, long stride, long rows) {

  /**
   * Rows side by side that are taken together at the most. Memory is then read in pieces of a page
   * of 4 KiB, beyond which processors do not fetch ahead anyway; pieces of half a KiB take two to
   * three times as long.
   */
  public static final int MOST_TOGETHER = TileKernel.TILE;

  /** The most rows side by side that count as few: {@link TileKernel#LANES} classes are a tile. */
  public static final int FEW_TOGETHER = MOST_TOGETHER / TileKernel.LANES;

  /**
   * Elements of a panel that the second-level cache holds: a tile of {@link Transposition#MAX_ROWS}
   * rows.
   */
  private static final int CACHED_PANEL =
      Transposition.MAX_ROWS * Transposition.pitch(TileKernel.TILE);

  /**
   * Rows that a panel should hold if there is room, however long they are: a cache line of each.
   */
  private static final int FEW = 16;

  /** Rows without padding. */
  public ClassRows(int classes, long stride, long rows) {
    this(classes, classes, stride, rows);
  }

  /**
   * How many rows a sum over all of them takes: of rows without a class, which are all alike and
   * may be billions, at most one.
   */
  public long summed() {
    return classes == 0 ? Math.min(rows, 1) : rows;
  }

  /** Flat index of the first class of a row. */
  public long start(long row) {
    return row / stride * extent * stride + row % stride;
  }

  /** Whether rows are not contiguous, but several of them find room in a panel. */
  boolean isTransposed() {
    return stride > 1 && neighboursInPanel() > 1;
  }

  /** Whole rows that are transposed at once: a few at least, unless they are too long for that. */
  int neighboursInPanel() {
    int inCache = Math.min(CACHED_PANEL / Transposition.pitch(classes), Transposition.MAX_ROWS);
    return Math.max(inCache, Math.min(Stage.MAX_PANEL / Transposition.pitch(classes), FEW));
  }

  /** The number of rows from {@code row} on whose elements lie side by side, up to {@code most}. */
  public int neighbours(long row, int most) {
    return (int) Math.min(most, stride - row % stride);
  }

  /** Writes a value to the padding of {@code count} rows side by side, from {@code row} on. */
  public void pad(long row, int count, float[] out, float value) {
    if (count == 0) {
      return;
    }
    for (int c = classes; c < extent; c++) {
      int at = (int) (start(row) + c * stride);
      Arrays.fill(out, at, at + count, value);
    }
  }
}
