/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** Student's t distribution: the mean of a sample, in units of its estimated standard error. */
public final class StudentT {

  /** Where the estimates are as good as they get in double. */
  private static final double ENOUGH = 1e-14;

  /** From here on the asymptotic series of the ratio of gamma functions is exact in double. */
  private static final double LARGE = 100;

  private StudentT() {}

  /**
   * The t for which P(−t ≤ T ≤ t) is the level, as confidence intervals need it: 1.96 for 0.95 and
   * many degrees of freedom.
   *
   * <p>The relative error is below 1e-14 + 2e-16 / (1 − level), as tested from 1 to 10<sup>15</sup>
   * degrees of freedom. By Newton's method, which for this concave probability climbs from 0 and
   * never overshoots; the probabilities are the series of positive terms of DLMF 8.17.8.
   *
   * @return t; NaN for fewer than 1 degree of freedom
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public static double quantile(double level, long degreesOfFreedom) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level is " + level + ", expected 0 < level < 1");
    }
    if (degreesOfFreedom < 1) {
      return Double.NaN;
    }
    double n = degreesOfFreedom;
    double atZero = gammaRatio(n / 2) / Math.sqrt(n * Math.PI);
    double t = 0;
    double step;
    do {
      double density = atZero * StrictMath.exp(-(n + 1) / 2 * StrictMath.log1p(t * t / n));
      double missing =
          t * t < n
              ? level - 2 * t * density * centralSeries(t, n)
              : 2 * t * density * tailSeries(t, n) - (1 - level);
      step = missing / (2 * density);
      t += step;
      if (t * t < n && missing < ENOUGH) {
        return t;
      }
    } while (step > ENOUGH * t);
    return t;
  }

  /** P(−t ≤ T ≤ t) / (2 t density). */
  private static double centralSeries(double t, double n) {
    double x = t * t / (n + t * t);
    double term = 1;
    double sum = 1;
    for (int k = 0; term > ENOUGH / 100 * sum; k++) {
      term *= (n + 1 + 2 * k) / (3 + 2 * k) * x;
      sum += term;
    }
    return sum;
  }

  /** P(T &lt; −t or T &gt; t) / (2 t density). */
  private static double tailSeries(double t, double n) {
    double y = n / (n + t * t);
    double term = 1 / n;
    double sum = term;
    for (int k = 0; term > ENOUGH / 100 * sum; k++) {
      term *= (n + 1 + 2 * k) / (n + 2 + 2 * k) * y;
      sum += term;
    }
    return sum;
  }

  /** Γ(x + 1/2) / Γ(x). */
  private static double gammaRatio(double x) {
    double factor = 1;
    double large = x;
    for (; large < LARGE; large++) {
      factor *= large / (large + 0.5);
    }
    double r = 1 / large;
    double series =
        1
            + r
                * (-1 / 8.0
                    + r
                        * (1 / 128.0
                            + r * (5 / 1024.0 + r * (-21 / 32768.0 - r * 399 / 262144.0))));
    return factor * Math.sqrt(large) * series;
  }
}
