/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * An unevaluated sum of two doubles, about 106 bits, with the few operations that {@link
 * ExactReference} needs. Written for the tests: slow, and as plain as can be.
 */
record DoubleDouble(double high, double low) {
  static final DoubleDouble ZERO = new DoubleDouble(0, 0);
  static final DoubleDouble ONE = new DoubleDouble(1, 0);

  private static final DoubleDouble LN_2 =
      new DoubleDouble(0.6931471805599453, 2.3190468138462996e-17);

  /** The third part of ln 2: multiples of ln 2 by exponents up to 2000 stay good to 1e-32. */
  private static final double LN_2_REST = 5.707708438416212e-34;

  private static final int HALVINGS = 8;
  private static final int TERMS = 12;
  private static final DoubleDouble[] INVERSE_FACTORIALS = inverseFactorials();

  private static DoubleDouble[] inverseFactorials() {
    DoubleDouble[] inverses = new DoubleDouble[TERMS + 1];
    inverses[0] = ONE;
    for (int n = 1; n <= TERMS; n++) {
      inverses[n] = inverses[n - 1].dividedBy(of(n));
    }
    return inverses;
  }

  static DoubleDouble of(double value) {
    return new DoubleDouble(value, 0);
  }

  /** a + b, exactly. */
  static DoubleDouble sum(double a, double b) {
    double s = a + b;
    double bPart = s - a;
    return new DoubleDouble(s, (a - (s - bPart)) + (b - bPart));
  }

  private static DoubleDouble normalised(double high, double low) {
    double s = high + low;
    return new DoubleDouble(s, low - (s - high));
  }

  DoubleDouble plus(DoubleDouble other) {
    DoubleDouble s = sum(high, other.high);
    DoubleDouble t = sum(low, other.low);
    DoubleDouble u = normalised(s.high, s.low + t.high);
    return normalised(u.high, u.low + t.low);
  }

  DoubleDouble minus(DoubleDouble other) {
    return plus(other.negated());
  }

  DoubleDouble negated() {
    return new DoubleDouble(-high, -low);
  }

  DoubleDouble times(DoubleDouble other) {
    double p = high * other.high;
    double rest = Math.fma(high, other.high, -p) + (high * other.low + low * other.high);
    return normalised(p, rest);
  }

  DoubleDouble times(double factor) {
    return times(of(factor));
  }

  DoubleDouble dividedBy(DoubleDouble other) {
    double q1 = high / other.high;
    DoubleDouble r = minus(other.times(q1));
    double q2 = r.high / other.high;
    r = r.minus(other.times(q2));
    return normalised(q1, q2).plus(of(r.high / other.high));
  }

  private DoubleDouble scaled(int exponent) {
    return new DoubleDouble(Math.scalb(high, exponent), Math.scalb(low, exponent));
  }

  /** e to this, for values in [-700, 700]. */
  DoubleDouble exp() {
    double k = Math.rint(high / LN_2.high);
    DoubleDouble r = minus(LN_2.times(k)).minus(of(k * LN_2_REST)).scaled(-HALVINGS);
    // e^r - 1 by its series, then (1 + y)^2 - 1 = 2y + y^2 undoes each halving
    DoubleDouble y = ZERO;
    for (int n = TERMS; n >= 1; n--) {
      y = y.plus(INVERSE_FACTORIALS[n]).times(r);
    }
    for (int i = 0; i < HALVINGS; i++) {
      y = y.times(2).plus(y.times(y));
    }
    return y.plus(ONE).scaled((int) k);
  }

  /** The natural logarithm of a positive value of ordinary magnitude. */
  DoubleDouble log() {
    DoubleDouble guess = of(Math.log(high));
    DoubleDouble error = times(guess.negated().exp()).minus(ONE);
    return guess.plus(error).minus(error.times(error).times(0.5));
  }

  /** ln(1 + this) for a value that is not negative, with full relative precision. */
  DoubleDouble log1p() {
    if (high > 1e-6) {
      return plus(ONE).log();
    }
    DoubleDouble series = ZERO;
    for (int n = 6; n >= 1; n--) {
      double sign = n % 2 == 0 ? -1 : 1;
      series = series.times(this).plus(of(sign).dividedBy(of(n)));
    }
    return series.times(this);
  }

  double toDouble() {
    return high + low;
  }

  BigDecimal toBigDecimal() {
    return new BigDecimal(high).add(new BigDecimal(low));
  }

  /** This times 2^exponent, without underflow. */
  BigDecimal toBigDecimal(int exponent) {
    BigDecimal factor = BigDecimal.valueOf(2).pow(exponent, MathContext.DECIMAL128);
    return toBigDecimal().multiply(factor, MathContext.DECIMAL128);
  }
}
