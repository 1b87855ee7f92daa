/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.loop;

import io.github.surprisal.kernel.LogitSum;
import io.github.surprisal.kernel.TileKernel;
import java.util.Arrays;

/**
 * A tile of logits, and their sum in plain loops as {@link LogitSum} lays it down.
 *
 * <p>C2 vectorises a loop over one array from one place in it to another, but not over two arrays
 * at different places: so all is in one.
 */
final class LogitTile {

  private static final int COLUMNS = LogitSum.COLUMNS;
  private static final int TILE = TileKernel.TILE;

  // What stands after the logits: the sums of each column, where the first sum is ANCHOR; what each
  // addition drops; the sums of what was dropped, where the first sum is 0; and the largest so far.
  // No number is read a whole number of pages behind a number just written: the processor would
  // take the two for the same.
  private static final int PADDING = 336;
  private static final int SUMS = TILE + PADDING;
  private static final int DROPPED = SUMS + COLUMNS + TILE + PADDING;
  private static final int LOWS = DROPPED + TILE + PADDING;
  private static final int LARGEST = LOWS + COLUMNS + TILE + PADDING;

  private final float[] a = new float[LARGEST + COLUMNS + TILE];

  private int padded;

  LogitTile() {
    Arrays.fill(a, SUMS, SUMS + COLUMNS, LogitSum.ANCHOR);
  }

  /** Takes {@code count} logits, and 0 up to whole rounds of the columns. */
  void load(float[] x, int offset, int count) {
    padded = LogitSum.wholeRounds(count);
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

  /** Whether no logit is larger than {@link LogitSum#MODERATE}, or NaN. */
  boolean isModerate() {
    for (int j = LARGEST + padded; j < LARGEST + padded + COLUMNS; j++) {
      if (!(a[j] <= LogitSum.MODERATE)) {
        return false;
      }
    }
    return true;
  }

  /** Writes the lanes of Σ x over moderate logits. */
  void sum(double[] out, int offset) {
    addDropped(a, padded);
    int sums = SUMS + padded;
    int lows = LOWS + padded;
    for (int j = 0; j < TileKernel.LANES; j++) {
      out[offset + j] = (double) folded(sums + j, LogitSum.ANCHOR) + folded(lows + j, 0);
    }
  }

  private static void addDropped(float[] a, int length) {
    for (int i = 0; i < length; i++) {
      a[i + LOWS + COLUMNS] = a[i + LOWS] + a[i + DROPPED];
    }
  }

  /** The four columns of a lane, less where they began. */
  private float folded(int at, float start) {
    int lanes = TileKernel.LANES;
    return ((a[at] - start) + (a[at + 2 * lanes] - start))
        + ((a[at + lanes] - start) + (a[at + 3 * lanes] - start));
  }
}
