/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Exact sums over the losses of two models on the same n tokens, and what follows for the
 * difference of their means. The number n is kept by whoever adds the losses.
 */
public final class PairedLosses {

  public final Moments p;
  public final Moments q;
  private final ExactSum products;

  public PairedLosses() {
    this(new Moments(), new Moments(), new ExactSum());
  }

  private PairedLosses(Moments p, Moments q, ExactSum products) {
    this.p = p;
    this.q = q;
    this.products = products;
  }

  /** Adds the losses of one token. */
  public void add(double lossP, double lossQ) {
    p.add(lossP);
    q.add(lossQ);
    products.addProduct(lossP, lossQ);
  }

  /** Adds the losses of all tokens of other losses, which may be these. */
  public void add(PairedLosses other) {
    p.add(other.p);
    q.add(other.q);
    products.add(other.products);
  }

  private boolean isFinite() {
    return p.sum.isFinite() && q.sum.isFinite();
  }

  /** The mean of q − p, from the exact difference of the sums. */
  public double meanDifference(long n) {
    double difference =
        isFinite()
            ? q.sum.toBigDecimal().subtract(p.sum.toBigDecimal()).doubleValue()
            : q.sum.toDouble() - p.sum.toDouble();
    return Mean.of(difference, (double) n);
  }

  /** Standard error of the mean of q − p; NaN for fewer than 2 or if a loss is not finite. */
  public double standardErrorOfDifference(long n) {
    if (n < 2 || !isFinite()) {
      return Double.NaN;
    }
    BigDecimal scatter =
        p.scatter(n).add(q.scatter(n)).subtract(coscatter(n).multiply(BigDecimal.valueOf(2)));
    return Moments.standardError(scatter, n);
  }

  /** n·Σpq − Σp·Σq: n² times the covariance, exactly. */
  private BigDecimal coscatter(long n) {
    return products
        .toBigDecimal()
        .multiply(BigDecimal.valueOf(n))
        .subtract(p.sum.toBigDecimal().multiply(q.sum.toBigDecimal()));
  }

  /** Pearson's correlation; NaN for fewer than 2, if a loss is not finite or if all are equal. */
  public double correlation(long n) {
    if (n < 2 || !isFinite()) {
      return Double.NaN;
    }
    MathContext digits = MathContext.DECIMAL128;
    BigDecimal square = p.scatter(n).round(digits).multiply(q.scatter(n).round(digits));
    if (square.signum() == 0) {
      return Double.NaN;
    }
    return coscatter(n).divide(square.sqrt(digits), digits).doubleValue();
  }

  /** The sum of q and of −p. */
  public ExactSum difference() {
    ExactSum difference = p.sum.negated();
    difference.add(q.sum);
    return difference;
  }

  /** Whether n tokens may have such losses, which are not negative. */
  public boolean fit(long n) {
    NumberRange kind = NumberRange.PLAIN_LOSSES;
    return isNotNegative(p.sum)
        && isNotNegative(q.sum)
        && new PairFeasibility(kind, kind, p.squares, products, q.squares)
            .fit(new PairFeasibility.Group(n, p.sum, q.sum));
  }

  /** Whether numbers from 0 on, or +∞ or NaN, can have this sum. */
  static boolean isNotNegative(ExactSum sum) {
    return sum.toBigDecimal().signum() >= 0 && sum.negativeInfinities() == 0;
  }

  /**
   * Whether each loss can be 0 or 1, and both 1 or both 0 in {@code same} of n tokens and maybe in
   * others where both are 0.
   */
  boolean areHits(long n, long same) {
    boolean areCounts =
        p.sum.isFinite()
            && q.sum.isFinite()
            && products.isFinite()
            && p.squares.equals(p.sum)
            && q.squares.equals(q.sum)
            && p.sum.isMultipleOf(0)
            && q.sum.isMultipleOf(0)
            && products.isMultipleOf(0);
    BigDecimal both = products.toBigDecimal();
    BigDecimal onlyP = p.sum.toBigDecimal().subtract(both);
    BigDecimal onlyQ = q.sum.toBigDecimal().subtract(both);
    BigDecimal most = BigDecimal.valueOf(n).subtract(onlyP).subtract(onlyQ);
    return areCounts
        && both.signum() >= 0
        && onlyP.signum() >= 0
        && onlyQ.signum() >= 0
        && both.compareTo(BigDecimal.valueOf(same)) <= 0
        && most.compareTo(BigDecimal.valueOf(same)) >= 0;
  }

  /** Writes all sums; equal ones give equal bytes. */
  public void writeTo(SerialWriter out) {
    p.writeTo(out);
    q.writeTo(out);
    products.writeTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  public static PairedLosses readFrom(SerialReader in) {
    return new PairedLosses(Moments.readFrom(in), Moments.readFrom(in), ExactSum.readFrom(in));
  }
}
