/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowTargets;

/**
 * Losses of rows that are taken several at a time: the exponentials and logarithms that a row needs
 * besides its terms are computed for many rows at once.
 *
 * <p>Each result depends on its row alone, so it has the bits of {@link RowSoftmax}.
 */
abstract class BlockLosses {

  final FloatData tensor;
  final ClassRows rows;
  final WorkSpace space;
  final TileKernel kernel;
  final RowBlock block;
  private final long end;
  private final RowTargets targets;
  private final RowReader reader;
  private final RowSoftmax softmax;

  /** The rows taken last. */
  long first;

  int count;

  /** Whether any of them is scored. */
  boolean isAnyScored;

  /**
   * Losses of rows before {@code end}.
   *
   * @param row what the current row is read and its loss taken with, also once more if need be
   */
  BlockLosses(
      FloatData tensor,
      ClassRows rows,
      long end,
      RowTargets targets,
      RowCrossEntropy row,
      WorkSpace space) {
    this.tensor = tensor;
    this.rows = rows;
    this.end = end;
    this.targets = targets;
    this.space = space;
    kernel = space.kernel;
    block = space.part(RowBlock.class, any -> new RowBlock());
    reader = row.logits;
    softmax = row.softmax;
  }

  /** How many rows from {@code row} on to take, up to {@code most}. */
  abstract int rowsFrom(long row, long most);

  /** Adds the terms of the rows that are summed to their lanes, but for the targets'. */
  abstract void addTerms();

  /** −log softmax of a scored row at its target, in nats. */
  final double nll(long row) {
    if (row < first || row >= first + count) {
      take(row);
    }
    return block.nlls[(int) (row - first)];
  }

  /** Takes the losses of some rows from {@code row} on together; returns how many rows. */
  final int take(long row) {
    first = row;
    count = rowsFrom(row, end - row);
    block.begin(count);
    isAnyScored = readTargets();
    if (isAnyScored) {
      beginRows();
      addTerms();
      endRows();
    }
    return count;
  }

  final boolean isScored(int i) {
    return targets.isScored(first + i);
  }

  /** Reads all at once, since one by one they would be waited for; whether any row is scored. */
  private boolean readTargets() {
    boolean isAny = false;
    for (int i = 0; i < count; i++) {
      if (isScored(i)) {
        isAny = true;
        block.targets[i] = targets.at(first + i);
        reader.moveTo(first + i);
        block.targetLogits[i] = reader.at(block.targets[i]);
      }
    }
    return isAny;
  }

  private void beginRows() {
    for (int i = 0; i < count; i++) {
      float logit = block.targetLogits[i];
      if (isScored(i) && Math.abs(logit) <= Exponential.DIRECT_LIMIT) {
        int exponent = Exponential.exponentOf(logit);
        block.exponents[i] = exponent;
        block.targetGaps[i] = logit - exponent * RowSoftmax.LN2;
        block.use(i);
      } else {
        block.targetGaps[i] = 0;
      }
    }
  }

  private void endRows() {
    double[] others = block.others;
    for (int i = 0; i < count; i++) {
      others[i] = block.isSummed[i] ? block.lanes[i].sum() * RowSoftmax.HEADROOM_UNIT : 0;
    }
    takeLosses(others, block.targetTerms, block.totals, block.nlls);
    for (int i = 0; i < count; i++) {
      block.shifts[i] = 0;
      if (isScored(i) && !(block.isSummed[i] && RowSoftmax.isComfortable(others[i]))) {
        takeFromMaximum(i);
      }
    }
  }

  private void takeLosses(double[] others, double[] targetTerms, double[] totals, double[] nlls) {
    kernel.writeExp(block.targetGaps, count, targetTerms);
    for (int i = 0; i < count; i++) {
      totals[i] = others[i] + targetTerms[i];
      nlls[i] = others[i] / targetTerms[i];
    }
    kernel.writeLog1p(nlls, count, nlls);
  }

  private void takeFromMaximum(int i) {
    reader.moveTo(first + i);
    Softmax taken = softmax.fromMaximum(block.targets[i], block.targetLogits[i]);
    block.isSummed[i] = false; // the terms that were summed have another reference
    block.nlls[i] = taken.nats;
    block.totals[i] = taken.total;
    block.exponents[i] = taken.exponent;
    block.shifts[i] = taken.shift;
  }
}
