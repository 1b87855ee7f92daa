/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two real models, each compared with a coarser self, against a reference in 30 digits. */
final class ComparisonRealModelTest {
  private static final MathContext DIGITS = new MathContext(40);

  /** Single losses may be off by 4e-7 nats, either way; their means are far better. */
  private static final double MEAN_LOSS = 4e-9;

  /** KL is computed in double, from logits that differ by up to 40 nats; rounding is all. */
  private static final double DIVERGENCE = 4e-15;

  private static final double[] QUANTILES = {0, 0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1};

  /** Makes another model of one. */
  private interface Perturbation {
    FloatTensor of(FloatTensor logits);
  }

  private static Stream<Arguments> comparisons() {
    return Stream.of("bytes256", "bpe2048")
        .flatMap(
            model ->
                Stream.of(
                    Arguments.of(model, "bfloat16", (Perturbation) ComparisonRealModelTest::coarse),
                    Arguments.of(model, "hotter", scaled(1 / 1.1f)),
                    Arguments.of(model, "colder", scaled(1.001f)),
                    Arguments.of(model, "noisy", noisy(0.5f)),
                    Arguments.of(model, "slightly noisy", noisy(1e-3f))));
  }

  private static FloatTensor coarse(FloatTensor logits) {
    float[] values = logits.toArray();
    short[] bits = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = (short) ((Float.floatToIntBits(values[i]) + 0x8000) >>> 16);
    }
    return FloatTensor.bfloat16(ShortBuffer.wrap(bits), logits.shape().toArray());
  }

  private static Perturbation scaled(float factor) {
    return logits -> changed(logits, (x, random) -> x * factor);
  }

  private static Perturbation noisy(float scale) {
    return logits -> changed(logits, (x, random) -> x + scale * (float) random.nextGaussian());
  }

  private interface Change {
    float of(float logit, Random random);
  }

  private static FloatTensor changed(FloatTensor logits, Change change) {
    Random random = new Random(11);
    float[] values = logits.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = change.of(values[i], random);
    }
    return FloatTensor.wrap(values, logits.shape().toArray());
  }

  /** What the reference says of one scored row. */
  private record Row(BigDecimal lossP, BigDecimal lossQ, double divergence, boolean sameTop) {
    BigDecimal difference() {
      return lossQ.subtract(lossP);
    }

    double deltaP() {
      return Math.exp(-lossQ.doubleValue()) - Math.exp(-lossP.doubleValue());
    }
  }

  private static Row[] rows(FloatTensor p, FloatTensor q, IntTensor targets) {
    int classes = p.shape().axis(1);
    float[] ofP = p.toArray();
    float[] ofQ = q.toArray();
    return IntStream.range(0, (int) targets.size())
        .filter(row -> targets.get(row) != -100)
        .mapToObj(
            row -> {
              ExactReference exactP = ExactReference.of(ofP, row * classes, 1, classes);
              ExactReference exactQ = ExactReference.of(ofQ, row * classes, 1, classes);
              return new Row(
                  exactP.exactLoss(targets.get(row)),
                  exactQ.exactLoss(targets.get(row)),
                  exactP.klDivergence(exactQ),
                  top(ofP, row, classes) == top(ofQ, row, classes));
            })
        .toArray(Row[]::new);
  }

  private static int top(float[] logits, int row, int classes) {
    int top = 0;
    for (int c = 1; c < classes; c++) {
      top = logits[row * classes + c] > logits[row * classes + top] ? c : top;
    }
    return top;
  }

  private static BigDecimal mean(Stream<BigDecimal> values, int n) {
    return values.reduce(BigDecimal.ZERO, BigDecimal::add).divide(BigDecimal.valueOf(n), DIGITS);
  }

  private static double standardError(BigDecimal[] values) {
    int n = values.length;
    BigDecimal mean = mean(Arrays.stream(values), n);
    BigDecimal variance = mean(Arrays.stream(values).map(x -> x.subtract(mean).pow(2)), n);
    return Math.sqrt(variance.doubleValue() / (n - 1));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("comparisons")
  void theReportAgreesWithTheReference(String name, String how, Perturbation perturbation)
      throws IOException {
    RealModel model = RealModel.read(name);
    FloatTensor other = perturbation.of(model.logits());
    IntTensor targets = model.maskedTargets();
    ComparisonReport report =
        new ComparisonAccumulator().add(model.logits(), other, targets).report();
    Row[] rows = rows(model.logits(), other, targets);
    int n = rows.length;
    assertThat(report.scoredTokens()).isEqualTo(n);
    assertThat(report.ignoredTokens()).isEqualTo(targets.size() - n).isPositive();
    checkLosses(report, rows);
    checkDivergences(report, rows);
    checkDeltaP(report, rows);
    assertThat(report.topAgreements()).isEqualTo(Arrays.stream(rows).filter(Row::sameTop).count());
  }

  private static void checkLosses(ComparisonReport report, Row[] rows) {
    int n = rows.length;
    double lossP = mean(Arrays.stream(rows).map(Row::lossP), n).doubleValue();
    double lossQ = mean(Arrays.stream(rows).map(Row::lossQ), n).doubleValue();
    double difference = mean(Arrays.stream(rows).map(Row::difference), n).doubleValue();
    assertThat(report.lossP()).isCloseTo(lossP, within(MEAN_LOSS));
    assertThat(report.lossQ()).isCloseTo(lossQ, within(MEAN_LOSS));
    assertThat(report.deltaNll()).isCloseTo(difference, within(MEAN_LOSS));
    assertThat(report.perplexityRatio()).isCloseTo(Math.exp(difference), within(2 * MEAN_LOSS));
    BigDecimal[] differences = Arrays.stream(rows).map(Row::difference).toArray(BigDecimal[]::new);
    double standardError = standardError(differences);
    assertThat(report.deltaNllStandardError()).isCloseTo(standardError, within(MEAN_LOSS));
    assertThat(standardError).isLessThan(report.lossPStandardErrorByToken());
  }

  private static void checkDivergences(ComparisonReport report, Row[] rows) {
    double[] sorted = Arrays.stream(rows).mapToDouble(Row::divergence).sorted().toArray();
    int n = sorted.length;
    TokenStatistics divergence = report.klDivergence();
    assertThat(divergence.mean())
        .isCloseTo(Arrays.stream(sorted).average().getAsDouble(), within(DIVERGENCE))
        .isPositive();
    BigDecimal[] exact = Arrays.stream(sorted).mapToObj(BigDecimal::new).toArray(BigDecimal[]::new);
    assertThat(divergence.standardError()).isCloseTo(standardError(exact), within(DIVERGENCE));
    assertThat(divergence.maximum()).isCloseTo(sorted[n - 1], within(DIVERGENCE));
    for (double q : QUANTILES) {
      double position = q * (n - 1);
      int before = (int) position;
      double share = position - before;
      double next = sorted[Math.min(before + 1, n - 1)];
      double quantile = (1 - share) * sorted[before] + share * next;
      assertThat(report.klQuantile(q))
          .as("quantile %s", q)
          .isCloseTo(quantile, within(quantile / 256 + DIVERGENCE));
    }
  }

  private static void checkDeltaP(ComparisonReport report, Row[] rows) {
    double[] differences = Arrays.stream(rows).mapToDouble(Row::deltaP).toArray();
    double squares = Arrays.stream(differences).map(d -> d * d).average().getAsDouble();
    TokenStatistics deltaP = report.deltaP();
    assertThat(deltaP.mean())
        .isCloseTo(Arrays.stream(differences).average().getAsDouble(), within(MEAN_LOSS));
    assertThat(deltaP.rootMeanSquare()).isCloseTo(Math.sqrt(squares), within(MEAN_LOSS));
    BigDecimal[] exact =
        Arrays.stream(differences).mapToObj(d -> new BigDecimal(d * d)).toArray(BigDecimal[]::new);
    assertThat(report.deltaPRmsStandardError())
        .isCloseTo(standardError(exact) / (2 * Math.sqrt(squares)), within(MEAN_LOSS));
  }
}
