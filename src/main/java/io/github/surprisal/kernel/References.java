/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;

/**
 * The reference exponents of up to {@link TileKernel#TILE} terms, in the forms that loops want: the
 * constant that z is formed with, and the logits between which z is within range.
 */
public final class References {

  /**
   * Unused elements at the end of each array. Arrays of equal size would lie a multiple of 4096
   * bytes and a little more apart, where processors take a load for one of a number just stored.
   */
  public static final int PADDING = 140;

  /** Of each element what {@link Exponential#magic} gives. */
  public final float[] magics;

  /** Of each element what {@link Exponential#lowest} gives. */
  public final float[] lowests;

  /** Of each element what {@link Exponential#highest} gives. */
  public final float[] highests;

  /** References for {@code size} elements, all for an exponent of 0. */
  public References(int size) {
    magics = new float[size + PADDING];
    lowests = new float[size + PADDING];
    highests = new float[size + PADDING];
    fill(size, 0);
  }

  /** Sets the exponent of one element. */
  public void set(int element, int exponent) {
    magics[element] = Exponential.magic(exponent);
    lowests[element] = Exponential.lowest(exponent);
    highests[element] = Exponential.highest(exponent);
  }

  /** Sets the exponent of the first {@code count} elements. */
  public void fill(int count, int exponent) {
    Arrays.fill(magics, 0, count, Exponential.magic(exponent));
    Arrays.fill(lowests, 0, count, Exponential.lowest(exponent));
    Arrays.fill(highests, 0, count, Exponential.highest(exponent));
  }

  /** Repeats the first {@code count} exponents, so that they stand there {@code times} times. */
  public void repeat(int count, int times) {
    repeat(magics, count, times);
    repeat(lowests, count, times);
    repeat(highests, count, times);
  }

  /** Repeats the first {@code count} numbers, so that they stand there {@code times} times. */
  public static void repeat(float[] numbers, int count, int times) {
    int all = count * times;
    int step;
    for (int done = count; done < all; done += step) {
      step = Math.min(done, all - done);
      System.arraycopy(numbers, 0, numbers, done, step);
    }
  }
}
