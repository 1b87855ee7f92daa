/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.RowKernels.LANES;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.RowBlock;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.kernel.Transposition;
import java.util.Arrays;

/**
 * Tiles of the rows of a {@link RowBlock}, which stand side by side: class c of row r at {@code
 * x[offset + c·stride + r]}. They are added to the rows' sums in the order that {@link RowKernels}
 * lays down for one row, or written as results.
 *
 * <p>Memory is read in long pieces, which are those of a class for all rows, from two places half a
 * tile apart. {@link RowKernels#LANES} classes are taken at a time, and in such an order that a sum
 * waits for the one that it is folded with among five others at the most. A few rows without others
 * beside them are left to {@link FewRowTiles}. Of others that are no multiple of a vector's lanes
 * some are taken twice, or, if there are fewer than a vector might hold, all are transposed and
 * taken one by one.
 */
public final class RowBlockTiles {

  private final RowKernels kernels;
  private final RowBlock block;
  private final Scratch scratch;
  private final FewRowTiles fewRows;

  // The tile.
  private float[] x = new float[0];
  private int offset;
  private int stride;
  private int from;
  private int length;
  private int half;

  // The rows that are added: those in use, and some that are not.
  private int first;
  private int rows;

  /** Tiles of the rows of this work space's block. */
  public RowBlockTiles(RowKernels kernels, Scratch scratch) {
    this.kernels = kernels;
    this.scratch = scratch;
    block = scratch.block();
    fewRows = new FewRowTiles(kernels, scratch);
  }

  /**
   * Adds a tile of the first rows of the block to their sums.
   *
   * @param from first class of the tile
   * @param length classes of the tile, at most {@link RowKernels#TILE}
   * @param count rows, at least one of them in use
   */
  public void add(float[] x, int offset, int stride, int from, int length, int count) {
    if (FewRowTiles.take(count, stride)) {
      addFew(fewRows.sums(x, offset, from, length, half(length), count), count);
      return;
    }
    this.x = x;
    this.offset = offset;
    this.stride = stride;
    this.from = from;
    this.length = length;
    half = half(length);
    if (count < LANES) {
      addOneByOne(count);
      return;
    }
    findRows(count);
    int skipping = block.findSkipping(first, first + rows, from, length);
    int groups = half / LANES;
    int folds = Integer.numberOfTrailingZeros(groups);
    int waiting = 0;
    for (int i = 0; i < groups; i++) {
      int group = Integer.reverse(i) >>> (Integer.SIZE - folds); // i is 0 where there are no folds
      float[] sums = block.sums(waiting, LANES * rows);
      writeGroup(group * LANES, sums);
      for (int k = 0; k < skipping; k++) {
        leaveOut(block.found[k], group, sums);
      }
      for (int folded = i; (folded & 1) == 1; folded >>= 1) {
        kernels.add(block.sums(waiting, 0), block.sums(waiting - 1, 0), LANES * rows);
        waiting--;
      }
      waiting++;
    }
    addToLanes(block.sums(0, 0));
  }

  /** Whether the terms of so many rows, so far apart, can be kept by {@link #addAndKeep}. */
  public static boolean canKeep(int count, int stride) {
    return FewRowTiles.take(count, stride);
  }

  /**
   * {@link #add}, which leaves the terms in another array than {@code x}, for {@link #multiply}.
   */
  public void addAndKeep(
      float[] x, int offset, int from, int length, int count, float[] out, int outOffset) {
    int apart = half(length);
    addFew(fewRows.sumsOfKept(x, offset, from, length, apart, count, out, outOffset), count);
  }

  /**
   * Whether {@link #multiply} does what {@link #write} does, with terms that were kept: for rows
   * that have been prepared for results since.
   */
  public boolean areKeptOfResults() {
    return block.hasTermsOfResults();
  }

  /** Makes the results of so many classes of terms that were kept. */
  public void multiply(float[] terms, int offset, int classes, int count) {
    fewRows.multiply(terms, offset, classes, count);
  }

