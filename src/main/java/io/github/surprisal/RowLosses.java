/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.ArrayList;
import java.util.List;

/**
 * The losses of the rows of one tensor, with arguments already checked, and their reduction.
 *
 * <p>Belongs to one call and to the thread that made it; {@link #onThisThread} is for the others.
 */
abstract class RowLosses {

  final ClassRows rows;

  /** Class weights, empty for none. */
  final float[] weights;

  final CrossEntropyOptions options;

  RowLosses(ClassRows rows, CrossEntropyOptions options) {
    this.rows = rows;
    this.options = options;
    weights = weights(options, rows.classes());
  }

  /** The class weights, checked, or an empty array for none. */
  static float[] weights(CrossEntropyOptions options, int classes) {
    float[] weights = options.classWeights().map(FloatTensor::array).orElse(new float[0]);
    if (options.classWeights().isPresent() && weights.length != classes) {
      throw new IllegalArgumentException(
          "classWeights has "
              + weights.length
              + " elements, expected one for each of the "
              + classes
              + " classes");
    }
    return weights;
  }

  /** The same losses for the work of another thread. */
  RowLosses(RowLosses other) {
    rows = other.rows;
    weights = other.weights;
    options = other.options;
  }

  /** The same losses, for use on the current thread and for rows before {@code end} alone. */
  abstract RowLosses onThisThread(long end);

  /** Whether a row counts at all. */
  abstract boolean isScored(long row);

  /** What a scored row adds to the divisor of the mean; 1 without class weights. */
  abstract double divisorOf(long row);

  /** The loss of a scored row in nats, class weights included. */
  abstract double loss(long row);

  /** The mean or the sum of the losses of all scored rows. */
  final double reduce() {
    return divided(sumOfRanges((from, to) -> onThisThread(to).sum(from, to)), divisor());
  }

  /** The sum over a range of rows. */
  @FunctionalInterface
  interface RangeSum {
    ExactSum of(long from, long to);
  }

  /** The sum over all rows, spread over threads. */
  final double sumOfRanges(RangeSum sum) {
    List<ExactSum> parts = new ArrayList<>();
    RowRanges.forEach(
        rows,
        options.parallel(),
        (from, to) -> {
          ExactSum part = sum.of(from, to);
          synchronized (parts) {
            parts.add(part);
          }
        });
    ExactSum total = parts.get(0);
    for (int i = 1; i < parts.size(); i++) {
      total.add(parts.get(i));
    }
    return total.toDouble();
  }

  private ExactSum sum(long from, long to) {
    ExactSum sum = new ExactSum();
    for (long row = from; row < to; row++) {
      if (isScored(row)) {
        sum.add(loss(row));
      }
    }
    return sum;
  }

  /** The losses of all rows, 0 for rows that are not scored. */
  final DoubleTensor perToken() {
    double[] out = rows.newDoubles();
    RowRanges.forEach(
        rows, options.parallel(), (from, to) -> onThisThread(to).write(from, to, out));
    return DoubleTensor.wrap(out, rows.others().toArray());
  }

  private void write(long from, long to, double[] out) {
    for (long row = from; row < to; row++) {
      out[(int) row] = isScored(row) ? loss(row) : 0;
    }
  }

  /** What the sum of the losses is divided by. */
  final double divisor() {
    if (options.reduction() == Reduction.SUM) {
      return 1;
    }
    if (weights.length == 0) {
      return scoredRows();
    }
    ExactSum sum = new ExactSum();
    for (long row = 0; row < rows.rows(); row++) {
      if (isScored(row)) {
        sum.add(divisorOf(row));
      }
    }
    return sum.toDouble();
  }

  private long scoredRows() {
    long count = 0;
    for (long row = 0; row < rows.rows(); row++) {
      if (isScored(row)) {
        count++;
      }
    }
    return count;
  }

  /** The weight of a class. */
  final double weight(int index) {
    return weights.length == 0 ? 1 : weights[index];
  }

  /** A mean over weights that add up to 0 is NaN, whatever the sum. */
  static double divided(double sum, double divisor) {
    return divisor == 0 ? Double.NaN : sum / divisor;
  }

  /** A coefficient times a loss, where 0·∞ counts 0. */
  static double weighted(double coefficient, double nats) {
    return coefficient == 0 && Double.isInfinite(nats) ? 0 : coefficient * nats;
  }
}
