/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.LANES;
import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.References;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.ClassRows;
import java.util.Arrays;

/**
 * Tiles of the rows of a {@link RowBlock}, which stand side by side: class c of row r at {@code
 * x[offset + c·stride + r]}. They are added to the rows' sums in the order that {@link TileKernel}
 * lays down for one row, or written as results.
 *
 * <p>Of many rows one class is a piece of memory. Pieces are read from two places half a tile
 * apart, and in such an order that a sum waits for the one that it is folded with among five others
 * at the most. Of a few rows several classes are one piece: a tile of them is a tile {@code count}
 * times as wide.
 */
final class StridedTiles {

  /** Sums of a tile that exist at a time: those that wait for others, and the one just written. */
  private static final int MOST_SUMS = Integer.numberOfTrailingZeros(TILE / LANES);

  private final WorkSpace space;
  private final TileKernel kernel;
  private final RowBlock block;

  /** The exponents of the sums' terms. */
  private final References references = new References(ClassRows.MOST_TOGETHER);

  /** The rows that leave out a class of a tile. */
  private final int[] skipping = new int[ClassRows.MOST_TOGETHER];

  private int skips;

  /** Terms that count 0 in a sum, but are kept. */
  private final float[] leftOut = new float[ClassRows.MOST_TOGETHER];

  private final float[] laneSums = new float[LANES];

  // Made as far as they are needed.
  private float[] sums = new float[0];
  private float[] tileTerms = new float[0];
  private float[] panel = new float[0];

  StridedTiles(WorkSpace space) {
    this.space = space;
    kernel = space.kernel;
    block = space.part(RowBlock.class, any -> new RowBlock());
  }

  /** Whether {@code count} rows have no others beside them, and are a few. */
  static boolean areContiguous(int count, int stride) {
    return count == stride && areFew(count);
  }

  private static boolean areFew(int count) {
    return count <= ClassRows.FEW_TOGETHER;
  }

  /**
   * Begins the sums of the block's first {@code count} rows, which have {@code classes} classes.
   */
  void beginSums(int count, int classes) {
    references.fill(count, 0);
    for (int row = 0; row < count; row++) {
      if (block.isSummed[row]) {
        references.set(row, block.exponents[row] - RowSoftmax.HEADROOM);
      }
    }
    if (areFew(count)) {
      references.repeat(count, Math.min(classesOfPiece(count), classes));
    }
  }

  /**
   * Begins to write the block's results, for its first {@code count} rows, which have {@code
   * classes} classes.
   */
  void beginResults(int count, int classes) {
    if (areFew(count)) {
      int times = Math.min(classesOfPiece(count), classes);
      block.resultReferences.repeat(count, times);
      References.repeat(block.factors, count, times);
    }
  }

  /**
   * Adds a tile of the block's first {@code count} rows to their sums.
   *
   * @param from first class of the tile
   * @param length classes of the tile, at most {@link TileKernel#TILE}
   */
  void add(float[] x, int offset, int stride, int from, int length, int count) {
    findSkipping(from, length, count);
    if (!areFew(count)) {
      addWide(x, offset, stride, from, length, count);
      return;
    }
    float[] terms = room(2 * half(length) * count);
    if (count == stride) {
      writeTerms(x, offset, length, count, terms, 0);
    } else {
      gather(x, offset, stride, length, count);
      writeTerms(panel, 0, length, count, terms, 0);
    }
    fold(terms, 0, from, length, count);
  }

  /** {@link #add} of a few rows with no others beside them, which leaves the terms in out. */
  void addAndKeep(
      float[] x, int offset, int from, int length, int count, float[] out, int outOffset) {
    findSkipping(from, length, count);
    writeTerms(x, offset, length, count, out, outOffset);
    if (length == 2 * half(length)) {
      fold(out, outOffset, from, length, count);
      return;
    }
    float[] terms = room(2 * half(length) * count);
    System.arraycopy(out, outOffset, terms, 0, length * count);
    fold(terms, 0, from, length, count);
  }

