/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/**
 * Between a tensor in which the elements of a row lie apart, but the elements of neighbouring rows
 * together, and a panel in which every row is contiguous. Eight classes are moved at a time: as
 * many addresses as find room in registers.
 */
public final class Transposition {

  /** Classes that are moved together. */
  public static final int STEP = 8;

  /** Rows that are moved at once at the most: a tile of 128 rows fits into the cache. */
  public static final int MAX_ROWS = 128;

  /** Floats of a cache line. */
  private static final int LINE = 16;

  private Transposition() {}

  /**
   * From row to row in a panel: an odd number of cache lines, or the rows would push each other out
   * of the first-level cache.
   */
  public static int pitch(int width) {
    return (width + LINE - 1) / LINE / 2 * 2 * LINE + LINE;
  }

  /**
   * Copies {@code classes} classes of {@code rows} rows into a panel.
   *
   * @param origin in {@code columns}, the first class of the first row; the next row is beside it,
   *     the next class {@code stride} further
   * @param start in {@code panel}, the same element; the next class is beside it, the next row
   *     {@code pitch} further
   */
  public static void toRows(
      float[] columns,
      int origin,
      int stride,
      int classes,
      int rows,
      float[] panel,
      int start,
      int pitch) {
    int whole = classes / STEP * STEP;
    for (int c = 0; c < whole; c += STEP) {
      stepToRows(columns, origin + c * stride, stride, rows, panel, start + c, pitch);
    }
    for (int c = whole; c < classes; c++) {
      for (int r = 0; r < rows; r++) {
        panel[start + c + r * pitch] = columns[origin + c * stride + r];
      }
    }
  }

  private static void stepToRows(
      float[] columns, int origin, int stride, int rows, float[] panel, int start, int pitch) {
    int b = origin + stride;
    int c = b + stride;
    int d = c + stride;
    int e = d + stride;
    int f = e + stride;
    int g = f + stride;
    int h = g + stride;
    int out = start;
    for (int r = 0; r < rows; r++) {
      panel[out] = columns[origin + r];
      panel[out + 1] = columns[b + r];
      panel[out + 2] = columns[c + r];
      panel[out + 3] = columns[d + r];
      panel[out + 4] = columns[e + r];
      panel[out + 5] = columns[f + r];
      panel[out + 6] = columns[g + r];
      panel[out + 7] = columns[h + r];
      out += pitch;
    }
  }

  /** The way back of {@link #toRows}. */
  public static void toColumns(
      float[] panel,
      int start,
      int pitch,
      int classes,
      int rows,
      float[] columns,
      int origin,
      int stride) {
    int whole = classes / STEP * STEP;
    for (int c = 0; c < whole; c += STEP) {
      stepToColumns(panel, start + c, pitch, rows, columns, origin + c * stride, stride);
    }
    for (int c = whole; c < classes; c++) {
      for (int r = 0; r < rows; r++) {
        columns[origin + c * stride + r] = panel[start + c + r * pitch];
      }
    }
  }

  private static void stepToColumns(
      float[] panel, int start, int pitch, int rows, float[] columns, int origin, int stride) {
    int b = origin + stride;
    int c = b + stride;
    int d = c + stride;
    int e = d + stride;
    int f = e + stride;
    int g = f + stride;
    int h = g + stride;
    int in = start;
    for (int r = 0; r < rows; r++) {
      columns[origin + r] = panel[in];
      columns[b + r] = panel[in + 1];
      columns[c + r] = panel[in + 2];
      columns[d + r] = panel[in + 3];
      columns[e + r] = panel[in + 4];
      columns[f + r] = panel[in + 5];
      columns[g + r] = panel[in + 6];
      columns[h + r] = panel[in + 7];
      in += pitch;
    }
  }
}
