/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** What {@link TokenStatistics} of a quantity are made from: exact sums and counts. */
public final class TokenSums {

  private final Moments moments;
  private final LogHistogram histogram;

  public TokenSums() {
    this(new Moments(), new LogHistogram());
  }

  private TokenSums(Moments moments, LogHistogram histogram) {
    this.moments = moments;
    this.histogram = histogram;
  }

  /** Adds the value at one token. */
  public void add(double value) {
    moments.add(value);
    histogram.add(value);
  }

  /** Adds the values at all tokens of others, which may be these. */
  public void add(TokenSums other) {
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

  /** Writes everything; equal sums give equal bytes. */
  public void writeTo(SerialWriter out) {
    moments.writeTo(out);
    histogram.writeTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if it is not such a form
   */
  public static TokenSums readFrom(SerialReader in) {
    return new TokenSums(Moments.readFrom(in), LogHistogram.readFrom(in));
  }
}
