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
import java.util.Arrays;

/**
 * Tiles of a few rows of a {@link RowBlock} with no other rows beside them: class c of row r at
 * {@code x[offset + c·count + r]}.
 *
 * <p>To a kernel {@link RowKernels#LANES} classes of all rows, or a multiple of them, are one class
 * of as many times the rows, and what is left at an end is one class of fewer.
 */
public final class FewRowTiles {

  /** Classes that a tile should be at least: repeating what belongs to rows takes time too. */
  private static final int FEWEST = 8;

  /** Elements after which factors are repeated no further. */
  private static final int ENOUGH = 256;

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
    return count == stride && count <= RowBlock.MAX_FEW_ROWS;
  }

  /**
   * Returns the folded sums of a tile, lane after lane of all rows.
   *
   * @param from first class of the tile
   * @param half the power of two, from {@link RowKernels#LANES} on, that the first fold's terms are
   *     apart
   */
  float[] sums(float[] x, int offset, int from, int length, int half, int count) {
    float[] terms = block.sums(1, 2 * half * count);
    writeTerms(x, offset, length, count, terms, 0);
    return fold(terms, 0, from, length, half, count);
  }

  /** {@link #sums}, which leaves the terms in another array than {@code x}. */
  float[] sumsOfKept(
      float[] x, int offset, int from, int length, int half, int count, float[] out, int to) {
    writeTerms(x, offset, length, count, out, to);
    if (length == 2 * half) {
      return fold(out, to, from, length, half, count);
    }
    float[] terms = block.sums(1, 2 * half * count);
    System.arraycopy(out, to, terms, 0, length * count);
    return fold(terms, 0, from, length, half, count);
  }

  private float[] fold(float[] terms, int base, int from, int length, int half, int count) {
    int all = 2 * half * count;
    Arrays.fill(terms, base + length * count, base + all, 0f);
    int skipping = block.findSkipping(0, count, from, length);
    for (int k = 0; k < skipping; k++) {
      int at = skipped(k, base, from, count);
      block.leftOut[k] = terms[at];
      terms[at] = 0;
    }
    float[] sums = block.sums(0, all / 2);
    kernels.foldTerms(terms, base, all, LANES * count, sums, scratch);
    for (int k = 0; k < skipping; k++) {
      terms[skipped(k, base, from, count)] = block.leftOut[k];
    }
    return sums;
  }

  /** Where the term stands that a row found to leave one out leaves out. */
  private int skipped(int k, int base, int from, int count) {
    int row = block.found[k];
    return base + (block.skips[row] - from) * count + row;
  }

  /** Writes the terms of a tile, most of them in pairs of equally wide classes. */
  private void writeTerms(float[] x, int offset, int length, int count, float[] terms, int base) {
    int groups = length / LANES; // of LANES classes each, some of which are one to the kernel
    int most = Math.min(RowBlock.MAX_ROWS / (LANES * count), Math.max(groups / FEWEST, 1));
    int each = Integer.highestOneBit(most); // so whole tiles leave no group over
    int pairs = groups / (2 * each);
    int wide = LANES * count * each;
    block.repeat(count, LANES * each);
    if (pairs > 0) {
      kernels.writeTermsOfRows(x, offset, 2 * pairs, block, wide, terms, base, scratch);
    }
    writeResults(x, offset, 2 * pairs * wide, length * count, wide, terms, base);
  }

  /** Writes the results of the elements from {@code start}, where a class begins, to the end. */
  private void writeResults(
      float[] x, int offset, int start, int end, int wide, float[] out, int outOffset) {
    int classes = (end - start) / wide;
    if (classes > 0) {
      writeRows(x, offset + start, classes, wide, out, outOffset + start);
    }
    int rest = start + classes * wide;
    if (end - rest >= LANES) {
      writeRows(x, offset + rest, 1, end - rest, out, outOffset + rest);
    } else {
      for (int i = rest; i < end; i++) {
        out[outOffset + i] = result(x[offset + i], i - rest);
      }
    }
  }

  private void writeRows(float[] x, int base, int classes, int rows, float[] out, int outBase) {
    kernels.writeRows(x, base, rows, classes, block, 0, rows, out, outBase, rows, scratch);
  }

  /** The result of one element, which is its term if sums are being taken. */
  private float result(float logit, int row) {
    return block.isUsed(row)
        ? Exponential.term(logit - block.shifts[row], block.exponents[row]) * block.factors[row]
        : 0;
  }

  /** Writes a tile's results, as {@link RowBlockTiles#write} tells. */
  void write(float[] x, int offset, int length, int count, float[] out, int outOffset) {
    block.repeat(count, LANES);
    writeResults(x, offset, 0, length * count, LANES * count, out, outOffset);
  }

  /** Makes results of terms that were kept, of so many classes. */
  void multiply(float[] terms, int offset, int classes, int count) {
    int most = Math.max(ENOUGH / count, LANES);
    block.repeat(count, most);
    for (int c = 0; c < classes; c += most) {
      int rows = Math.min(most, classes - c) * count;
      kernels.multiplyRows(terms, offset + c * count, block, rows);
    }
  }
}
