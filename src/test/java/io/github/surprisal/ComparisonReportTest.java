/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.surprisal.sum.DistributionSums;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ComparisonReportTest {
  private static final TokenStatistics DIVERGENCE = statistics(0.001, 0.002, 0.002, 0.005);
  private static final TokenStatistics DELTA_P = statistics(-0.01, -0.02, 0.005, 0.001);

  private static final ComparisonReport REPORT = report(0, Double.NaN, DIVERGENCE);

  private static ComparisonReport report(
      long documents, double documentError, TokenStatistics divergence) {
    return ComparisonReport.of(
        new ComparisonReport.Numbers(
            1234,
            56,
            0,
            OptionalLong.empty(),
            3.5,
            0.05,
            3.52,
            0.051,
            0.02,
            0.004,
            documents,
            documentError,
            0.998,
            divergence,
            DELTA_P,
            0.002,
            1200,
            ComparisonReport.Accuracies.UNDEFINED,
            ComparisonReport.ByteNumbers.NONE));
  }

  private static TokenStatistics statistics(double... values) {
    DistributionSums sums = new DistributionSums();
    for (double value : values) {
      sums.add(value);
    }
    return TokenStatistics.of(sums);
  }

  @Test
  void derivesWhatFollows() {
    assertThat(REPORT.perplexityP()).isEqualTo(Metrics.perplexity(3.5));
    assertThat(REPORT.perplexityQ()).isEqualTo(Metrics.perplexity(3.52));
    assertThat(REPORT.perplexityRatio()).isCloseTo(1.0202013400267558, within(1e-15));
    assertThat(REPORT.topAgreement()).isCloseTo(1200 / 1234.0, within(1e-16));
    double share = 1200 / 1234.0;
    assertThat(REPORT.topAgreementStandardError())
        .isCloseTo(Math.sqrt(share * (1 - share) / 1233), within(1e-16));
    assertThat(REPORT.klQuantile(1)).isEqualTo(0.005);
    assertThat(REPORT.klQuantile(0.5)).isEqualTo(DIVERGENCE.median());
  }

  /** t for 1233 degrees of freedom is 1.9618905 (95 %) and 2.5798 (99 %). */
  @Test
  void intervalsAreStudents() {
    Interval interval = REPORT.deltaNllInterval(0.95);
    assertThat(interval.low()).isCloseTo(0.02 - 1.96189 * 0.004, within(1e-7));
    assertThat(interval.high()).isCloseTo(0.02 + 1.96189 * 0.004, within(1e-7));
    Interval ratio = REPORT.perplexityRatioInterval(0.95);
    assertThat(ratio.low()).isCloseTo(Math.exp(interval.low()), within(1e-15));
    assertThat(ratio.high()).isCloseTo(Math.exp(interval.high()), within(1e-15));
    assertThat(REPORT.deltaNllInterval(0.99).low()).isLessThan(interval.low());
    assertThatThrownBy(() -> REPORT.perplexityRatioInterval(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("level is 1.0, expected 0 < level < 1");
    assertThatThrownBy(() -> REPORT.klQuantile(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quantile is 1.5, expected 0 to 1");
  }

  /**
   * Losses of pairs that differ by a known amount and noise: the paired interval covers the truth
   * as often as it says, and is narrower by far than one of unpaired losses.
   */
  @Test
  void thePairedIntervalCoversTheTruth() {
    long seed = 31;
    int trials = 2000;
    int tokens = 40;
    double truth = 0.03;
    Random random = new Random(seed);
    int covered = 0;
    double paired = 0;
    double unpaired = 0;
    for (int trial = 0; trial < trials; trial++) {
      float[][] p = new float[tokens][];
      float[][] q = new float[tokens][];
      for (int i = 0; i < tokens; i++) {
        double loss = 1 - StrictMath.log(1 - random.nextDouble());
        p[i] = logits(loss);
        q[i] = logits(loss + truth + 0.1 * random.nextGaussian());
      }
      ComparisonReport report =
          new ComparisonAccumulator()
              .add(FloatTensor.of(p), FloatTensor.of(q), IntTensor.of(new int[tokens]))
              .report();
      covered += covers(report.deltaNllInterval(0.95), truth);
      paired += report.deltaNllStandardError();
      unpaired +=
          Math.hypot(report.lossPStandardErrorByToken(), report.lossQStandardErrorByToken());
    }
    double share = (double) covered / trials;
    System.out.printf(
        "coverage of the paired 95 %% interval: %.4f of %d trials, seed %d%n", share, trials, seed);
    // three standard deviations of the share
    assertThat(share).isCloseTo(0.95, within(3 * Math.sqrt(0.95 * 0.05 / trials)));
    assertThat(paired / trials).isCloseTo(0.1 / Math.sqrt(tokens), within(0.001));
    assertThat(paired).isLessThan(0.1 * unpaired);
  }

  /**
   * Documents in each of which Q differs by an amount of its own: only the interval by documents
   * covers the truth as often as it says.
   */
  @Test
  void theIntervalByDocumentsCoversTheTruthOfDependentTokens() {
    long seed = 37;
    int trials = 1000;
    int documents = 30;
    double truth = 0.03;
    Random random = new Random(seed);
    int covered = 0;
    int coveredByTokens = 0;
    for (int trial = 0; trial < trials; trial++) {
      ComparisonAccumulator accumulator = new ComparisonAccumulator();
      ComparisonAccumulator unmarked = new ComparisonAccumulator();
      for (int document = 0; document < documents; document++) {
        int tokens = 15 + random.nextInt(11);
        double ofDocument = truth + 0.05 * random.nextGaussian();
        float[][] p = new float[tokens][];
        float[][] q = new float[tokens][];
        for (int i = 0; i < tokens; i++) {
          double loss = 1 - StrictMath.log(1 - random.nextDouble());
          p[i] = logits(loss);
          q[i] = logits(loss + ofDocument + 0.1 * random.nextGaussian());
        }
        FloatTensor logitsP = FloatTensor.of(p);
        FloatTensor logitsQ = FloatTensor.of(q);
        IntTensor targets = IntTensor.of(new int[tokens]);
        accumulator.add(logitsP, logitsQ, targets).endDocument();
        unmarked.add(logitsP, logitsQ, targets);
      }
      covered += covers(accumulator.report().deltaNllInterval(0.95), truth);
      coveredByTokens += covers(unmarked.report().deltaNllInterval(0.95), truth);
    }
    System.out.printf(
        "coverage of the 95 %% interval by documents: %d of %d trials, by tokens %d, seed %d%n",
        covered, trials, coveredByTokens, seed);
    // three standard deviations of the share
    double tolerance = 3 * Math.sqrt(0.95 * 0.05 / trials);
    assertThat((double) covered / trials).isCloseTo(0.95, within(tolerance));
    assertThat((double) coveredByTokens / trials).isLessThan(0.75);
  }

  private static int covers(Interval interval, double truth) {
    return interval.low() <= truth && truth <= interval.high() ? 1 : 0;
  }

  @Test
  void documentsReadPlainly() {
    ComparisonReport report = report(41, 0.008, DIVERGENCE);
    assertThat(report.toString().lines())
        .contains(
            "loss Q - loss P   0.020000 ± 0.008000, paired, of 41 documents",
            "                  ± standard error [95 % interval] of independent tokens",
            "                  but Q - P and Q / P: of independent documents");
    // t for 40 degrees of freedom is 2.0210754
    assertThat(report.deltaNllInterval(0.95).high())
        .isCloseTo(0.02 + 2.0210754 * 0.008, within(1e-9));
  }

  /** Two logits that give class 0 a loss. */
  private static float[] logits(double loss) {
    return new float[] {0, (float) StrictMath.log(StrictMath.expm1(loss))};
  }

  @Test
  void comparesByValue() {
    ComparisonReport same = report(0, Double.NaN, statistics(0.005, 0.002, 0.002, 0.001));
    assertThat(REPORT).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(DIVERGENCE)
        .isNotEqualTo(DELTA_P)
        .isNotEqualTo(statistics(0.001, 0.002, 0.002, 0.0051))
        .isNotEqualTo(statistics(0.001, 0.002, 0.002, 0.005, 0.0025))
        .hasToString(
            "TokenStatistics[tokens=4, mean=0.0025, standardError="
                + DIVERGENCE.standardError()
                + ", rootMeanSquare="
                + DIVERGENCE.rootMeanSquare()
                + ", minimum=0.001, median="
                + DIVERGENCE.median()
                + ", maximum=0.005]");
  }

  @Test
  void readsWell() {
    assertThat(REPORT.toString().lines())
        .containsExactly(
            "scored tokens     1,234 (ignored 56)",
            "loss of P         3.500000 ± 0.050000 nats per token",
            "loss of Q         3.520000 ± 0.051000 nats per token",
            "loss Q - loss P   0.020000 ± 0.004000, paired",
            "perplexity of P   33.115452",
            "perplexity of Q   33.784428",
            "perplexity Q / P  1.020201 [1.012227, 1.028239]",
            "KL(P||Q)          0.002500 ± 0.000866 nats per token",
            "  median          0.002007",
            "  90 %, 95 %      0.004102, 0.004551",
            "  99 %, 99.9 %    0.004910, 0.004991",
            "  maximum         0.005000",
            "target's p Q - P  -0.6000 % ± 0.5642 %",
            "  RMS             1.1467 % ± 0.2000 %",
            "same top token    97.2447 % ± 0.4662 %",
            "                  ± standard error [95 % interval] of independent tokens");
  }

  @Test
  void smallAndLargeNumbersKeepTheirDigits() {
    float[][] p = {{0, 1}, {1, 0}};
    float[][] q = {{0, 1.00001f}, {1, 0.00001f}};
    String text =
        new ComparisonAccumulator()
            .add(FloatTensor.of(p), FloatTensor.of(q), IntTensor.of(0, 0))
            .report()
            .toString();
    assertThat(text).containsPattern("loss Q - loss P {3}\\d\\.\\d{6}e-06 ± \\d\\.\\d{6}e-0");
    assertThat(text).containsPattern("KL\\(P\\|\\|Q\\) {10}\\d\\.\\d{6}e-1[0-9] ± ");
  }

  private static String differenceLine(double difference, double error) {
    ComparisonReport report =
        ComparisonReport.of(
            new ComparisonReport.Numbers(
                3,
                0,
                0,
                OptionalLong.empty(),
                4.5,
                error,
                4.5,
                error,
                difference,
                error,
                0,
                Double.NaN,
                1,
                DIVERGENCE,
                DELTA_P,
                error,
                3,
                ComparisonReport.Accuracies.UNDEFINED,
                ComparisonReport.ByteNumbers.NONE));
    return report.toString().lines().toList().get(3);
  }

  @Test
  void errorsOfEverySizeRead() {
    String start = "loss Q - loss P   ";
    String end = ", paired";
    assertThat(differenceLine(0, 0)).isEqualTo(start + "0.000000 ± 0.000000" + end);
    assertThat(differenceLine(0.5, 0)).isEqualTo(start + "0.500000 ± 0.000000" + end);
    assertThat(differenceLine(0.5, Double.NaN)).isEqualTo(start + "0.500000 ± NaN" + end);
    assertThat(differenceLine(1e-6, Double.NaN)).isEqualTo(start + "1.000000e-06 ± NaN" + end);
    assertThat(differenceLine(-1e9, Double.NaN)).isEqualTo(start + "-1.000000e+09 ± NaN" + end);
    assertThat(differenceLine(Double.NaN, Double.NaN)).isEqualTo(start + "NaN ± NaN" + end);
    assertThat(differenceLine(Double.NEGATIVE_INFINITY, Double.NaN))
        .isEqualTo(start + "-Infinity ± NaN" + end);
    assertThat(differenceLine(0.5, Double.POSITIVE_INFINITY))
        .isEqualTo(start + "0.500000 ± Infinity" + end);
    assertThat(differenceLine(0, 1e9)).isEqualTo(start + "0.000000e+00 ± 1.000000e+09" + end);
    assertThat(differenceLine(0, Math.nextDown(1e9)))
        .isEqualTo(start + "0.000000 ± 1000000000.000000" + end);
    assertThat(differenceLine(0, 1e-3)).isEqualTo(start + "0.000000 ± 0.001000" + end);
    assertThat(differenceLine(0, Math.nextDown(1e-3)))
        .isEqualTo(start + "0.000000e+00 ± 1.000000e-03" + end);
  }

  @Test
  void nothingScoredReadsPlainly() {
    assertThat(new ComparisonAccumulator().report().toString().lines())
        .contains(
            "scored tokens     0 (ignored 0)",
            "loss Q - loss P   NaN ± NaN, paired",
            "perplexity Q / P  NaN [NaN, NaN]",
            "same top token    NaN % ± NaN %");
  }

  @Test
  void becomesJson() throws JsonProcessingException {
    JsonNode json = new ObjectMapper().readTree(REPORT.toJson());
    assertThat(REPORT.toJson()).doesNotContain("\n");
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "scoredTokens",
            "ignoredTokens",
            "nanTokens",
            "firstNan",
            "lossP",
            "lossPStandardErrorByToken",
            "lossQ",
            "lossQStandardErrorByToken",
            "perplexityP",
            "perplexityQ",
            "deltaNll",
            "deltaNllStandardError",
            "deltaNllStandardErrorByToken",
            "deltaNllStandardErrorByDocument",
            "documents",
            "perplexityRatio",
            "bitsPerByteP",
            "bitsPerByteQ",
            "deltaBitsPerByte",
            "deltaBitsPerByteStandardError",
            "scoredBytes",
            "zeroByteTokens",
            "tokensWithoutByteCount",
            "lossCorrelation",
            "klDivergence",
            "deltaP",
            "deltaPRmsStandardError",
            "topAgreements",
            "topAgreement",
            "topAgreementStandardError",
            "accuracyP",
            "accuracyQ",
            "accuracyDifference",
            "accuracyDifferenceStandardError",
            "accuracyDifferenceStandardErrorByToken",
            "accuracyDifferenceStandardErrorByDocument",
            "intervals95",
            "notNumbers");
    assertThat(json.get("scoredTokens").longValue()).isEqualTo(1234);
    assertThat(json.get("ignoredTokens").longValue()).isEqualTo(56);
    assertThat(json.get("lossP").doubleValue()).isEqualTo(3.5);
    assertThat(json.get("lossPStandardErrorByToken").doubleValue()).isEqualTo(0.05);
    assertThat(json.get("lossQ").doubleValue()).isEqualTo(3.52);
    assertThat(json.get("lossQStandardErrorByToken").doubleValue()).isEqualTo(0.051);
    assertThat(json.get("perplexityP").doubleValue()).isEqualTo(REPORT.perplexityP());
    assertThat(json.get("perplexityQ").doubleValue()).isEqualTo(REPORT.perplexityQ());
    assertThat(json.get("deltaNll").doubleValue()).isEqualTo(0.02);
    assertThat(json.get("deltaNllStandardError").doubleValue()).isEqualTo(0.004);
    assertThat(json.get("perplexityRatio").doubleValue()).isEqualTo(REPORT.perplexityRatio());
    assertThat(json.get("lossCorrelation").doubleValue()).isEqualTo(0.998);
    assertThat(json.get("deltaPRmsStandardError").doubleValue()).isEqualTo(0.002);
    assertThat(json.get("topAgreements").longValue()).isEqualTo(1200);
    assertThat(json.get("topAgreement").doubleValue()).isEqualTo(REPORT.topAgreement());
    assertThat(json.get("topAgreementStandardError").doubleValue())
        .isEqualTo(REPORT.topAgreementStandardError());
    checkJson(json.get("klDivergence"), DIVERGENCE);
    checkJson(json.get("deltaP"), DELTA_P);
    JsonNode intervals = json.get("intervals95");
    checkJson(intervals.get("deltaNll"), REPORT.deltaNllInterval(0.95));
    checkJson(intervals.get("perplexityRatio"), REPORT.perplexityRatioInterval(0.95));
  }

  private static void checkJson(JsonNode json, Interval interval) {
    assertThat(json.get(0).doubleValue()).isEqualTo(interval.low());
    assertThat(json.get(1).doubleValue()).isEqualTo(interval.high());
  }

  private static void checkJson(JsonNode json, TokenStatistics statistics) {
    assertThat(json.get("mean").doubleValue()).isEqualTo(statistics.mean());
    assertThat(json.get("standardError").doubleValue()).isEqualTo(statistics.standardError());
    assertThat(json.get("rootMeanSquare").doubleValue()).isEqualTo(statistics.rootMeanSquare());
    assertThat(json.get("minimum").doubleValue()).isEqualTo(statistics.minimum());
    assertThat(json.get("maximum").doubleValue()).isEqualTo(statistics.maximum());
    JsonNode quantiles = json.get("quantiles");
    assertThat(quantiles).hasSize(11);
    quantiles
        .fieldNames()
        .forEachRemaining(
            q ->
                assertThat(quantiles.get(q).doubleValue())
                    .isEqualTo(statistics.quantile(Double.parseDouble(q))));
  }

  @Test
  void whatJsonHasNoNumberForIsText() throws JsonProcessingException {
    float[][] p = {{0, 0}, {0, 0}};
    float[][] q = {{0, Float.NEGATIVE_INFINITY}, {0, 0}};
    ComparisonReport report =
        new ComparisonAccumulator()
            .add(FloatTensor.of(p), FloatTensor.of(q), IntTensor.of(0, 0))
            .report();
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    JsonNode divergence = json.get("klDivergence");
    assertThat(divergence.get("mean").isNull()).isTrue();
    assertThat(divergence.get("standardError").isNull()).isTrue();
    assertThat(divergence.get("notNumbers").get("mean").textValue()).isEqualTo("Infinity");
    assertThat(divergence.get("notNumbers").get("standardError").textValue()).isEqualTo("NaN");
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
  void thePlainErrorIsTheOneOfTheInterval() {
    assertThat(REPORT.deltaNllStandardError()).isEqualTo(REPORT.deltaNllStandardErrorByToken());
    ComparisonReport documents = report(9, 0.007, DIVERGENCE);
    assertThat(documents.deltaNllStandardErrorByToken()).isEqualTo(0.004);
    assertThat(documents.deltaNllStandardErrorByDocument()).isEqualTo(0.007);
    assertThat(documents.deltaNllStandardError()).isEqualTo(0.007);
    Interval interval = documents.deltaNllInterval(0.95); // t for 8 degrees is 2.306
    assertThat(interval.high() - 0.02).isCloseTo(2.306004 * 0.007, within(1e-8));
    assertThat(documents)
        .isEqualTo(report(9, 0.007, DIVERGENCE))
        .hasSameHashCodeAs(report(9, 0.007, DIVERGENCE))
        .isNotEqualTo(REPORT);
  }
}
