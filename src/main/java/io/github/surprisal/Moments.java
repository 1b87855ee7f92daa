/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The exact sums of some values and of their squares, and what follows from them for n values. The
 * number n is kept by whoever adds the values.
 */
final class Moments {

  final ExactSum sum;
  final ExactSum squares;

  Moments() {
    this(new ExactSum(), new ExactSum());
  }

  Moments(ExactSum sum, ExactSum squares) {
    this.sum = sum;
    this.squares = squares;
  }

  /** Adds a value. */
  void add(double value) {
    sum.add(value);
    squares.addSquare(value);
  }

  /** Adds all values of others, which may be these. */
  void add(Moments other) {
    sum.add(other.sum);
    squares.add(other.squares);
  }

  /** Whether there may be n such values of a kind. */
  boolean fit(NumberRange kind, long n) {
    return kind.mayHave(sum, n)
        && kind.times(kind).mayHave(squares, n)
        && squares.countsLikeSquaresOf(sum)
        && scatter(n - sum.nonFinite()).signum() >= 0;
  }

  /** Whether all values may be from 0 to 1, and so no less than their squares. */
  boolean mayBeOfShares() {
    return squares.toBigDecimal().compareTo(sum.toBigDecimal()) <= 0;
  }

  /** The mean of n values; NaN for none. */
  double mean(long n) {
    return RowLosses.divided(sum.toDouble(), (double) n);
  }

  /** The root mean square of n values; NaN for none. */
  double rootMeanSquare(long n) {
    return Math.sqrt(RowLosses.divided(squares.toDouble(), (double) n));
  }

  /** Standard error of the mean of n values; NaN for fewer than 2 or if one is not finite. */
  double standardError(long n) {
    return n < 2 || !sum.isFinite() ? Double.NaN : standardError(scatter(n), n);
  }

  /** n·Σx² − (Σx)² of n finite values: n² times their variance, exactly. */
  BigDecimal scatter(long n) {
    return squares
        .toBigDecimal()
        .multiply(BigDecimal.valueOf(n))
        .subtract(sum.toBigDecimal().pow(2));
  }

  /** Standard error of the mean of n values with this {@link #scatter}. */
  static double standardError(BigDecimal scatter, long n) {
    BigDecimal count = BigDecimal.valueOf(n);
    BigDecimal divisor = count.pow(2).multiply(count.subtract(BigDecimal.ONE));
    return scatter
        .divide(divisor, MathContext.DECIMAL128)
        .sqrt(MathContext.DECIMAL128)
        .doubleValue();
  }

  /** Writes both sums. */
  void writeTo(SerialWriter out) {
    sum.writeTo(out);
    squares.writeTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if it is not such a form
   */
  static Moments readFrom(SerialReader in) {
    return new Moments(ExactSum.readFrom(in), ExactSum.readFrom(in));
  }
}
