/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/** What {@link TokenStatistics} of a quantity are made from: exact sums and counts. */
final class TokenSums {

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