  private void addFew(float[] sums, int count) {
    first = 0;
    rows = count;
    addToLanes(sums);
  }

  /** How far the terms of a tile's first fold are apart. */
  private static int half(int length) {
    int half = LANES;
    while (2 * half < length) {
      half *= 2;
    }
    return half;
  }

  /**
   * Leaves out rows before the first one in use and after the last one, but keeps LANES of them.
   */
  private void findRows(int count) {
    int start = 0;
    while (!block.isUsed(start)) {
      start++;
    }
    int end = count;
    while (!block.isUsed(end - 1)) {
      end--;
    }
    first = Math.min(start / LANES * LANES, count - LANES);
    rows = Math.max(end - first, LANES);
  }

  /** Writes the sums of the pairs of some classes: of each and the one half a tile further on. */
  private void writeGroup(int c, float[] sums) {
    int pairs = Math.min(Math.max(length - half - c, 0), LANES);
    int present = Math.min(length - c, LANES);
    int base = offset + c * stride + first;
    kernels.writePairs(x, base, half * stride, stride, pairs, block, first, rows, sums, scratch);
    int single = base + pairs * stride;
    int at = pairs * rows;
    kernels.writeRows(
        x, single, stride, present - pairs, block, first, rows, sums, at, rows, scratch);
    Arrays.fill(sums, present * rows, LANES * rows, 0f);
  }

  /** If a row's class left out is one of a group or of its pairs, only the other one counts. */
  private void leaveOut(int row, int group, float[] sums) {
    int skip = block.skips[row] - from;
    if ((skip & (half - 1)) / LANES == group) {
      int other = skip ^ half;
      sums[(skip & (LANES - 1)) * rows + row - first] =
          other < length
              ? Exponential.term(x[offset + other * stride + row], block.exponents[row])
              : 0f;
    }
  }

  private void addToLanes(float[] sums) {
    for (int i = 0; i < rows; i++) {
      if (block.isUsed(first + i)) {
        for (int lane = 0; lane < LANES; lane++) {
          scratch.terms[lane] = sums[lane * rows + i];
        }
        block.lanes[first + i].add(scratch.terms);
      }
    }
  }

  private void addOneByOne(int count) {
    int pitch = Transposition.pitch(length);
    float[] panel = block.sums(0, count * pitch);
    Transposition.toRows(x, offset, stride, length, count, panel, 0, pitch);
    for (int row = 0; row < count; row++) {
      if (block.isUsed(row)) {
        int skip = block.skips[row] - from;
        int exponent = block.exponents[row];
        kernels.addExponentials(
            panel, row * pitch, length, skip, 0, exponent, block.lanes[row], scratch);
      }
    }
  }

  /**
   * Writes the terms of a tile of the first rows of the block times their factors, 0 for rows that
   * are not in use.
   *
   * @param out may be {@code x} itself with the same offset and stride
   */
  public void write(
      float[] x,
      int offset,
      int stride,
      int length,
      int count,
      float[] out,
      int outOffset,
      int outStride) {
    if (FewRowTiles.take(count, stride) && FewRowTiles.take(count, outStride)) {
      fewRows.write(x, offset, length, count, out, outOffset);
      return;
    }
    if (count >= LANES) {
      kernels.writeRows(
          x, offset, stride, length, block, 0, count, out, outOffset, outStride, scratch);
      return;
    }
    int pitch = Transposition.pitch(length);
    float[] panel = block.sums(0, count * pitch);
    Transposition.toRows(x, offset, stride, length, count, panel, 0, pitch);
    for (int row = 0; row < count; row++) {
      int at = row * pitch;
      if (block.isUsed(row)) {
        float shift = block.shifts[row];
        int exponent = block.exponents[row];
        float factor = block.factors[row];
        kernels.writeSoftmax(panel, at, length, shift, exponent, factor, panel, at, scratch);
      } else {
        Arrays.fill(panel, at, at + length, 0f);
      }
    }
    Transposition.toColumns(panel, 0, pitch, length, count, out, outOffset, outStride);
  }
}
