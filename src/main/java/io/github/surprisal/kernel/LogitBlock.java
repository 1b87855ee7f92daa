/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;

/**
 * A tile of logits, and their sum in plain loops.
 *
 * <p>Element i of a tile is added to column {@code i mod COLUMNS} in float, and what each addition
 * drops to another float:
 *
 * <pre>{@code
 * next = sum + x                       // from sum = ANCHOR on
 * dropped = dropped + (x − (next − sum))
 * sum = next
 * }</pre>
 *
 * A sum stays within a factor of 2 and above every moderate logit, so {@code next − sum} is exact,
 * and so is what it leaves of x (Dekker 1971, Fast2Sum). {@code sum − ANCHOR} is a multiple of
 * 2<sup>−10</sup>: these are exact when the columns are folded by halves to {@link
 * RowKernels#LANES}, and become doubles there with what was dropped, at most 2<sup>−7</sup> for a
 * column. So the error of a tile is at most 2<sup>−32</sup> for each logit. A tile with a logit
 * that is not moderate is added up in double: element i to lane {@code i mod LANES}.
 *
 * <p>C2 vectorises a loop over one array from one place in it to another, but not over two arrays
 * at different places: so all is in one.
 */
public final class LogitBlock {

  /** Columns of a tile's sum. */
  public static final int COLUMNS = 64;

  /** The largest logit that is moderate. */
  public static final float MODERATE = 256;

  /** Where the sum of a column begins: 16 moderate logits leave it between 2^13 and 2^14. */
  public static final float ANCHOR = 0x1.8p13f;

  private static final int TILE = RowKernels.TILE;

  // Where there are, after the logits: the sums of each column, the first of which is ANCHOR; what
  // each addition drops; the sums of that, the first of which is 0; and the largest so far. What is
  // read is nowhere a whole number of pages behind what has just been written: the processor would
  // take it for the same.
  private static final int PADDING = 336;
  private static final int SUMS = TILE + PADDING;
  private static final int DROPPED = SUMS + COLUMNS + TILE + PADDING;
  private static final int LOWS = DROPPED + TILE + PADDING;
  private static final int LARGEST = LOWS + COLUMNS + TILE + PADDING;

  private final float[] a = new float[LARGEST + COLUMNS + TILE];

  private int padded;

  LogitBlock() {
    Arrays.fill(a, SUMS, SUMS + COLUMNS, ANCHOR);
  }

  /** So many logits in whole rounds of the columns. */
  public static int wholeRounds(int count) {
    return (count + COLUMNS - 1) / COLUMNS * COLUMNS;
  }

  /** Takes so many logits, and 0 up to whole rounds of the columns. */
  void load(float[] x, int offset, int count) {
    padded = wholeRounds(count);
    System.arraycopy(x, offset, a, 0, count);
    Arrays.fill(a, count, padded, 0);
    addDown(a, padded);
  }

  private static void addDown(float[] a, int length) {
    for (int i = 0; i < length; i++) {
      float x = a[i];
      float sum = a[i + SUMS];
      float next = sum + x;
      a[i + SUMS + COLUMNS] = next;
      a[i + DROPPED] = x - (next - sum);
      a[i + LARGEST + COLUMNS] = Math.max(a[i + LARGEST], Math.abs(x));
    }
  }

  /** Whether no logit is larger than {@link #MODERATE}, or NaN. */
  boolean isModerate() {
    for (int j = LARGEST + padded; j < LARGEST + padded + COLUMNS; j++) {
      if (!(a[j] <= MODERATE)) {
        return false;
      }
    }
    return true;
  }

  /** Adds Σ x of moderate logits to the double lanes. */
  void addTo(double[] lanes) {
    addDropped(a, padded);
    int sums = SUMS + padded;
    int lows = LOWS + padded;
    for (int j = 0; j < RowKernels.LANES; j++) {
      lanes[j] += (double) folded(sums + j, ANCHOR) + folded(lows + j, 0);
    }
  }

  private static void addDropped(float[] a, int length) {
    for (int i = 0; i < length; i++) {
      a[i + LOWS + COLUMNS] = a[i + LOWS] + a[i + DROPPED];
    }
  }

  /** The four columns of a lane, less where they began. */
  private float folded(int at, float start) {
    int lanes = RowKernels.LANES;
    return ((a[at] - start) + (a[at + 2 * lanes] - start))
        + ((a[at + lanes] - start) + (a[at + 3 * lanes] - start));
  }
}
