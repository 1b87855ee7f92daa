/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MetricsTest {
  private static final FloatTensor LOGITS = FloatTensor.of(new float[][] {{1, 2, 3}, {0, 4, 0}});
  private static final IntTensor TARGETS = IntTensor.of(0, 2);

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2.718281828459045", "-1, 0.36787944117144233", "3.5, 33.11545195869231"})
  void perplexityIsTheExponential(double nats, double perplexity) {
    assertThat(Metrics.perplexity(nats)).isCloseTo(perplexity, within(2 * Math.ulp(perplexity)));
  }

  @Test
  void perplexityOfNoOrdinaryLoss() {
    assertThat(Metrics.perplexity(Double.NaN)).isNaN();
    assertThat(Metrics.perplexity(Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Metrics.perplexity(Double.NEGATIVE_INFINITY)).isZero();
  }

  @Test
  void perplexityIsOfTheMean() {
    double mean = Losses.crossEntropy(LOGITS, TARGETS);
    CrossEntropyOptions options = CrossEntropyOptions.defaults();
    assertThat(Metrics.perplexity(LOGITS, TARGETS, options)).isEqualTo(Metrics.perplexity(mean));
    assertThat(Metrics.evaluate(LOGITS, TARGETS, options).loss()).isEqualTo(mean);
  }

  @Test
  void aTokenOfOneBitHasOneBit() {
    assertThat(Metrics.bitsPerToken(Math.log(2))).isEqualTo(1);
    assertThat(Metrics.bitsPerToken(Math.log(1024))).isCloseTo(10, within(1e-14));
    assertThat(Metrics.bitsPerToken(0)).isZero();
    assertThat(Metrics.bitsPerToken(Double.NaN)).isNaN();
  }

  @ParameterizedTest
  @CsvSource({"4.5107510530, 387, 1210, 2.0813686", "0, 5, 3, 0", "0.6931471805599453, 7, 7, 1"})
  void bitsPerByteIsLossOverLn2TimesTokensOverBytes(
      double loss, long tokens, long bytes, double expected) {
    assertThat(Metrics.bitsPerByte(loss, tokens, bytes)).isCloseTo(expected, within(5e-8));
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 40, Long.MAX_VALUE})
  void manyTokensAndBytesDoNotOverflow(long count) {
    assertThat(Metrics.bitsPerByte(Math.log(2), count, count)).isCloseTo(1, within(1e-14));
  }

  @Test
  void evaluateIsOneAccumulatorsReport() {
    CrossEntropyOptions options = CrossEntropyOptions.defaults().labelSmoothing(0.1);
    IntTensor bytes = IntTensor.of(3, 4);
    assertThat(Metrics.evaluate(LOGITS, TARGETS))
        .isEqualTo(new LossAccumulator().add(LOGITS, TARGETS).report());
    assertThat(Metrics.evaluate(LOGITS, TARGETS, options))
        .isEqualTo(new LossAccumulator(options).add(LOGITS, TARGETS).report());
    assertThat(Metrics.evaluate(LOGITS, TARGETS, bytes, options))
        .isEqualTo(new LossAccumulator(options).add(LOGITS, TARGETS, bytes).report());
  }

  @Test
  void evaluateTakesBatchesOfSequences() {
    FloatTensor logits = LOGITS.reshape(1, 2, 3);
    IntTensor targets = TARGETS.reshape(1, 2);
    IntTensor bytes = IntTensor.of(new int[][] {{3, 4}});
    LossReport report = Metrics.evaluate(logits, targets, bytes, CrossEntropyOptions.defaults());
    assertThat(report.scoredTokens()).isEqualTo(2);
    assertThat(report.scoredBytes()).isEqualTo(7);
    assertThat(report.loss()).isEqualTo(Losses.crossEntropy(LOGITS, TARGETS));
    assertThat(report.bitsPerByte())
        .isCloseTo(Metrics.bitsPerByte(report.loss(), 2, 7), within(1e-15));
  }

  @Test
  void withoutBytesThereAreNoBitsPerByte() {
    LossReport report = Metrics.evaluate(LOGITS, TARGETS);
    assertThat(report.scoredBytes()).isZero();
    assertThat(report.bitsPerByte()).isNaN();
  }
}
