/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.math.BigDecimal;

/** What {@link TokenStatistics} of a quantity are made from: exact sums and counts. */
final class TokenSums {

  /** By how much a square is rounded at most, relatively and where it is subnormal. */
  private static final BigDecimal HALF_ULP = new BigDecimal(Math.scalb(1.0, -53));

  private static final BigDecimal HALF_OF_LEAST =
      new BigDecimal(Double.MIN_VALUE).divide(BigDecimal.valueOf(2));

  private final Moments moments;
  private final LogHistogram histogram;

  TokenSums() {
    this(new Moments(), new LogHistogram());
  }

  private TokenSums(Moments moments, LogHistogram histogram) {
    this.moments = moments;
    this.histogram = histogram;
  }

  /** Adds the value at one token. */
  void add(double value) {
    moments.add(value);
    histogram.add(value);
  }

  /** Adds the values at all tokens of others, which may be these. */
  void add(TokenSums other) {
    moments.add(other.moments);
    histogram.add(other.histogram);
  }

  /** The number of tokens. */
  long tokens() {
    return histogram.count();
  }

  /** Whether there may be such values of a kind within a range. */
  boolean fit(NumberRange kind, double least, double most) {
    return histogram.isWithin(least, most)
        && moments.fit(kind, tokens())
        && histogram.mayBeOf(moments);
  }

  /** Whether others are the squares of these values, rounded to double. */
  boolean haveSquares(Moments others) {
    BigDecimal squares = moments.squares.toBigDecimal();
    BigDecimal bound =
        squares.multiply(HALF_ULP).add(HALF_OF_LEAST.multiply(BigDecimal.valueOf(tokens())));
    return others.sum.nans() == moments.sum.nans()
        && others.sum.toBigDecimal().subtract(squares).abs().compareTo(bound) <= 0;
  }

  /** How many of the values are NaN. */
  long nans() {
    return moments.sum.nans();
  }

  TokenStatistics statistics() {
    long tokens = tokens();
    return new TokenStatistics(
        tokens,
        moments.mean(tokens),
        moments.standardError(tokens),
        moments.rootMeanSquare(tokens),
        histogram.copy());
  }

  /** Writes everything; equal sums give equal bytes. */
  void writeTo(SerialWriter out) {
    moments.writeTo(out);
    histogram.writeTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if it is not such a form
   */
  static TokenSums readFrom(SerialReader in) {
    return new TokenSums(Moments.readFrom(in), LogHistogram.readFrom(in));
  }
}
