/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.surprisal.sum.Nats;
import io.github.surprisal.sum.PredictionFigures;
import io.github.surprisal.sum.StudentT;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LossReportTest {
  private static final StandardErrors NONE = StandardErrors.undefined(0, 0);
  private static final StandardErrors OF_TOKENS = errors(387, 0.1312345, 385, 0.05);
  private static final LossReport REPORT = report(4.5107510530, 0, OF_TOKENS, NONE);

  private static LossReport report(
      double loss, long words, StandardErrors ofTokens, StandardErrors ofDocuments) {
    return LossReport.of(
        new LossReport.Numbers(
            loss,
            1745.6606575,
            387,
            13,
            1210,
            2,
            0,
            0,
            OptionalLong.empty(),
            2.0813686,
            words,
            ofTokens,
            ofDocuments,
            PredictionFigures.UNDEFINED,
            List.of()));
  }

  private static StandardErrors errors(
      long units, double loss, long unitsWithBytes, double bitsPerByte) {
    return StandardErrors.of(
        new StandardErrors.Numbers(
            units,
            loss,
            90.99013 * loss,
            loss / Nats.LN2,
            unitsWithBytes,
            bitsPerByte,
            PredictionFigures.UNDEFINED));
  }

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
            "scored tokens    387 (ignored 13)",
            "loss             4.510751 ± 0.131235 [4.252727, 4.768775] nats per token",
            "perplexity       90.990131 ± 11.941044 [70.296860, 117.774877]",
            "bits per token   6.507638 ± 0.189331 [6.135388, 6.879888]",
            "bits per byte    2.081369 ± 0.050000 [1.983061, 2.179677] over 1,210 bytes",
            "                 leaving out 2 tokens of 0 bytes",
            "                 ± standard error [95 % interval], from independent tokens");
  }

  @Test
  void readsWellWithDocumentsAndWords() {
    StandardErrors ofDocuments = errors(12, 0.3, 12, 0.07);
    assertThat(report(4.510751053, 300, OF_TOKENS, ofDocuments).toString().lines())
        .containsExactly(
            "scored tokens    387 (ignored 13)",
            "loss             4.510751 ± 0.300000 [3.850456, 5.171047] nats per token",
            "perplexity       90.990131 ± 27.297039 [47.014474, 176.099047]",
            "bits per token   6.507638 ± 0.432809 [5.555033, 7.460243]",
            "bits per byte    2.081369 ± 0.070000 [1.927300, 2.235438] over 1,210 bytes",
            "                 leaving out 2 tokens of 0 bytes",
            "word perplexity  336.591106 over 300 words",
            "                 ± standard error [95 % interval], from 12 independent documents");
  }

  @Test
  void withoutErrorsItShowsNone() {
    LossReport report = report(4.5, 0, StandardErrors.undefined(1, 1), NONE);
    assertThat(report.toString()).contains("4.500000 nats per token").doesNotContain("±", "[");
  }

  private static String lossLine(double loss, double error) {
    return report(loss, 0, errors(3, error, 3, error), NONE).toString().lines().toList().get(1);
  }

  /** t for 2 degrees of freedom is 4.302653. */
  @Test
  void errorsOfEverySizeRead() {
    assertThat(lossLine(4.5, 0))
        .isEqualTo("loss             4.500000 ± 0.000000 [4.500000, 4.500000] nats per token");
    assertThat(lossLine(0, 0))
        .isEqualTo("loss             0.000000 ± 0.000000 [0.000000, 0.000000] nats per token");
    assertThat(lossLine(4.5, Double.NaN)).isEqualTo("loss             4.500000 nats per token");
    assertThat(lossLine(Double.POSITIVE_INFINITY, Double.NaN))
        .isEqualTo("loss             Infinity nats per token");
    assertThat(lossLine(4.5, Double.POSITIVE_INFINITY))
        .isEqualTo("loss             4.500000 ± Infinity [0.000000, Infinity] nats per token");
    assertThat(lossLine(0, 1e9))
        .isEqualTo(
            "loss             0.000000 ± 1.000000e+09 [0.000000, 4.302653e+09] nats per token");
    assertThat(lossLine(1e9, 1)).startsWith("loss             1.000000e+09 ± 1.000000 [999999995.");
    assertThat(lossLine(0, Math.nextDown(1e9)))
        .startsWith("loss             0.000000 ± 1000000000.000000 [");
    assertThat(lossLine(-1e9, 1e-3)).startsWith("loss             -1.000000e+09 ± 0.001000 [");
    assertThat(lossLine(1, Math.nextDown(1e-3)))
        .startsWith("loss             1.000000 ± 1.000000e-03 [");
  }

  @Test
  void errorsOfEverySizeInJson() throws IOException {
    Map<Double, String> texts =
        Map.of(
            0.0,
            "0.0",
            1e9,
            "1.0E9",
            Double.NaN,
            "null,'notNumbers':{'standardError':'NaN'}",
            Double.POSITIVE_INFINITY,
            "null,'notNumbers':{'standardError':'Infinity'}",
            Double.NEGATIVE_INFINITY,
            "null,'notNumbers':{'standardError':'-Infinity'}");
    texts.forEach(
        (error, text) -> {
          LossReport report = report(4.5, 0, errors(3, error, 3, error), NONE);
          assertThat(report.toJson("standardError").replace('"', '\''))
              .isEqualTo("{'standardError':" + text + "}");
          String number = text.replaceFirst(",.*", "");
          assertThat(report.standardErrorsByToken().json().toString())
              .contains("\"ofLoss\":" + number, "\"ofBitsPerByte\":" + number);
        });
    JsonNode infinite =
        new ObjectMapper()
            .readTree(report(4.5, 0, errors(3, Double.POSITIVE_INFINITY, 3, 0), NONE).toJson());
    assertThat(infinite.get("intervals95").get("loss").toString()).isEqualTo("[0.0,null]");
    assertThat(infinite.get("intervals95").get("notNumbers").toString())
        .isEqualTo(
            "{\"loss\":[null,\"Infinity\"],\"perplexity\":[null,\"Infinity\"],"
                + "\"bitsPerToken\":[null,\"Infinity\"]}");
    assertThat(infinite.get("intervals95").get("bitsPerByte").toString())
        .isEqualTo("[2.0813686,2.0813686]");
  }

  @Test
  void wordPerplexityNeedsWords() {
    assertThat(REPORT.wordPerplexity()).isNaN();
    assertThat(report(4.5, 300, OF_TOKENS, NONE).wordPerplexity())
        .isEqualTo(Metrics.perplexity(1745.6606575 / 300));
  }

  @Test
  void theErrorsToGoByAreThoseOfDocuments() {
    assertThat(REPORT.documents()).isZero();
    assertThat(REPORT.standardErrors()).isEqualTo(OF_TOKENS);
    StandardErrors ofDocuments = errors(12, 0.3, 12, 0.07);
    LossReport report = report(4.5, 0, OF_TOKENS, ofDocuments);
    assertThat(report.documents()).isEqualTo(12);
    assertThat(report.standardErrors()).isEqualTo(ofDocuments);
    assertThat(report.standardError()).isEqualTo(ofDocuments.ofLoss());
    assertThat(REPORT.standardError()).isEqualTo(OF_TOKENS.ofLoss());
    StandardErrors undefined = StandardErrors.undefined(12, 12);
    LossReport torn = report(4.5, 0, OF_TOKENS, undefined);
    assertThat(torn.lossInterval(0.95)).isEqualTo(Interval.of(Double.NaN, Double.NaN));
    assertThat(torn.bitsPerByteInterval(0.95)).isEqualTo(Interval.of(Double.NaN, Double.NaN));
  }

  @Test
  void intervalsFollowStudentsDistribution() {
    double t = StudentT.quantile(0.9, 11);
    LossReport report = report(4.5, 0, OF_TOKENS, errors(12, 0.3, 8, 0.07));
    Interval loss = Interval.of(4.5 - t * 0.3, 4.5 + t * 0.3);
    assertThat(report.lossInterval(0.9)).isEqualTo(loss);
    assertThat(report.perplexityInterval(0.9))
        .isEqualTo(Interval.of(Metrics.perplexity(loss.low()), Metrics.perplexity(loss.high())));
    assertThat(report.bitsPerTokenInterval(0.9))
        .isEqualTo(
            Interval.of(Metrics.bitsPerToken(loss.low()), Metrics.bitsPerToken(loss.high())));
    double ofBytes = StudentT.quantile(0.9, 7) * 0.07;
    assertThat(report.bitsPerByteInterval(0.9))
        .isEqualTo(Interval.of(2.0813686 - ofBytes, 2.0813686 + ofBytes));
    assertThat(report.lossInterval(0.9)).hasToString("[" + loss.low() + ", " + loss.high() + "]");
  }

  /** Few, unequal losses: without bounds, intervals would reach below what is possible. */
  @Test
  void intervalsEndWhereNoLossCanBe() {
    LossAccumulator accumulator = new LossAccumulator();
    TokenBytes bytes = TokenBytes.of(new byte[2][3]);
    for (float gap : new float[] {9, 7, -4}) {
      accumulator.addRow(new float[] {gap, 0}, 0, bytes);
    }
    LossReport report = accumulator.report();
    assertThat(report.loss() - 3 * report.standardError()).isNegative();
    assertThat(report.lossInterval(0.95).low()).isEqualTo(0.0);
    assertThat(report.perplexityInterval(0.95).low()).isEqualTo(1.0);
    assertThat(report.bitsPerTokenInterval(0.95).low()).isEqualTo(0.0);
    assertThat(report.bitsPerByteInterval(0.95).low()).isEqualTo(0.0);
    assertThat(report.lossInterval(0.95).high()).isGreaterThan(report.loss());
    assertThat(report.lossInterval(0.1).low()).isPositive();
    CrossEntropyOptions negative =
        CrossEntropyOptions.defaults().classWeights(FloatTensor.of(-1, 2));
    LossAccumulator weighted = new LossAccumulator(negative);
    weighted.addRow(new float[] {0, 3}, 0).addRow(new float[] {0, 1}, 1);
    weighted.addRow(new float[] {0, -2}, 1);
    LossReport below = weighted.addRow(new float[] {0, 9}, 0).report();
    assertThat(below.loss()).isNotNaN();
    assertThat(below.lossInterval(0.95).low())
        .isEqualTo(below.loss() - StudentT.quantile(0.95, 3) * below.standardError());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.5, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void aLevelIsAProbability(double level) {
    assertThatThrownBy(() -> REPORT.lossInterval(level))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("level is " + level + ", expected 0 < level < 1");
    LossReport empty = new LossAccumulator().report();
    assertThatThrownBy(() -> empty.bitsPerByteInterval(level))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void jsonHasEveryNumber() throws IOException {
    JsonNode json = new ObjectMapper().readTree(REPORT.toJson());
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "loss",
            "perplexity",
            "bitsPerToken",
            "bitsPerByte",
            "wordPerplexity",
            "totalNats",
            "scoredTokens",
            "ignoredTokens",
            "scoredBytes",
            "zeroByteTokens",
            "tokensWithoutByteCount",
            "nanTokens",
            "firstNan",
            "words",
            "documents",
            "accuracy",
            "topAccuracy",
            "meanReciprocalRank",
            "entropy",
            "calibrationGap",
            "calibrationError",
            "calibrationBins",
            "standardError",
            "standardErrorsByToken",
            "standardErrorsByDocument",
            "intervals95",
            "notNumbers");
    assertThat(json.get("loss").doubleValue()).isEqualTo(REPORT.loss());
    assertThat(json.get("perplexity").doubleValue()).isEqualTo(REPORT.perplexity());
    assertThat(json.get("bitsPerToken").doubleValue()).isEqualTo(REPORT.bitsPerToken());
    assertThat(json.get("bitsPerByte").doubleValue()).isEqualTo(REPORT.bitsPerByte());
    assertThat(json.get("wordPerplexity").isNull()).isTrue();
    assertThat(json.get("notNumbers").fieldNames())
        .toIterable()
        .containsExactly(
            "wordPerplexity",
            "accuracy",
            "topAccuracy",
            "meanReciprocalRank",
            "entropy",
            "calibrationGap",
            "calibrationError");
    assertThat(json.get("notNumbers").get("wordPerplexity").textValue()).isEqualTo("NaN");
    assertThat(json.get("totalNats").doubleValue()).isEqualTo(REPORT.totalNats());
    assertThat(json.get("scoredTokens").longValue()).isEqualTo(387);
    assertThat(json.get("ignoredTokens").longValue()).isEqualTo(13);
    assertThat(json.get("scoredBytes").longValue()).isEqualTo(1210);
    assertThat(json.get("zeroByteTokens").longValue()).isEqualTo(2);
    assertThat(json.get("words").longValue()).isZero();
    assertThat(json.get("documents").longValue()).isZero();
    assertThat(json.get("standardError").doubleValue()).isEqualTo(0.1312345);
    JsonNode errors = json.get("standardErrorsByToken");
    assertThat(errors.get("units").longValue()).isEqualTo(387);
    assertThat(errors.get("ofLoss").doubleValue()).isEqualTo(OF_TOKENS.ofLoss());
    assertThat(errors.get("ofPerplexity").doubleValue()).isEqualTo(OF_TOKENS.ofPerplexity());
    assertThat(errors.get("ofBitsPerToken").doubleValue()).isEqualTo(OF_TOKENS.ofBitsPerToken());
    assertThat(errors.get("unitsWithBytes").longValue()).isEqualTo(385);
    assertThat(errors.get("ofBitsPerByte").doubleValue()).isEqualTo(OF_TOKENS.ofBitsPerByte());
    JsonNode byDocument = json.get("standardErrorsByDocument");
    assertThat(byDocument.get("ofLoss").isNull()).isTrue();
    assertThat(byDocument.get("notNumbers").get("ofLoss").textValue()).isEqualTo("NaN");
    JsonNode intervals = json.get("intervals95");
    assertInterval(intervals.get("loss"), REPORT.lossInterval(0.95));
    assertInterval(intervals.get("perplexity"), REPORT.perplexityInterval(0.95));
    assertInterval(intervals.get("bitsPerToken"), REPORT.bitsPerTokenInterval(0.95));
    assertInterval(intervals.get("bitsPerByte"), REPORT.bitsPerByteInterval(0.95));
    assertThat(REPORT.toJson()).doesNotContain("\n", " ");
  }

  private static void assertInterval(JsonNode ends, Interval interval) {
    assertThat(ends).hasSize(2);
    assertThat(ends.get(0).doubleValue()).isEqualTo(interval.low());
    assertThat(ends.get(1).doubleValue()).isEqualTo(interval.high());
  }

  @Test
  void someMembersOfTheJson() {
    assertThat(REPORT.toJson("scoredTokens", "loss"))
        .isEqualTo("{\"scoredTokens\":387,\"loss\":4.510751053}");
    assertThat(REPORT.toJson(new String[0])).isEqualTo("{}");
    assertThatThrownBy(() -> REPORT.toJson("loss", "los"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("key is \"los\", expected one of [loss, perplexity, ");
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
    LossReport report =
        LossReport.of(
            new LossReport.Numbers(
                1,
                10,
                10,
                0,
                0,
                0,
                10,
                0,
                OptionalLong.empty(),
                Double.NaN,
                0,
                NONE,
                NONE,
                PredictionFigures.UNDEFINED,
                List.of()));
    assertThat(report.toString()).doesNotContain("byte", "word").contains("scored tokens    10");
  }

  @Test
  void nothingScoredIsPlain() {
    LossReport report = new LossAccumulator().report();
    assertThat(report.toString()).contains("scored tokens    0 (ignored 0)", "NaN");
    assertThat(report.perplexity()).isNaN();
    assertThat(report.bitsPerToken()).isNaN();
  }

  @Test
  void overflowsToInfinity() {
    LossReport report =
        LossReport.of(
            new LossReport.Numbers(
                1000,
                1000,
                1,
                0,
                0,
                0,
                1,
                0,
                OptionalLong.empty(),
                Double.NaN,
                0,
                NONE,
                NONE,
                PredictionFigures.UNDEFINED,
                List.of()));
    assertThat(report.perplexity()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(report.toString()).contains("Infinity");
    assertThat(report.toJson("perplexity"))
        .isEqualTo("{\"perplexity\":null,\"notNumbers\":{\"perplexity\":\"Infinity\"}}");
  }

  @Test
  void comparesByValue() {
    assertThat(REPORT)
        .isEqualTo(report(4.5107510530, 0, OF_TOKENS, NONE))
        .isNotEqualTo(report(4.5107510531, 0, OF_TOKENS, NONE))
        .isNotEqualTo(report(4.5107510530, 0, NONE, NONE))
        .hasSameHashCodeAs(report(4.5107510530, 0, OF_TOKENS, NONE));
    assertThat(OF_TOKENS)
        .isEqualTo(errors(387, 0.1312345, 385, 0.05))
        .hasSameHashCodeAs(errors(387, 0.1312345, 385, 0.05))
        .isNotEqualTo(errors(387, 0.1312345, 385, 0.06));
    assertThat(errors(2, 0.5, 1, 0.25).toString())
        .startsWith("StandardErrors{\"units\":2,\"ofLoss\":0.5,")
        .endsWith("\"unitsWithBytes\":1,\"ofBitsPerByte\":0.25}");
    assertThat(Interval.of(0.0, Double.NaN))
        .isEqualTo(Interval.of(0.0, Double.NaN))
        .hasSameHashCodeAs(Interval.of(0.0, Double.NaN))
        .isNotEqualTo(Interval.of(-0.0, Double.NaN))
        .isNotEqualTo(Interval.of(0.0, 1.0));
  }
}
