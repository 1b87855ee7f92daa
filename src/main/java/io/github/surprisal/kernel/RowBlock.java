/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import io.github.surprisal.loss.RowSoftmax;
import java.util.Arrays;

/**
 * Rows that are taken together: what a kernel has to know of them, and what {@link RowSoftmax} does
 * between their first class and their results. Their elements stand side by side, class after
 * class, or the rows are short and stand one after the other; those have sums alone.
 *
 * <p>Mutable; belongs to one thread.
 */
public final class RowBlock {

  /**
   * Rows of a block. Memory is read in pieces of so many numbers: a page of 4 KiB, beyond which the
   * processor does not fetch ahead anyway; pieces of half a KiB take two to three times as long. No
   * more than {@link RowKernels#TILE}, so that a {@link TermBlock} holds a class of them.
   */
  public static final int MAX_ROWS = 1024;

  /**
   * Rows that are taken fastest where no others stand beside them: LANES classes of so many are one
   * class of {@link #MAX_ROWS}.
   */
  public static final int MAX_FEW_ROWS = MAX_ROWS / RowKernels.LANES;

  /** Sums of a tile that exist at a time: those that wait for others, and the one just written. */
  static final int MAX_SUMS = Integer.numberOfTrailingZeros(RowKernels.TILE / RowKernels.LANES);

  /** Of rows that are not taken for sums; no terms have it. */
  private static final int NO_EXPONENT = Integer.MIN_VALUE;

  /** All bits set for rows in use, none for others. */
  public final int[] masks = new int[MAX_ROWS];

  /**
   * Of each row the reference exponent of its terms, and what follows from it. Between the sum and
   * the results it is that of the total.
   */
  public final int[] exponents = new int[MAX_ROWS];

  public final float[] magics = new float[MAX_ROWS];
  public final float[] lowests = new float[MAX_ROWS];

  /** For sums: the class left out, and the lanes. */
  public final int[] skips = new int[MAX_ROWS];

  public final Lanes[] lanes = new Lanes[MAX_ROWS];

  /** The rows that {@link #findSkipping} or {@link #findUsed} found. */
  public final int[] found = new int[MAX_ROWS];

  /** Terms of these rows that count 0 in a sum, but are kept. */
  public final float[] leftOut = new float[MAX_ROWS];

  /** What {@link RowSoftmax} knows of each row until its results are prepared. */
  public final float[] targetLogits = new float[MAX_ROWS];

  /**
   * Of each row the logarithm of its target's term and the sum of the others, in units of the
   * reference; and what {@link RowKernels#endLosses} makes of them: the sum of all terms, and −log
   * softmax at the target, in nats.
   */
  public final double[] targetGaps = new double[MAX_ROWS];

  public final double[] otherTerms = new double[MAX_ROWS];
  public final double[] totals = new double[MAX_ROWS];
  public final double[] nlls = new double[MAX_ROWS];

  /** What logits are reduced by, and terms multiplied with: by 0 and with 1 for sums. */
  public final float[] shifts = new float[MAX_ROWS];

  public final float[] factors = new float[MAX_ROWS];

  /** The exponents that the sums were taken with. */
  private final int[] exponentsOfSums = new int[MAX_ROWS];

  /** Whether all rows' results have the same exponents, and no shift. */
  private boolean hasTermsOfResults;

  /** How often what kernels read of the rows stands there. */
  private int repeated;

  /** Sums that wait to be folded, or a tile of terms, and one more for a kernel. */
  private final float[][] sums = new float[MAX_SUMS + 1][0];

  RowBlock() {
    Arrays.setAll(lanes, row -> new Lanes());
  }

  /** Begins a block of so many rows, none of which is in use yet. */
  public void begin(int rows) {
    Arrays.fill(exponentsOfSums, 0, rows, NO_EXPONENT);
    beginResults(rows);
  }

  /** Begins the results of the rows that {@link #begin} was for, all 0. */
  public void beginResults(int rows) {
    Arrays.fill(masks, 0, rows, 0);
    Arrays.fill(magics, 0, rows, Exponential.magic(0));
    Arrays.fill(lowests, 0, rows, Exponential.lowest(0));
    Arrays.fill(factors, 0, rows, 0f);
    hasTermsOfResults = true;
    repeated = 1;
  }

  /**
   * Room for the sums of that number, of the given length at least: what it held stays there unless
   * it grows.
   */
  public float[] sums(int number, int length) {
    if (sums[number].length < length) {
      sums[number] = new float[length];
    }
    return sums[number];
  }

  /** Whether a row is in use: the sums of others mean nothing, their results are 0. */
  public boolean isUsed(int row) {
    return masks[row] != 0;
  }

  /** Whether any of the first rows is in use. */
  public boolean isAnyUsed(int rows) {
    int any = 0;
    for (int row = 0; row < rows; row++) {
      any |= masks[row];
    }
    return any != 0;
  }

  /**
   * Finds the rows of {@code [first … end)} in use that leave out one of so many classes from
   * {@code from} on; returns how many.
   */
  public int findSkipping(int first, int end, int from, int length) {
    int count = 0;
    for (int row = first; row < end; row++) {
      int skip = skips[row] - from;
      if (isUsed(row) && skip >= 0 && skip < length) {
        found[count++] = row;
      }
    }
    return count;
  }

  /** Finds those of the first rows that are in use; returns how many. */
  public int findUsed(int rows) {
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (isUsed(row)) {
        found[count++] = row;
      }
    }
    return count;
  }

  /** Has a row's terms e<sup>x</sup>·2<sup>−exponent</sup> added up, but for class {@code skip}. */
  public void useForSum(int row, int exponent, int skip) {
    use(row, 0, exponent, 1);
    exponentsOfSums[row] = exponent;
    skips[row] = skip;
  }

  /** Has a row's terms e<sup>x − shift</sup>·2<sup>−exponent</sup> written times a factor. */
  public void useForResults(int row, float shift, int exponent, float factor) {
    use(row, shift, exponent, factor);
    hasTermsOfResults &= shift == 0 && exponent == exponentsOfSums[row];
  }

  /** Fills an array with so many copies of a part of one, by copying all there are. */
  static void repeat(Object from, int first, Object to, int length, int copies) {
    System.arraycopy(from, first, to, 0, copies == 0 ? 0 : length);
    int done;
    for (int filled = length; filled < copies * length; filled += done) {
      done = Math.min(filled, copies * length - filled);
      System.arraycopy(to, 0, to, filled, done);
    }
  }

  /**
   * Repeats what kernels read of the first rows, so that so many times as many follow each other.
   */
  public void repeat(int rows, int times) {
    if (times <= repeated) {
      return;
    }
    repeated = times;
    repeat(masks, 0, masks, rows, times);
    repeat(magics, 0, magics, rows, times);
    repeat(lowests, 0, lowests, rows, times);
    repeat(shifts, 0, shifts, rows, times);
    repeat(factors, 0, factors, rows, times);
    repeat(exponents, 0, exponents, rows, times);
  }

  /**
   * Whether the terms that sums were taken of are those of the results, which so are but multiples
   * of them: for all rows that have been prepared for results.
   */
  public boolean hasTermsOfResults() {
    return hasTermsOfResults;
  }

  private void use(int row, float shift, int exponent, float factor) {
    masks[row] = -1;
    repeated = 1;
    shifts[row] = shift;
    factors[row] = factor;
    exponents[row] = exponent;
    magics[row] = Exponential.magic(exponent);
    lowests[row] = Exponential.lowest(exponent);
  }
}
