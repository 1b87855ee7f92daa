/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowRanges;
import io.github.surprisal.sum.ExactSum;
import io.github.surprisal.sum.Mean;

/**
 * The losses of the rows of one tensor, with arguments already checked, and their reduction.
 *
 * <p>Belongs to one call and to the thread that made it; {@link #onThisThread} is for the others.
 */
public abstract class RowLosses {

  private static final ThreadLocal<ExactSum> SUM_OF_THREAD = ThreadLocal.withInitial(ExactSum::new);

  public final ClassRows rows;

  final LossSettings settings;

  RowLosses(ClassRows rows, LossSettings settings) {
    this.rows = rows;
    this.settings = settings;
  }

  /**
   * The same losses, for use on the current thread and for rows before {@code end} alone: these, on
   * the thread that made them, for a range that ends with the last row.
   */
  abstract RowLosses onThisThread(long end);

  /** The tensors that losses are taken from. */
  abstract FloatData[] data();

  /** Runs a body over all rows, spread over threads; returns as {@link RowRanges#forEach} does. */
  public final void forEachRange(RowRanges.Body body) {
    RowRanges.forEach(rows, settings.isParallel(), body, data());
  }

  /** Whether a row counts at all. */
  abstract boolean isScored(long row);

  /** What a scored row adds to the divisor of the mean; 1 without class weights. */
  abstract double divisorOf(long row);

  /** The loss of a scored row in nats, class weights included. */
  abstract double loss(long row);

  /** The mean or the sum of the losses of all scored rows. */
  public final double reduce() {
    double sum = sumOfRanges((part, from, to) -> onThisThread(to).addTo(part, from, to));
    return Mean.of(sum, divisor());
  }

  /** Adds what a range of rows has to a sum. */
  @FunctionalInterface
  interface RangeSum {
    void addTo(ExactSum sum, long from, long to);
  }

  /** The sum over all rows, spread over threads. */
  final double sumOfRanges(RangeSum range) {
    if (rows.classes() == 0 || !RowRanges.areSeveral(rows, settings.isParallel())) {
      ExactSum sum = emptySum();
      range.addTo(sum, 0, rows.summed());
      return sum.toDouble();
    }
    ExactSum total = new ExactSum(); // not the thread's: it may take other ranges while it waits
    forEachRange(
        (from, to) -> {
          ExactSum part = emptySum();
          range.addTo(part, from, to);
          synchronized (total) {
            total.add(part);
          }
        });
    return total.toDouble();
  }

  /** The thread's sum, to be used until the next is asked for. */
  private static ExactSum emptySum() {
    ExactSum sum = SUM_OF_THREAD.get();
    sum.clear();
    return sum;
  }

  private void addTo(ExactSum sum, long from, long to) {
    for (long row = from; row < to; row++) {
      if (isScored(row)) {
        sum.add(loss(row));
      }
    }
  }

  /** The losses of all rows, 0 for rows that are not scored. */
  public final double[] perToken() {
    double[] out = new double[(int) rows.rows()];
    forEachRange((from, to) -> onThisThread(to).write(from, to, out));
    return out;
  }

  private void write(long from, long to, double[] out) {
    for (long row = from; row < to; row++) {
      out[(int) row] = isScored(row) ? loss(row) : 0;
    }
  }

  /** What the sum of the losses is divided by. */
  final double divisor() {
    if (!settings.isMean()) {
      return 1;
    }
    if (settings.weights().length == 0) {
      return scoredRows();
    }
    ExactSum sum = emptySum();
    for (long row = 0; row < rows.summed(); row++) {
      if (isScored(row)) {
        sum.add(divisorOf(row));
      }
    }
    return sum.toDouble();
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

  /** The weight of a class. */
  final double weight(int index) {
    return settings.weight(index);
  }

  /** A coefficient times a loss, where 0·∞ counts 0. */
  static double weighted(double coefficient, double nats) {
    return coefficient == 0 && Double.isInfinite(nats) ? 0 : coefficient * nats;
  }
}
