/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowWeights;
import io.github.surprisal.sum.ExactSum;
import io.github.surprisal.sum.Mean;

/**
 * The losses of the rows of one tensor, with arguments already checked, and their reduction.
 * Immutable: each range of rows is computed in a work space of its own.
 */
public abstract class RowLosses {

  final ClassRows rows;
  final RowWeights weights;
  final LossSettings settings;

  RowLosses(ClassRows rows, RowWeights weights, LossSettings settings) {
    this.rows = rows;
    this.weights = weights;
    this.settings = settings;
  }

  /** What is read of each row. */
  abstract FloatData[] data();

  /** The losses of rows before {@code end}. */
  abstract RangeLosses range(long end, WorkSpace space);

  /** Whether a row counts at all. */
  abstract boolean isScored(long row);

  /** What a scored row of weight 1 adds to the divisor of the mean; 1 without class weights. */
  abstract double divisorOf(long row);

  /** What a scored row adds to the divisor of the mean: exact, as a product of two floats. */
  final double weightedDivisorOf(long row) {
    return weights.of(row) * divisorOf(row);
  }

  /** Does something with the losses of a range. */
  @FunctionalInterface
  interface RangeBody {
    void run(RangeLosses losses, long from, long to);
  }

  /** Runs a body for all rows, spread over threads where that pays. */
  final void forEachRange(RangeBody body) {
    WorkSpace.lendToRanges(
        rows,
        settings.isParallel(),
        (space, from, to) -> body.run(range(to, space), from, to),
        data());
  }

  /** The mean or the sum of the losses of all scored rows. */
  public final double reduce() {
    return Mean.of(sumOfRanges(this::addTo), divisor());
  }

  private void addTo(ExactSum sum, WorkSpace space, long from, long to) {
    RangeLosses losses = range(to, space);
    for (long row = from; row < to; row++) {
      if (isScored(row)) {
        sum.add(weights.of(row) * losses.loss(row));
      }
    }
  }

  /** The sum over all rows, spread over threads. */
  final double sumOfRanges(WorkSpace.RangeSum range) {
    return WorkSpace.sumOfRanges(rows, summedRows(), settings.isParallel(), range, data());
  }

  /** How many rows a sum takes: all that have weights, of which each has its own. */
  private long summedRows() {
    return weights.areNone() ? rows.summed() : rows.rows();
  }

  /** The losses of all rows, 0 for rows that are not scored. */
  public final double[] perToken() {
    double[] out = new double[(int) rows.rows()];
    forEachRange(
        (losses, from, to) -> {
          for (long row = from; row < to; row++) {
            out[(int) row] = isScored(row) ? weights.of(row) * losses.loss(row) : 0;
          }
        });
    return out;
  }

  /** What the sum of the losses is divided by. */
  final double divisor() {
    if (!settings.isMean()) {
      return 1;
    }
    boolean areAllOne = settings.weights().areNone() && weights.areNone();
    return areAllOne ? scoredRows() : sumOfDivisors();
  }

  private double sumOfDivisors() {
    try (WorkSpace space = WorkSpace.lend()) {
      for (long row = 0; row < summedRows(); row++) {
        if (isScored(row)) {
          space.sum.add(weightedDivisorOf(row));
        }
      }
      return space.sum.toDouble();
    }
  }

  private long scoredRows() {
    long count = 0;
    for (long row = 0; row < rows.summed(); row++) {
      if (isScored(row)) {
        count++;
      }
    }
    return count;
  }
}
