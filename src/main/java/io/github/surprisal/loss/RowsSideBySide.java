/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.RowBlock;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowRanges;
import io.github.surprisal.rows.RowTargets;
import java.util.Arrays;

/**
 * −log softmax at the targets of rows along an axis that is not the last, and its gradients:
 * neighbouring rows are taken together, one tile of each after the other, so that memory is read in
 * long pieces and vectors hold several rows. A thread has room for the rows of one of these.
 */
public final class RowsSideBySide extends RowsTogether {

  /** Rows at a time that have to be copied first: a tile of so many fits into the cache. */
  private static final int COPIED_ROWS = 128;

  private static final float[] NONE = {};

  private final RowBlockTiles tiles;
  private final int mostRows;

  // Where results of the rows that are being taken are to be; and whether their terms stand there.
  private float[] results = NONE;
  private boolean keepsTerms;

  // Where a tile of the block stands.
  private float[] tile = new float[0];
  private int offset;
  private int stride;

  /** Work space for rows before {@code end}, as for {@link RowsTogether}. */
  RowsSideBySide(
      FloatData tensor,
      ClassRows rows,
      long end,
      RowTargets targets,
      LogitRow row,
      Scratch scratch) {
    super(tensor, rows, end, targets, row, scratch);
    tiles = new RowBlockTiles(kernels, scratch);
    mostRows = mostRows(rows.stride(), tensor.isArray() ? RowBlock.MAX_ROWS : COPIED_ROWS);
  }

  /** So many rows at a time that the last ones of all that stand side by side are not a few. */
  private static int mostRows(long stride, int limit) {
    long blocks = Math.max(RowRanges.divideUp(stride, limit), 1); // 1 if there are no rows
    long even = RowRanges.divideUp(stride, blocks);
    return (int) Math.min(RowRanges.divideUp(even, RowKernels.LANES) * RowKernels.LANES, limit);
  }

  @Override
  int rowsFrom(long row, long most) {
    return rows.neighbours(row, (int) Math.min(mostRows, most));
  }

  /** {@link #take}, for results that are to be written to {@code out}. */
  int takeForResults(long row, float[] out) {
    results = out;
    keepsTerms = false;
    int taken = take(row);
    results = NONE;
    return taken;
  }

  @Override
  void addTerms() {
    keepsTerms = results.length > 0 && canKeepTerms();
    int length;
    for (int from = 0; from < rows.classes(); from += length) {
      length = Math.min(RowKernels.TILE, rows.classes() - from);
      readTile(from, length);
      if (keepsTerms) {
        tiles.addAndKeep(tile, offset, from, length, count, results, startOfResults(from));
      } else {
        tiles.add(tile, offset, stride, from, length, count);
      }
    }
  }

  /** Whether terms can stay where results are to be, which is not where the logits are. */
  private boolean canKeepTerms() {
    return RowBlockTiles.canKeep(count, (int) rows.stride()) && !tensor.liesIn(results);
  }

  private int startOfResults(int from) {
    return (int) (rows.start(first) + from * rows.stride());
  }

  /** Begins the results of the rows taken last, all 0. */
  void beginResults() {
    scratch.block().beginResults(count);
  }

  /** Has the results of a row be its softmax times a scale. */
  void scaleSoftmax(long row, double scale) {
    int i = (int) (row - first);
    softmax.prepareSoftmax(scale, scratch.block(), i);
  }

  /** Writes the results of the rows taken last. */
  void writeResults(float[] out) {
    if (!scratch.block().isAnyUsed(count)) {
      clearResults(out);
      return;
    }
    if (keepsTerms && tiles.areKeptOfResults()) {
      tiles.multiply(out, startOfResults(0), rows.classes(), count);
      return;
    }
    int outStride = (int) rows.stride();
    int length;
    for (int from = 0; from < rows.classes(); from += length) {
      length = Math.min(RowKernels.TILE, rows.classes() - from);
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
    tile = scratch.secondStage.panel(length * count);
    offset = 0;
    stride = count;
    for (int c = 0; c < length; c++) {
      tensor.copyTo(origin + c * rows.stride(), 1, count, tile, c * count, scratch.secondStage);
    }
  }
}
