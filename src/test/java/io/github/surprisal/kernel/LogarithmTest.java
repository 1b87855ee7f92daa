/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** {@link Logarithm} against a series in 40 digits. */
final class LogarithmTest {

  private static final MathContext DIGITS = new MathContext(40);
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final BigDecimal LN2 = logOfRatio(BigDecimal.ONE, BigDecimal.valueOf(3));
  private static final double BOUND_IN_ULPS = 1;

  /** 2 artanh(s), s being numerator / denominator: the logarithm of (1 + s) / (1 − s). */
  private static BigDecimal logOfRatio(BigDecimal numerator, BigDecimal denominator) {
    BigDecimal s = numerator.divide(denominator, DIGITS);
    BigDecimal square = s.multiply(s, DIGITS);
    BigDecimal power = s;
    BigDecimal sum = s;
    for (int k = 3; power.signum() != 0 && k < 400; k += 2) {
      power = power.multiply(square, DIGITS);
      sum = sum.add(power.divide(BigDecimal.valueOf(k), DIGITS), DIGITS);
    }
    return sum.multiply(TWO, DIGITS);
  }

  private static BigDecimal exactLog1p(double x) {
    BigDecimal y = new BigDecimal(x).add(BigDecimal.ONE);
    int halvings = Math.max(0, Math.getExponent(y.doubleValue()));
    BigDecimal scaled = y.divide(TWO.pow(halvings), new MathContext(80));
    BigDecimal f = scaled.subtract(BigDecimal.ONE);
    return logOfRatio(f, f.add(TWO)).add(LN2.multiply(BigDecimal.valueOf(halvings)));
  }

  private static double errorInUlps(double x) {
    BigDecimal exact = exactLog1p(x);
    BigDecimal error = new BigDecimal(Logarithm.log1p(x)).subtract(exact).abs();
    return error.doubleValue() / Math.ulp(exact.doubleValue());
  }

  @Test
  void closeToTheExactLogarithmEverywhere() {
    long seed = 20261124;
    SplittableRandom random = new SplittableRandom(seed);
    double worst = 0;
    double at = 0;
    for (int i = 0; i < 6000; i++) {
      double x = Math.scalb(1 + random.nextDouble(), i % 300 - 100);
      double error = errorInUlps(x);
      at = error > worst ? x : at;
      worst = Math.max(worst, error);
    }
    System.out.printf("log1p: seed %d, largest error %.3f ulp at %s%n", seed, worst, at);
    assertThat(worst).isLessThan(BOUND_IN_ULPS);
  }

  @Test
  void closeWhereTheFormulaChanges() {
    for (double edge : new double[] {0.41, Math.sqrt(2) - 1, 1, Math.sqrt(8) - 1, 0x1p52, 0x1p53}) {
      double x = edge;
      for (int step = 0; step < 40; step++, x = step < 20 ? Math.nextUp(x) : Math.nextDown(x)) {
        assertThat(errorInUlps(x)).as("log1p(%s)", x).isLessThan(BOUND_IN_ULPS);
      }
    }
  }

  @Test
  void specialValues() {
    assertThat(Logarithm.log1p(0)).isZero();
    assertThat(Logarithm.log1p(Double.MIN_VALUE)).isEqualTo(Double.MIN_VALUE);
    assertThat(Logarithm.log1p(1e-20)).isEqualTo(1e-20);
    assertThat(Logarithm.log1p(Double.POSITIVE_INFINITY)).isInfinite();
    assertThat(Logarithm.log1p(Double.NaN)).isNaN();
  }
}
