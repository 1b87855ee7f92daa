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
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowTargets;

/**
 * Losses of rows that are taken some at a time, since memory comes faster so than row by row. A
 * thread has room for one block of them.
 */
public abstract class RowsTogether {

  final FloatData tensor;
  final ClassRows rows;
  final RowKernels kernels;
  final Scratch scratch;
  final RowSoftmax softmax;
  private final long end;
  private final RowTargets targets;
  private final RowReader reader;

  /** The rows taken last. */
  long first;

  int count;

  /**
   * Work space for rows before {@code end}.
   *
   * @param row what the current row is read and its loss taken with, also once more if need be
   */
  RowsTogether(
      FloatData tensor,
      ClassRows rows,
      long end,
      RowTargets targets,
      LogitRow row,
      Scratch scratch) {
    this.tensor = tensor;
    this.rows = rows;
    this.end = end;
    this.targets = targets;
    this.scratch = scratch;
    reader = row.logits;
    kernels = row.kernels;
    softmax = row.softmax;
  }

  /** How many rows from {@code row} on to take, up to so many. */
  abstract int rowsFrom(long row, long most);

  /** Adds the terms of the rows of the block that are in use to their lanes. */
  abstract void addTerms();

  /** −log softmax of a scored row at its target, in nats. */
  final double nll(long row) {
    if (row < first || row >= first + count) {
      take(row);
    }
    return scratch.block().nlls[(int) (row - first)];
  }

  /** Takes the losses of some rows from {@code row} on together; returns how many. */
  final int take(long row) {
    first = row;
    count = rowsFrom(row, end - row);
    RowBlock block = scratch.block();
    block.begin(count);
    // All at once: they come from memory, one by one they would be waited for.
    for (int i = 0; i < count; i++) {
      if (moveTo(i)) {
        softmax.readTarget(targets.at(first + i), block, i);
      }
    }
    for (int i = 0; i < count; i++) {
      if (targets.isScored(first + i)) {
        softmax.begin(targets.at(first + i), block, i);
      }
    }
    if (block.isAnyUsed(count)) {
      addTerms();
    }
    softmax.endLosses(block, count);
    for (int i = 0; i < count; i++) {
      if (moveTo(i)) {
        softmax.end(targets.at(first + i), block, i);
      }
    }
    return count;
  }

  /** Makes a row of the block the reader's current one if it is scored; returns whether it is. */
  private boolean moveTo(int i) {
    boolean isScored = targets.isScored(first + i);
    if (isScored) {
      reader.moveTo(first + i);
    }
    return isScored;
  }
}
