/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;

/** The lanes of a sum, and the fixed tree that folds them into one double. */
public final class Lanes {

  /** Float lanes: the running sums. */
  public final float[] high = new float[TileKernel.LANES];

  /** Float lanes: what the additions to {@link #high} dropped. */
  public final float[] low = new float[TileKernel.LANES];

  /** Tiles added so far: before the first the lanes hold what is left of another sum. */
  public int tiles;

  /** Begins a sum. */
  public void clear() {
    tiles = 0;
  }

  /**
   * Adds the {@link TileKernel#LANES} sums of a tile with TwoSum (Møller 1965, Knuth 1969), which
   * is exact but for the small sums in {@link #low}.
   */
  public void add(float[] sums, int offset) {
    if (tiles++ == 0) {
      System.arraycopy(sums, offset, high, 0, TileKernel.LANES);
      Arrays.fill(low, 0);
      return;
    }
    for (int j = 0; j < TileKernel.LANES; j++) {
      float before = high[j];
      float term = sums[offset + j];
      float sum = before + term;
      float added = sum - before;
      low[j] += (before - (sum - added)) + (term - added);
      high[j] = sum;
    }
  }

  /** The sum of all lanes. */
  public double sum() {
    if (tiles == 0) {
      return 0;
    }
    if (tiles == 1) { // nothing has been dropped yet
      return sum(high, 0);
    }
    return (everyFourth(0) + everyFourth(2)) + (everyFourth(1) + everyFourth(3));
  }

  /** Whether a single term can have been as large as {@code limit}: some lane is, or NaN. */
  public boolean isAnyAtLeast(double limit) {
    for (float lane : high) {
      if (!(lane < limit)) {
        return true;
      }
    }
    return false;
  }

  /** The sum of double lanes, folded by halves: 8 apart, then 4, 2 and 1. */
  public static double sum(double[] lanes) {
    return (everyFourth(lanes, 0) + everyFourth(lanes, 2))
        + (everyFourth(lanes, 1) + everyFourth(lanes, 3));
  }

  /** The sum of float lanes that begin at an offset, folded the same way in double. */
  public static double sum(float[] lanes, int offset) {
    return (everyFourth(lanes, offset) + everyFourth(lanes, offset + 2))
        + (everyFourth(lanes, offset + 1) + everyFourth(lanes, offset + 3));
  }

  private static double everyFourth(float[] lanes, int j) {
    return ((double) lanes[j] + lanes[j + 8]) + ((double) lanes[j + 4] + lanes[j + 12]);
  }

  private double everyFourth(int j) {
    return (lane(j) + lane(j + 8)) + (lane(j + 4) + lane(j + 12));
  }

  private double lane(int j) {
    return (double) high[j] + low[j];
  }

  private static double everyFourth(double[] lanes, int j) {
    return (lanes[j] + lanes[j + 8]) + (lanes[j + 4] + lanes[j + 12]);
  }
}
