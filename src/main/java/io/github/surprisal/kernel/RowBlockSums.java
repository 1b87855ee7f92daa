/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static io.github.surprisal.kernel.RowKernels.LANES;

import java.util.Arrays;

/**
 * Adds tiles of rows that stand side by side to the sums of their {@link RowBlock}, in the order
 * that {@link RowKernels} lays down for one row.
 *
 * <p>Memory is read in long pieces, which are those of a class for all rows, from two places half a
 * tile apart. {@link RowKernels#LANES} classes are taken at a time, and in such an order that a sum
 * waits for the one that it is folded with among five others at the most.
 */
public final class RowBlockSums {

  private final RowKernels kernels;
  private final RowBlock block;
  private final Scratch scratch;

  // The tile.
  private float[] x = new float[0];
  private int offset;
  private int stride;
  private int from;
  private int length;
  private int half;

  // The rows in use, but for some that are not.
  private int first;
  private int rows;

  /** Sums of the rows of the block of this work space. */
  public RowBlockSums(RowKernels kernels, Scratch scratch) {
    this.kernels = kernels;
    this.scratch = scratch;
    block = scratch.block();
  }

  /**
   * Adds a tile of the first rows of the block: class c of row r stands at {@code x[offset +
   * c·stride + r]}.
   *
   * @param from first class of the tile
   * @param length classes of the tile, at most {@link RowKernels#TILE}
   * @param count rows, of which some are in use
   */
  public void addTile(float[] x, int offset, int stride, int from, int length, int count) {
    this.x = x;
    this.offset = offset;
    this.stride = stride;
    this.from = from;
    this.length = length;
    takeRows(count);
    half = LANES;
    while (2 * half < length) {
      half *= 2;
    }
    int skipping = block.findSkipping(first, first + rows, from, length);
    int groups = half / LANES;
    int folds = Integer.numberOfTrailingZeros(groups);
    int waiting = 0;
    for (int i = 0; i < groups; i++) {
      int group = folds == 0 ? 0 : Integer.reverse(i) >>> (Integer.SIZE - folds);
      float[] sums = block.sums(waiting, LANES * rows);
      writeGroup(group * LANES, sums);
      for (int k = 0; k < skipping; k++) {
        leaveOut(block.skipping[k], group, sums);
      }
      for (int folded = i; (folded & 1) == 1; folded >>= 1) {
        kernels.add(block.sums(waiting, 0), block.sums(waiting - 1, 0), LANES * rows);
        waiting--;
      }
      waiting++;
    }
    addToLanes(block.sums(0, 0));
  }

  /** Leaves out the rows before the first one in use and after the last one. */
  private void takeRows(int count) {
    int start = 0;
    while (!block.isUsed(start)) {
      start++;
    }
    first = start / LANES * LANES; // where a cache line begins
    int end = count;
    while (!block.isUsed(end - 1)) {
      end--;
    }
    rows = end - first;
  }

  /** Writes the sums of the pairs of some classes: of each and the one half a tile further on. */
  private void writeGroup(int c, float[] sums) {
    int pairs = Math.min(Math.max(length - half - c, 0), LANES);
    int present = Math.min(Math.max(length - c, 0), LANES);
    int base = offset + c * stride + first;
    int distance = half * stride;
    kernels.writePairs(
        x, base, distance, stride, pairs, block, first, rows, sums, 0, rows, scratch);
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
}