  /** How far the terms of a tile's first fold are apart. */
  private static int half(int length) {
    int half = LANES;
    while (2 * half < length) {
      half *= 2;
    }
    return half;
  }

  private float[] room(int elements) {
    if (tileTerms.length < elements) {
      tileTerms = new float[elements];
    }
    return tileTerms;
  }

  private void findSkipping(int from, int length, int count) {
    skips = 0;
    for (int row = 0; row < count; row++) {
      int skip = block.targets[row] - from;
      if (block.isSummed[row] && skip >= 0 && skip < length) {
        skipping[skips++] = row;
      }
    }
  }

  /** Copies some classes of a few rows, so that no others stand beside them. */
  private void gather(float[] x, int offset, int stride, int length, int count) {
    if (panel.length < length * count) {
      panel = new float[length * count];
    }
    for (int c = 0; c < length; c++) {
      System.arraycopy(x, offset + c * stride, panel, c * count, count);
    }
  }

  /** Classes of a few rows that are one piece. */
  private static int classesOfPiece(int count) {
    return TILE / count;
  }

  /** Writes the terms of some classes of a few rows with no others beside them. */
  private void writeTerms(
      float[] x, int offset, int length, int count, float[] terms, int termsOffset) {
    int most = classesOfPiece(count);
    int classes;
    for (int c = 0; c < length; c += classes) {
      classes = Math.min(most, length - c);
      int at = c * count;
      kernel.writeTerms(x, offset + at, references, classes * count, terms, termsOffset + at);
    }
  }

  /** Folds a tile of a few rows and adds it to the lanes. */
  private void fold(float[] terms, int base, int from, int length, int count) {
    int all = 2 * half(length) * count;
    Arrays.fill(terms, base + length * count, base + all, 0f);
    for (int k = 0; k < skips; k++) {
      int at = skipped(k, base, from, count);
      leftOut[k] = terms[at];
      terms[at] = 0;
    }
    int lanes = LANES * count;
    if (sums.length < lanes) {
      sums = new float[lanes];
    }
    kernel.fold(terms, base, all, lanes, sums, 0);
    for (int k = 0; k < skips; k++) {
      terms[skipped(k, base, from, count)] = leftOut[k];
    }
    addToLanes(count, count);
  }

  /** Where the term stands that a skipping row leaves out. */
  private int skipped(int k, int base, int from, int count) {
    int row = skipping[k];
    return base + (block.targets[row] - from) * count + row;
  }

  private void addToLanes(int count, int pitch) {
    for (int row = 0; row < count; row++) {
      if (block.isSummed[row]) {
        for (int lane = 0; lane < LANES; lane++) {
          laneSums[lane] = sums[lane * pitch + row];
        }
        block.lanes[row].add(laneSums, 0);
      }
    }
  }

  private void addWide(float[] x, int offset, int stride, int from, int length, int count) {
    int pitch = (count + LANES - 1) / LANES * LANES;
    int size = LANES * pitch;
    if (sums.length < MOST_SUMS * size) {
      sums = new float[MOST_SUMS * size];
    }
    int half = half(length);
    int groups = half / LANES;
    int folds = Integer.numberOfTrailingZeros(groups);
    int waiting = 0;
    for (int i = 0; i < groups; i++) {
      int group = Integer.reverse(i) >>> (Integer.SIZE - folds); // i is 0 where there are no folds
      for (int lane = 0; lane < LANES; lane++) {
        int at = waiting * size + lane * pitch;
        writePair(x, offset, stride, group * LANES + lane, half, length, count, at);
      }
      leaveOut(x, offset, stride, from, length, group, waiting * size, pitch);
      for (int folded = i; (folded & 1) == 1; folded >>= 1) {
        waiting--;
        kernel.fold(sums, waiting * size, 2 * size, size, sums, waiting * size);
      }
      waiting++;
    }
    addToLanes(count, pitch);
  }

