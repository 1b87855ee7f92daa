/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import org.junit.jupiter.api.Test;

final class LossReportTest {
  private static final LossReport REPORT =
      new LossReport(4.5107510530, 1745.6606575, 387, 13, 1210, 2, 2.0813686, 0.1312345);

  @Test
  void derivesPerplexityAndBits() {
    assertThat(REPORT.perplexity()).isCloseTo(90.990130, within(1e-5));
    assertThat(REPORT.bitsPerToken()).isCloseTo(6.5076382, within(1e-7));
    assertThat(REPORT.perplexity()).isEqualTo(Metrics.perplexity(REPORT.loss()));
    assertThat(REPORT.bitsPerToken()).isEqualTo(Metrics.bitsPerToken(REPORT.loss()));
  }

  @Test
  void readsWell() {
    assertThat(REPORT.toString().lines())
        .containsExactly(
            "scored tokens   387 (ignored 13)",
            "loss            4.510751 nats per token, ± 0.131235",
            "perplexity      90.990131",
            "bits per token  6.507638",
            "bits per byte   2.081369 over 1,210 bytes",
            "                leaving out 2 tokens of 0 bytes");
  }

  @Test
  void readsTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    String text = REPORT.toString();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(REPORT.toString()).isEqualTo(text);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void withoutBytesItDoesNotSpeakOfThem() {
    LossReport report = new LossReport(1, 10, 10, 0, 0, 0, Double.NaN, Double.NaN);
    assertThat(report.toString()).doesNotContain("byte").contains("scored tokens   10");
  }

  @Test
  void nothingScoredIsPlain() {
    LossReport report = new LossAccumulator().report();
    assertThat(report.toString()).contains("scored tokens   0 (ignored 0)", "NaN");
    assertThat(report.perplexity()).isNaN();
    assertThat(report.bitsPerToken()).isNaN();
  }

  @Test
  void overflowsToInfinity() {
    LossReport report = new LossReport(1000, 1000, 1, 0, 0, 0, Double.NaN, Double.NaN);
    assertThat(report.perplexity()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(report.toString()).contains("Infinity");
  }

  @Test
  void comparesByValue() {
    assertThat(REPORT)
        .isEqualTo(
            new LossReport(4.5107510530, 1745.6606575, 387, 13, 1210, 2, 2.0813686, 0.1312345))
        .isNotEqualTo(
            new LossReport(4.5107510531, 1745.6606575, 387, 13, 1210, 2, 2.0813686, 0.1312345));
  }
}
