/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The exact sums of some values and of their squares, and what follows from them for n values. The
 * number n is kept by whoever adds the values.
 */
public final class Moments {

  final ExactSum sum;
  final ExactSum squares;

  public Moments() {
    this(new ExactSum(), new ExactSum());
  }

  public Moments(ExactSum sum, ExactSum squares) {
    this.sum = sum;
    this.squares = squares;
  }

  /** Adds a value. */
  public void add(double value) {
    sum.add(value);
    squares.addSquare(value);
  }

  /** Adds all values of other moments, which may be these. */
  public void add(Moments other) {
    sum.add(other.sum);
    squares.add(other.squares);
  }

  /** Whether n values of a kind can have these moments. */
  public boolean fit(NumberRange kind, long n) {
    return kind.mayHave(sum, n)
        && kind.times(kind).mayHave(squares, n)
        && squares.countsLikeSquaresOf(sum)
        && scatter(n - sum.nonFinite()).signum() >= 0;
  }

  /** Whether all values may be from 0 to 1, and so no less than their squares. */
  public boolean mayBeOfShares() {
    return squares.toBigDecimal().compareTo(sum.toBigDecimal()) <= 0;
  }

  /** The mean of n values; NaN for none. */
  public double mean(long n) {
    return Mean.of(sum.toDouble(), (double) n);
  }

  /** The root mean square of n values; NaN for none. */
  public double rootMeanSquare(long n) {
    return Math.sqrt(Mean.of(squares.toDouble(), (double) n));
  }

  /** Standard error of the mean of n values; NaN for fewer than 2 or if one is not finite. */
  public double standardError(long n) {
    return n < 2 || !sum.isFinite() ? Double.NaN : standardError(scatter(n), n);
  }

  /** n·Σx² − (Σx)² of n finite values: n² times their variance, exactly. */
  public BigDecimal scatter(long n) {
    return squares
        .toBigDecimal()
        .multiply(BigDecimal.valueOf(n))
        .subtract(sum.toBigDecimal().pow(2));
  }

  /** Standard error of the mean of n values with this {@link #scatter}. */
  public static double standardError(BigDecimal scatter, long n) {
    BigDecimal count = BigDecimal.valueOf(n);
    BigDecimal divisor = count.pow(2).multiply(count.subtract(BigDecimal.ONE));
    return scatter
        .divide(divisor, MathContext.DECIMAL128)
        .sqrt(MathContext.DECIMAL128)
        .doubleValue();
  }

  /** Writes both sums. */
  public void writeTo(SerialWriter out) {
    sum.writeTo(out);
    squares.writeTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  public static Moments readFrom(SerialReader in) {
    return new Moments(ExactSum.readFrom(in), ExactSum.readFrom(in));
  }
}
