/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.format.JsonObject;
import io.github.surprisal.sum.DistributionSums;
import io.github.surprisal.sum.LogHistogram;
import io.github.surprisal.sum.Moments;
import java.util.Objects;

/**
 * How one quantity, such as the divergence of two models, is spread over the scored tokens: its
 * mean, root mean square, extremes and quantiles. Immutable.
 *
 * <p>Mean and root mean square come from exact sums, and the extremes are exact. Quantiles come
 * from counts in logarithmic buckets: each is within 1/256 of the exact one, as {@link
 * #quantile(double)} says. All have the same bits in whatever order and parts the tokens came.
 */
public final class TokenStatistics {
  /** The quantiles that llama.cpp's perplexity tool prints, of divergence or Δp. */
  private static final double[] USUAL_QUANTILES = {
    0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999
  };

  private final long tokens;
  private final double mean;
  private final double standardError;
  private final double rootMeanSquare;
  private final LogHistogram histogram;

  static TokenStatistics of(DistributionSums sums) {
    long tokens = sums.tokens();
    Moments moments = sums.moments();
    return new TokenStatistics(
        tokens,
        moments.mean(tokens),
        moments.standardError(tokens),
        moments.rootMeanSquare(tokens),
        sums.histogram().copy());
  }

  private TokenStatistics(
      long tokens,
      double mean,
      double standardError,
      double rootMeanSquare,
      LogHistogram histogram) {
    this.tokens = tokens;
    this.mean = mean;
    this.standardError = standardError;
    this.rootMeanSquare = rootMeanSquare;
    this.histogram = histogram;
  }

  /**
   * The number of tokens.
   *
   * @return the number of tokens
   */
  public long tokens() {
    return tokens;
  }

  /**
   * The mean over the tokens; NaN for no tokens, and if the quantity is NaN at one of them.
   *
   * @return the mean
   */
  public double mean() {
    return mean;
  }

  /**
   * Standard error of the mean, √(Σ(x − mean)² / (n·(n − 1))), taking tokens as independent; NaN
   * for fewer than two tokens, and if the quantity is not finite at one of them.
   *
   * @return the standard error of the mean
   */
  public double standardError() {
    return standardError;
  }

  /**
   * The root mean square √(Σx² / n); NaN for no tokens, and if the quantity is NaN at one of them.
   *
   * @return the root mean square
   */
  public double rootMeanSquare() {
    return rootMeanSquare;
  }

  /**
   * The smallest value, exactly; NaN for no tokens, and if the quantity is NaN at one of them.
   *
   * @return the minimum
   */
  public double minimum() {
    return histogram.minimum();
  }

  /**
   * The largest value, exactly; NaN for no tokens, and if the quantity is NaN at one of them.
   *
   * @return the maximum
   */
  public double maximum() {
    return histogram.maximum();
  }

  /**
   * The median, {@code quantile(0.5)}.
   *
   * @return the median
   */
  public double median() {
    return quantile(0.5);
  }

  /**
   * The value that a share q of the tokens does not exceed: with the n values in order and counted
   * from 0, the one at position q·(n − 1), interpolated linearly between two neighbours, as {@code
   * numpy.quantile} does by default.
   *
   * <p>Each of the two neighbours is known to 1/256 of itself (to 2<sup>−1029</sup> where it is
   * subnormal; exactly, if it is 0, infinite, the minimum or the maximum), and so a quantile of
   * values of one sign is within 1/256 of the exact one. NaN for no tokens, and if the quantity is
   * NaN at one of them.
   *
   * @param q the share, from 0 (the minimum) to 1 (the maximum)
   * @return the quantile
   * @throws IllegalArgumentException if q is NaN or outside [0, 1]
   */
  public double quantile(double q) {
    return histogram.quantile(q);
  }

  JsonObject json() {
    JsonObject quantiles = new JsonObject();
    for (double q : USUAL_QUANTILES) {
      quantiles.put(Double.toString(q), quantile(q));
    }
    return new JsonObject()
        .put("mean", mean)
        .put("standardError", standardError)
        .put("rootMeanSquare", rootMeanSquare)
        .put("minimum", minimum())
        .put("maximum", maximum())
        .put("quantiles", quantiles);
  }

  /**
   * Compares by value: equal numbers of tokens, means and the rest, and equal quantiles throughout.
   *
   * @param other the object to compare with
   * @return whether the other object holds the same statistics
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof TokenStatistics that
        && tokens == that.tokens
        && Double.compare(mean, that.mean) == 0
        && Double.compare(standardError, that.standardError) == 0
        && Double.compare(rootMeanSquare, that.rootMeanSquare) == 0
        && histogram.equals(that.histogram);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tokens, mean, standardError, rootMeanSquare, histogram);
  }

  @Override
  public String toString() {
    return "TokenStatistics[tokens="
        + tokens
        + ", mean="
        + mean
        + ", standardError="
        + standardError
        + ", rootMeanSquare="
        + rootMeanSquare
        + ", minimum="
        + minimum()
        + ", median="
        + median()
        + ", maximum="
        + maximum()
        + "]";
  }
}
