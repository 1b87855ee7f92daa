/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static io.github.surprisal.kernel.RowKernels.LANES;

import java.util.Arrays;

/**
 * Tiles of a few rows of a {@link RowBlock}, fewer than a vector may hold or no multiple of that,
 * with no other rows beside them: class c of row r at {@code x[offset + c·count + r]}.
 *
 * <p>To a kernel {@link RowKernels#LANES} classes of all rows are one class of as many times the
 * rows, and what is left at an end is one class of fewer.
 */
final class FewRowTiles {

  /** Of more, whose sums fill the first-level cache, it takes less to take some rows twice. */
  private static final int MOST_ROWS = 55;

  private final RowKernels kernels;
  private final RowBlock block;
  private final Scratch scratch;

  FewRowTiles(RowKernels kernels, Scratch scratch) {
    this.kernels = kernels;
    this.scratch = scratch;
    block = scratch.block();
  }

  /** Whether these take so many rows, the classes of which are so far apart. */
  static boolean take(int count, int stride) {
    return count == stride && count % LANES != 0 && count <= MOST_ROWS;
  }

  /**
   * Returns the folded sums of a tile, lane after lane of all rows.
   *
   * @param from first class of the tile
   * @param half the power of two, from {@link RowKernels#LANES} on, that the first fold's terms are
   *     apart
   */
  float[] sums(float[] x, int offset, int from, int length, int half, int count) {
    int wide = LANES * count;
    int all = half * count;
    int present = Math.min(length * count, all);
    int pairs = Math.max(length - half, 0) * count;
    float[] sums = block.sums(0, all);
    block.repeat(count, LANES);
    writePairs(x, offset, all, pairs, wide, sums);
    writeTerms(x, offset, pairs, present, wide, sums, 0);
    Arrays.fill(sums, present, all, 0f);
    int skipping = block.findSkipping(0, count, from, length);
    for (int k = 0; k < skipping; k++) {
      int row = block.found[k];
      int skip = block.skips[row] - from;
      int other = skip ^ half;
      sums[(skip & (half - 1)) * count + row] =
          other < length ? result(x, offset, other * count + row, row) : 0;
    }
    for (int folded = half / 2 * count; folded >= wide; folded /= 2) {
      float[] upper = block.sums(1, folded);
      System.arraycopy(sums, folded, upper, 0, folded);
      kernels.add(upper, sums, folded);
    }
    return sums;
  }

  /** Writes the sums of the elements before {@code end} and of those at a distance from them. */
  private void writePairs(float[] x, int offset, int distance, int end, int wide, float[] sums) {
    int classes = end / wide;
    kernels.writePairs(x, offset, distance, wide, classes, block, 0, wide, sums, scratch);
    int done = classes * wide;
    float[] others = block.sums(1, wide);
    writeTerms(x, offset, done, end, wide, sums, 0);
    writeTerms(x, offset + distance, done, end, wide, others, -done);
    for (int i = done; i < end; i++) {
      sums[i] += others[i - done];
    }
  }

  /** Writes the results of the elements from {@code start} to {@code end}. */
  private void writeTerms(
      float[] x, int offset, int start, int end, int wide, float[] out, int outOffset) {
    int more;
    for (int i = start; i < end; i += more) {
      int first = i % wide;
      int classes = first == 0 ? (end - i) / wide : 0;
      more = classes == 0 ? Math.min(wide - first, end - i) : classes * wide;
      int rows = classes == 0 ? more : wide;
      if (rows >= LANES) {
        int in = offset + i;
        int to = outOffset + i;
        kernels.writeRows(
            x, in, wide, Math.max(classes, 1), block, first, rows, out, to, wide, scratch);
      } else {
        for (int j = i; j < i + more; j++) {
          out[outOffset + j] = result(x, offset, j, j % wide);
        }
      }
    }
  }

  /** The result of one element, which is its term if sums are being taken. */
  private float result(float[] x, int offset, int i, int row) {
    if (!block.isUsed(row)) {
      return 0;
    }
    float logit = x[offset + i] - block.shifts[row];
    return Exponential.term(logit, block.exponents[row]) * block.factors[row];
  }

  /** Writes a tile's results, as {@link RowBlockTiles#write} tells. */
  void write(float[] x, int offset, int length, int count, float[] out, int outOffset) {
    block.repeat(count, LANES);
    writeTerms(x, offset, 0, length * count, LANES * count, out, outOffset);
  }
}