  /** Writes the sums of the terms of a class and of the one half a tile further on. */
  private void writePair(
      float[] x, int offset, int stride, int c, int half, int length, int count, int at) {
    if (c >= length) {
      Arrays.fill(sums, at, at + count, 0f);
    } else if (c + half >= length) {
      kernel.writeTerms(x, offset + c * stride, references, count, sums, at);
    } else {
      int first = offset + c * stride;
      kernel.writePairs(x, first, first + half * stride, references, count, sums, at);
    }
  }

  /** If the class that a row leaves out is one of a group or of its pairs, the other one counts. */
  private void leaveOut(
      float[] x, int offset, int stride, int from, int length, int group, int base, int pitch) {
    int half = half(length);
    for (int k = 0; k < skips; k++) {
      int row = skipping[k];
      int skip = block.targets[row] - from;
      if ((skip & (half - 1)) / LANES == group) {
        int other = skip ^ half;
        int exponent = block.exponents[row] - RowSoftmax.HEADROOM;
        sums[base + (skip & (LANES - 1)) * pitch + row] =
            other < length ? Exponential.term(x[offset + other * stride + row], exponent) : 0f;
      }
    }
  }

  /** Makes results of terms of a few rows that were kept, where they stand. */
  void multiply(float[] terms, int offset, int classes, int count) {
    int most = classesOfPiece(count);
    int some;
    for (int c = 0; c < classes; c += some) {
      some = Math.min(most, classes - c);
      int at = offset + c * count;
      kernel.multiply(terms, at, some * count, block.factors, terms, at);
    }
    clearOthers(terms, offset, count, classes, count);
  }

  /**
   * Writes the terms of a tile of the first rows of the block times their factors, 0 for rows
   * without a result.
   *
   * @param out may be {@code x} itself with the same offset and stride
   */
  void write(
      float[] x,
      int offset,
      int stride,
      int length,
      int count,
      float[] out,
      int outOffset,
      int outStride) {
    if (!areFew(count)) {
      for (int c = 0; c < length; c++) {
        writePiece(x, offset + c * stride, count, count, out, outOffset + c * outStride);
      }
    } else if (count == stride && count == outStride) {
      writeFew(x, offset, length, count, out, outOffset);
    } else {
      gather(x, offset, stride, length, count);
      writeFew(panel, 0, length, count, panel, 0);
      for (int c = 0; c < length; c++) {
        System.arraycopy(panel, c * count, out, outOffset + c * outStride, count);
      }
    }
    clearOthers(out, outOffset, outStride, length, count);
  }

  private void writeFew(float[] x, int offset, int length, int count, float[] out, int outOffset) {
    int most = classesOfPiece(count);
    int classes;
    for (int c = 0; c < length; c += classes) {
      classes = Math.min(most, length - c);
      int at = c * count;
      writePiece(x, offset + at, classes * count, count, out, outOffset + at);
    }
  }

  /** Writes the results of {@code size} logits of {@code count} rows. */
  private void writePiece(float[] x, int offset, int size, int count, float[] out, int outOffset) {
    float[] logits = x;
    int at = offset;
    if (block.isAnyShifted()) {
      logits = space.staging;
      at = 0;
      for (int i = 0; i < size; i++) {
        logits[i] = x[offset + i] - block.shifts[i % count];
      }
    }
    kernel.writeTerms(logits, at, block.resultReferences, size, space.terms, 0);
    kernel.multiply(space.terms, 0, size, block.factors, out, outOffset);
  }

  /** Writes 0 for rows without a result. */
  private void clearOthers(float[] out, int offset, int stride, int classes, int count) {
    int row = 0;
    while (row < count) {
      int first = row;
      while (row < count && !block.hasResult[row]) {
        row++;
      }
      for (int c = 0; row > first && c < classes; c++) {
        int at = offset + c * stride;
        Arrays.fill(out, at + first, at + row, 0f);
      }
      row++;
    }
  }
}
