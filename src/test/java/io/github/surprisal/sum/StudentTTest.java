/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

final class StudentTTest {
  private static double largest;

  @ParameterizedTest
  @CsvFileSource(resources = "/statistics/student_t.csv", useHeadersInDisplayName = true)
  void isWithinItsBound(long degreesOfFreedom, double level, BigDecimal exact) {
    double t = StudentT.quantile(level, degreesOfFreedom);
    double error =
        new BigDecimal(t).subtract(exact).divide(exact, MathContext.DECIMAL32).abs().doubleValue();
    double bound = 1e-14 + 2e-16 / (1 - level);
    largest = Math.max(largest, error / bound);
    assertThat(error).isLessThan(bound);
  }

  @AfterAll
  static void print() {
    System.out.println("Largest error of Student's t, of its bound: " + largest);
  }

  @Test
  void theUsualOnes() {
    assertThat(StudentT.quantile(0.95, 1)).isCloseTo(12.7062047361747, within(1e-12));
    assertThat(StudentT.quantile(0.95, Long.MAX_VALUE)).isCloseTo(1.959963984540054, within(1e-13));
  }

  @Test
  void neverEndsInAnEndlessLoop() {
    for (long n = 1; n > 0; n *= 3) {
      double near = StudentT.quantile(Math.nextDown(1.0), n);
      assertThat(near).isFinite().isGreaterThan(StudentT.quantile(0.9999, n));
      assertThat(StudentT.quantile(Double.MIN_VALUE, n)).isBetween(0.0, 1e-300);
    }
  }

  @Test
  void needsADegreeOfFreedom() {
    assertThat(StudentT.quantile(0.95, 0)).isNaN();
    assertThat(StudentT.quantile(0.95, -1)).isNaN();
  }
}
