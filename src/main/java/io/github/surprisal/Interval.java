/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.format.NumberText;
import io.github.surprisal.sum.StudentT;
import java.util.Objects;

/**
 * A confidence interval: it was found by a method that covers the true value with the stated
 * probability. Immutable.
 */
public final class Interval {

  private final double low;
  private final double high;

  private Interval(double low, double high) {
    this.low = low;
    this.high = high;
  }

  static Interval of(double low, double high) {
    return new Interval(low, high);
  }

  /**
   * The interval estimate ± t·standardError, with t from Student's distribution.
   *
   * @param degreesOfFreedom 1 or more; fewer give NaN
   * @param level the probability of covering the true value
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  static Interval around(
      double estimate, double standardError, long degreesOfFreedom, double level) {
    double reach = StudentT.quantile(level, degreesOfFreedom) * standardError;
    return new Interval(estimate - reach, estimate + reach);
  }

  /** The part of the interval from 0 on, for a quantity that can't be negative. */
  Interval notNegative() {
    return new Interval(Math.max(0, low), high);
  }

  /**
   * The lower end.
   *
   * @return the lower end; NaN if it is undefined
   */
  public double low() {
    return low;
  }

  /**
   * The upper end.
   *
   * @return the upper end; NaN if it is undefined
   */
  public double high() {
    return high;
  }

  double[] ends() {
    return new double[] {low, high};
  }

  /** The interval as reports write it. */
  String text() {
    return "[" + NumberText.number(low) + ", " + NumberText.number(high) + "]";
  }

  /**
   * Compares by value; NaN equals NaN.
   *
   * @param other the object to compare with
   * @return whether the other object is an interval with the same ends
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof Interval that
        && Double.compare(low, that.low) == 0
        && Double.compare(high, that.high) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(low, high);
  }

  @Override
  public String toString() {
    return "[" + low + ", " + high + "]";
  }
}
