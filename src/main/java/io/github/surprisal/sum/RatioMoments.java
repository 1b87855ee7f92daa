/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The second moments Σx², Σxy and Σy² over independent units, and the number of units: what the
 * standard error of the ratio estimator r = Σx / Σy needs besides Σx and Σy. Mutable.
 *
 * <p>The error is linearised (the delta method, a first-order Taylor series): Var r ≈ n/(n − 1) ·
 * Σ(x − r·y)² / (Σy)². See W. G. Cochran, <i>Sampling Techniques</i>, 3rd edition, Wiley 1977, §6.3
 * and, where the units are clusters, §9A.
 */
public final class RatioMoments {

  private final ExactSum xx;
  private final ExactSum xy;
  private final ExactSum yy;
  private long units;

  public RatioMoments() {
    this(0, new ExactSum(), new ExactSum(), new ExactSum());
  }

  /** The moments of units that were added up elsewhere: Σx², Σx·y and Σy². */
  RatioMoments(long units, ExactSum xx, ExactSum xy, ExactSum yy) {
    this.units = units;
    this.xx = xx;
    this.xy = xy;
    this.yy = yy;
  }

  /** Adds a unit. */
  public void add(double x, double y) {
    units++;
    xx.addSquare(x);
    xy.addProduct(x, y);
    yy.addSquare(y);
  }

  /** Adds a unit whose x and y are sums themselves. */
  public void add(ExactSum x, ExactSum y) {
    units++;
    xx.addProduct(x, x);
    xy.addProduct(x, y);
    yy.addProduct(y, y);
  }

  /** Adds all units of other moments, which may be these. */
  public void add(RatioMoments other) {
    units += other.units;
    xx.add(other.xx);
    xy.add(other.xy);
    yy.add(other.yy);
  }

  public long units() {
    return units;
  }

  /**
   * The standard error of r = Σx / Σy, √(n/(n−1) · Σ(x − r·y)²) / |Σy|, from exact sums and so
   * without cancellation. NaN for fewer than two units, for Σy = 0, and where anything is not
   * finite.
   */
  public double standardErrorOfRatio(ExactSum sumX, ExactSum sumY) {
    boolean finite = sumX.isFinite() && sumY.isFinite() && xx.isFinite() && yy.isFinite();
    if (units < 2 || !finite || sumY.toBigDecimal().signum() == 0) {
      return Double.NaN;
    }
    BigDecimal x = sumX.toBigDecimal();
    BigDecimal y = sumY.toBigDecimal();
    BigDecimal cross = x.multiply(xy.toBigDecimal()).multiply(y);
    BigDecimal squares =
        xx.toBigDecimal()
            .multiply(y.pow(2))
            .subtract(cross.add(cross))
            .add(x.pow(2).multiply(yy.toBigDecimal()));
    BigDecimal n = BigDecimal.valueOf(units);
    BigDecimal variance =
        squares
            .multiply(n)
            .divide(y.pow(4).multiply(n.subtract(BigDecimal.ONE)), MathContext.DECIMAL128);
    return variance.sqrt(MathContext.DECIMAL128).doubleValue();
  }

  /** Whether there can be units with these moments, where x and y are of these kinds. */
  public PairFeasibility feasibility(NumberRange kindOfX, NumberRange kindOfY) {
    return new PairFeasibility(kindOfX, kindOfY, xx, xy, yy);
  }

  /** Whether y can be counts from 1 to {@code most} that add up to {@code sumY}. */
  public boolean hasCounts(long sumY, long most) {
    BigDecimal total = BigDecimal.valueOf(sumY);
    BigDecimal squares = yy.toBigDecimal();
    return yy.isMultipleOf(0)
        && squares.compareTo(total) >= 0
        && squares.compareTo(total.multiply(BigDecimal.valueOf(most))) <= 0;
  }

  /** Whether y can be positive numbers in these groups. */
  public boolean hasPositives(PairFeasibility.Group... groups) {
    BigDecimal largestSquares = BigDecimal.ZERO;
    for (PairFeasibility.Group group : groups) {
      BigDecimal sum = group.y().toBigDecimal();
      if (!group.y().isFinite() || sum.signum() != Long.signum(group.pairs())) {
        return false;
      }
      largestSquares = largestSquares.add(sum.pow(2));
    }
    return yy.isFinite() && yy.toBigDecimal().compareTo(largestSquares) <= 0;
  }

  /** Whether y is another number than 1 for a unit, by Σ(y − 1)² &gt; 0, with this Σy. */
  public boolean hasOtherThanOnes(ExactSum sumY) {
    BigDecimal twice = sumY.toBigDecimal().multiply(BigDecimal.valueOf(2));
    BigDecimal squares = yy.toBigDecimal().add(BigDecimal.valueOf(units)).subtract(twice);
    return squares.signum() > 0;
  }

  /** Whether y is 1 for each unit, and x adds up to {@code sumX}. */
  public boolean hasOnes(ExactSum sumX) {
    return yy.equals(ExactSum.ofCount(units)) && xy.equals(sumX);
  }

  /** Whether Σy² is the same as of others. */
  boolean hasSquaresOfY(RatioMoments others) {
    return yy.equals(others.yy);
  }

  public ExactSum squaresOfX() {
    return xx;
  }

  public void writeTo(SerialWriter out) {
    out.writeLong(units);
    xx.writeTo(out);
    xy.writeTo(out);
    yy.writeTo(out);
  }

  public static RatioMoments readFrom(SerialReader in) {
    RatioMoments error = new RatioMoments();
    error.units = in.readCount("the number of units");
    error.xx.add(ExactSum.readFrom(in));
    error.xy.add(ExactSum.readFrom(in));
    error.yy.add(ExactSum.readFrom(in));
    return error;
  }
}
