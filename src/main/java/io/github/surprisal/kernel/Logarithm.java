/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * log(1 + x) for the end of each row, in arithmetic that gives the same bits everywhere.
 *
 * <p>{@code StrictMath.log1p} does as well, but is a call of native code before JDK 21, which costs
 * a row of a small vocabulary a tenth of its time.
 */
public final class Logarithm {

  /** Up to here 1 + x needs no scaling. */
  public static final double UNSCALED = 0.41;

  /** Bits of the mantissa of √½, to which arguments are scaled, up to √2. */
  public static final long SQRT_HALF_BITS = Double.doubleToRawLongBits(Math.sqrt(0.5));

  /** 2/(2k + 3) for k = 0 … 10: on |s| <= 0.172 the rest of the series is under 1e-18 of it. */
  private static final double[] COEFFICIENTS = coefficients();

  private Logarithm() {}

  private static double[] coefficients() {
    double[] coefficients = new double[11];
    for (int k = 0; k < coefficients.length; k++) {
      coefficients[k] = 2.0 / (2 * k + 3);
    }
    return coefficients;
  }

  /** 2/(2k + 3) for k up to 10. */
  public static double coefficient(int k) {
    return COEFFICIENTS[k];
  }

  /** log(1 + x) for x ≥ 0, within 1 ulp; +∞ for +∞, NaN for NaN. */
  public static double log1p(double x) {
    if (x < UNSCALED) {
      return logOfOnePlus(x);
    }
    if (!(x < Double.POSITIVE_INFINITY)) {
      return x;
    }
    double u = 1 + x;
    // What the sum dropped, from its lesser term.
    double dropped = x > 1 ? 1 - (u - x) : x - (u - 1);
    long bits = Double.doubleToRawLongBits(u);
    long k = (bits - SQRT_HALF_BITS) >> 52;
    double scaled = Double.longBitsToDouble(bits - (k << 52));
    double low = Math.fma((double) k, Exponential.LN2_LOW_DOUBLE, dropped / u);
    return Math.fma((double) k, Exponential.LN2_HIGH_DOUBLE, logOfOnePlus(scaled - 1) + low);
  }

  /** log(1 + f) = 2 artanh(f / (2 + f)) for −0.3 < f < 0.42. */
  private static double logOfOnePlus(double f) {
    double s = f / (2 + f);
    double square = s * s;
    double sum = COEFFICIENTS[10];
    for (int k = 9; k >= 0; k--) {
      sum = Math.fma(sum, square, COEFFICIENTS[k]);
    }
    // f − s·f is 2s; so f, which is exact, carries the result.
    return f - s * (f - square * sum);
  }
}
