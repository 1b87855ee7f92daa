/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;

/**
 * What the distribution of a quantity over tokens is described by: its exact {@link Moments} and a
 * {@link LogHistogram}. Mutable.
 */
public final class DistributionSums {

  /** By how much a square is rounded at most, relatively and where it is subnormal. */
  private static final BigDecimal HALF_ULP = new BigDecimal(Math.scalb(1.0, -53));

  private static final BigDecimal HALF_OF_LEAST =
      new BigDecimal(Double.MIN_VALUE).divide(BigDecimal.valueOf(2));

  private final Moments moments;
  private final LogHistogram histogram;

  public DistributionSums() {
    this(new Moments(), new LogHistogram());
  }

  private DistributionSums(Moments moments, LogHistogram histogram) {
    this.moments = moments;
    this.histogram = histogram;
  }

  /** Adds the value at one token. */
  public void add(double value) {
    moments.add(value);
    histogram.add(value);
  }

  /** Adds the values at all tokens of other sums, which may be these. */
  public void add(DistributionSums other) {
    moments.add(other.moments);
    histogram.add(other.histogram);
  }

  /** The number of tokens. */
  public long tokens() {
    return histogram.count();
  }

  public Moments moments() {
    return moments;
  }

  public LogHistogram histogram() {
    return histogram;
  }

  /** Whether values of a kind, all of them within a range, can have these sums and counts. */
  public boolean fit(NumberRange kind, double least, double most) {
    return histogram.isWithin(least, most)
        && moments.fit(kind, tokens())
        && histogram.mayBeOf(moments);
  }

  /** Whether others are the squares of these values, rounded to double. */
  public boolean haveSquares(Moments others) {
    BigDecimal squares = moments.squares.toBigDecimal();
    BigDecimal bound =
        squares.multiply(HALF_ULP).add(HALF_OF_LEAST.multiply(BigDecimal.valueOf(tokens())));
    return others.sum.nans() == moments.sum.nans()
        && others.sum.toBigDecimal().subtract(squares).abs().compareTo(bound) <= 0;
  }

  /** How many of the values are NaN. */
  public long nans() {
    return moments.sum.nans();
  }

  /** Writes everything; equal sums give equal bytes. */
  public void writeTo(SerialWriter out) {
    moments.writeTo(out);
    histogram.writeTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  public static DistributionSums readFrom(SerialReader in) {
    return new DistributionSums(Moments.readFrom(in), LogHistogram.readFrom(in));
  }
}
