/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowRanges;
import io.github.surprisal.rows.RowTargets;
import java.util.Arrays;
import java.util.function.LongToDoubleFunction;

/**
 * Losses of rows along an axis that is not the last, and their gradients: neighbouring rows are
 * taken together, one tile of each after the other, so that memory is read in long pieces and
 * vectors hold several rows. None is transposed, which took 1.7 to 10 times as long (AMD EPYC, Zen
 * 5).
 */
final class StridedBlockLosses extends BlockLosses {

  /** Rows at a time where they have to be copied first: a tile of 128 rows fits into the cache. */
  private static final int MOST_COPIED = 128;

  private static final float[] NONE = {};

  private final StridedTiles tiles;
  private final int mostRows;
  private final SoftmaxScale scale = new SoftmaxScale();

  // Where results of the rows that are being taken are to be; and whether their terms stand there.
  private float[] results = NONE;
  private boolean keepsTerms;

  // Where a tile of the block stands.
  private float[] tile = NONE;
  private int offset;
  private int stride;

  /** Losses of rows before {@code end}, as for {@link BlockLosses}. */
  StridedBlockLosses(
      FloatData tensor,
      ClassRows rows,
      long end,
      RowTargets targets,
      RowCrossEntropy row,
      WorkSpace space) {
    super(tensor, rows, end, targets, row, space);
    tiles = space.part(StridedTiles.class, StridedTiles::new);
    mostRows = mostRows(rows.stride(), tensor.isArray() ? ClassRows.MOST_TOGETHER : MOST_COPIED);
  }

  /** As many rows at a time that the last ones of all that stand side by side are not a few. */
  private static int mostRows(long stride, int limit) {
    long blocks = Math.max(RowRanges.divideUp(stride, limit), 1); // 1 if there are no rows
    long even = RowRanges.divideUp(stride, blocks);
    return (int) Math.min(RowRanges.divideUp(even, 16) * 16, limit);
  }

  @Override
  int rowsFrom(long row, long most) {
    return rows.neighbours(row, (int) Math.min(mostRows, most));
  }

  /**
   * Takes some rows from {@code row} on, and writes softmax times a scale of each, 0 for rows that
   * are not scored; returns how many rows.
   *
   * @param scaleOfRow the scale, given a row that is scored
   */
  int takeWithResults(long row, float[] out, LongToDoubleFunction scaleOfRow) {
    results = out;
    keepsTerms = false;
    take(row);
    results = NONE;
    rows.pad(first, count, out, 0f);
    if (isAnyScored) {
      scaleResults(scaleOfRow);
      writeResults(out);
    } else {
      clearResults(out);
    }
    return count;
  }

  private void scaleResults(LongToDoubleFunction scaleOfRow) {
    block.beginResults(count);
    for (int i = 0; i < count; i++) {
      if (isScored(i)) {
        double factor = scaleOfRow.applyAsDouble(first + i);
        scale.set(factor, block.exponents[i], block.totals[i]);
        block.useResult(i, scale);
      }
    }
    tiles.beginResults(count, rows.classes());
  }

  @Override
  void addTerms() {
    keepsTerms =
        results.length > 0
            && StridedTiles.areContiguous(count, (int) rows.stride())
            && !tensor.liesIn(results);
    tiles.beginSums(count, rows.classes());
    int length;
    for (int from = 0; from < rows.classes(); from += length) {
      length = Math.min(TILE, rows.classes() - from);
      readTile(from, length);
      if (keepsTerms) {
        tiles.addAndKeep(tile, offset, from, length, count, results, startOfResults(from));
      } else {
        tiles.add(tile, offset, stride, from, length, count);
      }
    }
  }

  private int startOfResults(int from) {
    return (int) (rows.start(first) + from * rows.stride());
  }

  private void writeResults(float[] out) {
    if (keepsTerms && block.areTermsOfSums()) {
      tiles.multiply(out, startOfResults(0), rows.classes(), count);
      return;
    }
    int outStride = (int) rows.stride();
    int length;
    for (int from = 0; from < rows.classes(); from += length) {
      length = Math.min(TILE, rows.classes() - from);
      readTile(from, length);
      tiles.write(tile, offset, stride, length, count, out, startOfResults(from), outStride);
    }
  }

  private void clearResults(float[] out) {
    for (int c = 0; c < rows.classes(); c++) {
      int start = startOfResults(c);
      Arrays.fill(out, start, start + count, 0f);
    }
  }

  private void readTile(int from, int length) {
    long origin = rows.start(first) + from * rows.stride();
    if (tensor.isArray()) {
      tile = tensor.array();
      offset = tensor.arrayOffset() + (int) origin;
      stride = (int) rows.stride();
      return;
    }
    tile = space.second.panel(length * count);
    offset = 0;
    stride = count;
    for (int c = 0; c < length; c++) {
      tensor.copyTo(origin + c * rows.stride(), 1, count, tile, c * count, space.second);
    }
  }
}
