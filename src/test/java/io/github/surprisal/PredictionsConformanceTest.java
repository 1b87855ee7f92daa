/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reference case of predictions; the README beside them describes the format. */
final class PredictionsConformanceTest {
  private static final Path CASES =
      Path.of("src/test/resources/predictions/mpmath_predictions.jsonl");

  /** The references' own rounding: at 60 digits, of numbers up to 100,000. */
  private static final double REFERENCE = 1e-55;

  private static final ErrorTally LOG_PROBS = new ErrorTally();
  private static final ErrorTally ENTROPIES = new ErrorTally();

  static Stream<ConformanceCase> cases() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<ConformanceCase> cases = new ArrayList<>();
    for (String line : Files.readAllLines(CASES)) {
      cases.add(new ConformanceCase(mapper.readTree(line)));
    }
    return cases.stream();
  }

  @Test
  void noCaseIsMissing() throws IOException {
    assertThat(cases()).hasSize(270);
  }

  @AfterAll
  static void report() {
    System.out.printf(
        Locale.ROOT, "predictions: log-probabilities %s; entropies %s%n", LOG_PROBS, ENTROPIES);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gives(ConformanceCase data) {
    FloatTensor logits = data.hexFloats("logitsHex");
    JsonNode expected = data.field("expected");
    int target = data.field("target").intValue();
    TokenPredictions got = Predictions.of(logits, IntTensor.scalar(target));
    assertThat(got.ranks().get()).isEqualTo(expected.get("rank").intValue());
    assertThat(got.predicted().get()).isEqualTo(expected.get("predicted").intValue());
    check("log-probability", got.logProbs().get(), expected.get("logProb"));
    check("predicted", got.predictedLogProbs().get(), expected.get("predictedLogProb"));
    checkEntropy(got.entropies().get(), expected.get("entropy"));
    checkTopK(logits, data.option("k").intValue(), expected);
    int[] set = ints(data.option("set"));
    check("set", Predictions.logProbOfAny(logits, set).get(), expected.get("setLogProb"));
    int last = expected.get("allButLast").intValue();
    int[] others = IntStream.range(0, (int) logits.size()).filter(c -> c != last).toArray();
    double allButLast = Predictions.logProbOfAny(logits, others).get();
    check("all but the last", allButLast, expected.get("allButLastLogProb"));
  }

  private static void checkEntropy(double got, JsonNode exact) {
    double entropy = number(exact);
    ENTROPIES.check("entropy", got, entropy, Bounds.entropy(entropy));
    assertThat(got).isNotNegative();
  }

  private static void checkTopK(FloatTensor logits, int k, JsonNode expected) {
    TopK top = Predictions.topK(logits, k);
    assertThat(top.classes()).isEqualTo(IntTensor.of(ints(expected.get("topClasses"))));
    assertThat(top.logProbs().size()).isEqualTo(k);
    for (int i = 0; i < k; i++) {
      check("place " + i, top.logProbs().get(i), expected.get("topLogProbs").get(i));
    }
    assertThat(Predictions.logProbs(logits, top.classes())).isEqualTo(top.logProbs());
  }

  private static void check(String what, double got, JsonNode exact) {
    double logProb = number(exact);
    LOG_PROBS.check(what, got, logProb, Bounds.loss(Math.max(-logProb, 0)) + REFERENCE);
  }

  private static double number(JsonNode exact) {
    return Double.parseDouble(exact.textValue());
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }
}
