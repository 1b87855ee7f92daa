/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/**
 * The losses of the rows of one tensor, with arguments already checked, and their reduction.
 *
 * <p>Belongs to one thread and one call.
 */
abstract class RowLosses {

  final ClassRows rows;

  /** Class weights, empty for none. */
  final float[] weights;

  private final Reduction reduction;

  RowLosses(ClassRows rows, CrossEntropyOptions options) {
    this.rows = rows;
    reduction = options.reduction();
    weights = options.classWeights().map(FloatTensor::toArray).orElse(new float[0]);
    if (options.classWeights().isPresent() && weights.length != rows.classes()) {
      throw new IllegalArgumentException(
          "classWeights has "
              + weights.length
              + " elements, expected one for each of the "
              + rows.classes()
              + " classes");
    }
  }

  /** Whether a row counts at all. */
  abstract boolean isScored(long row);

  /** What a scored row adds to the divisor of the mean. */
  abstract double divisorOf(long row);

  /** The loss of a scored row in nats, class weights included. */
  abstract double loss(long row);

  /** The mean or the sum of the losses of all scored rows. */
  final double reduce() {
    ExactSum total = new ExactSum();
    for (long row = 0; row < rows.rows(); row++) {
      if (isScored(row)) {
        total.add(loss(row));
      }
    }
    return divided(total.toDouble(), divisor());
  }

  /** The losses of all rows, 0 for rows that are not scored. */
  final DoubleTensor perToken() {
    double[] losses = new double[Math.toIntExact(rows.rows())];
    for (int row = 0; row < losses.length; row++) {
      losses[row] = isScored(row) ? loss(row) : 0;
    }
    return DoubleTensor.wrap(losses, rows.others().toArray());
  }

  /** What the sum of the losses is divided by. */
  final double divisor() {
    if (reduction == Reduction.SUM) {
      return 1;
    }
    ExactSum sum = new ExactSum();
    for (long row = 0; row < rows.rows(); row++) {
      if (isScored(row)) {
        sum.add(divisorOf(row));
      }
    }
    return sum.toDouble();
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
