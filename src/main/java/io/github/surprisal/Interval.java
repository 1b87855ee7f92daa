/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.StudentT;

/**
 * A confidence interval: it was found by a method that covers the true value with the stated
 * probability.
 *
 * @param low its lower end; NaN if it is undefined
 * @param high its upper end; NaN if it is undefined
 */
public record Interval(double low, double high) {

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

  @Override
  public String toString() {
    return "[" + low + ", " + high + "]";
  }
}
