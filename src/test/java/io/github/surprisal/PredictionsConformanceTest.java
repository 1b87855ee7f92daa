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
  private static final ErrorTally OBJECTIVES = new ErrorTally();
  private static final ErrorTally GRADIENTS = new ErrorTally();

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
        Locale.ROOT,
        "predictions: log-probabilities %s; entropies %s; objectives %s; their gradients %s%n",
        LOG_PROBS,
        ENTROPIES,
        OBJECTIVES,
        GRADIENTS);
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

  /** The objective with temperature and z-loss, of an index target and of a one-hot one. */
  @ParameterizedTest
  @MethodSource("cases")
  void givesTheObjective(ConformanceCase data) {
    FloatTensor logits = data.hexFloats("logitsHex");
    JsonNode expected = data.field("expected");
    int target = data.field("target").intValue();
    CrossEntropyOptions options =
        CrossEntropyOptions.defaults()
            .temperature(data.option("temperature").doubleValue())
            .zLoss(data.option("zLoss").doubleValue());
    float[] hot = new float[(int) logits.size()];
    hot[target] = 1;
    ObjectiveReference exact = objective(logits, hot, options);
    double objective = number(expected.get("objective"));
    OBJECTIVES.check("reference", exact.objective(), objective, 1e-13 * Math.abs(objective));
    float[] gradient = new float[hot.length];
    float[] softGradient = new float[hot.length];
    double loss =
        Losses.crossEntropyWithGradient(logits, IntTensor.scalar(target), options, gradient);
    double softLoss =
        Losses.crossEntropyWithGradient(logits, FloatTensor.of(hot), options, softGradient);
    OBJECTIVES.check("objective", loss, objective, Bounds.objective(exact));
    OBJECTIVES.check("objective", softLoss, objective, Bounds.objective(exact));
    for (JsonNode element : expected.get("objectiveGradient")) {
      int c = element.get(0).intValue();
      double derivative = number(element.get(1));
      double bound = Bounds.objectiveGradient(derivative, exact.probability(c), exact);
      GRADIENTS.check("gradient at " + c, gradient[c], derivative, bound);
      GRADIENTS.check("gradient at " + c, softGradient[c], derivative, bound);
    }
  }

  private static ObjectiveReference objective(
      FloatTensor logits, float[] hot, CrossEntropyOptions options) {
    double[] x = new double[hot.length];
    double[] q = new double[hot.length];
    for (int c = 0; c < x.length; c++) {
      x[c] = logits.get(c);
      q[c] = hot[c];
    }
    return new ObjectiveReference(x, q, options.temperature(), options.zLoss());
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
