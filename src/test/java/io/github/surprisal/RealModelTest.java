/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two real models on the opening of Pride and Prejudice, against a float64 reference. */
final class RealModelTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();

  /** Errors of single losses have either sign, and means are far better than the 4e-7 of each. */
  private static final double MEAN_BOUND = 1e-8;

  private static Stream<Arguments> modelsAndTargets() {
    return Stream.of("bytes256", "bpe2048")
        .flatMap(name -> Stream.of(Arguments.of(name, "all"), Arguments.of(name, "masked")));
  }

  private static IntTensor targets(RealModel model, String which) {
    return which.equals("all") ? model.targets() : model.maskedTargets();
  }

  private static Offset<Double> relative(double expected, double bound) {
    return within(Math.abs(expected) * bound);
  }

  @ParameterizedTest
  @MethodSource("modelsAndTargets")
  void theReportAgrees(String name, String which) throws IOException {
    RealModel model = RealModel.read(name);
    JsonNode expected = model.expected().get(which);
    IntTensor targets = targets(model, which);
    LossReport report =
        Metrics.evaluate(
            model.logits(), targets, model.tokenBytes(), CrossEntropyOptions.defaults());
    assertThat(report.scoredTokens()).isEqualTo(expected.get("scoredTokens").longValue());
    assertThat(report.ignoredTokens()).isEqualTo(targets.size() - report.scoredTokens());
    assertThat(report.scoredBytes()).isEqualTo(expected.get("scoredBytes").longValue());
    assertThat(report.zeroByteTokens()).isZero();
    double mean = expected.get("ceMean").doubleValue();
    assertThat(report.loss()).isCloseTo(mean, within(MEAN_BOUND));
    assertThat(Losses.crossEntropy(model.logits(), targets)).isEqualTo(report.loss());
    assertThat(report.totalNats())
        .isCloseTo(expected.get("ceSum").doubleValue(), within(MEAN_BOUND * report.scoredTokens()));
    close(report.perplexity(), expected.get("perplexity"));
    close(report.bitsPerToken(), expected.get("bitsPerToken"));
    close(report.bitsPerByte(), expected.get("bitsPerByte"));
    close(
        Metrics.bitsPerByte(report.loss(), report.scoredTokens(), report.scoredBytes()),
        expected.get("bitsPerByte"));
    assertThat(report.standardError()).isBetween(0.01, 0.2);
  }

  private static void close(double got, JsonNode expected) {
    assertThat(got).isCloseTo(expected.doubleValue(), relative(expected.doubleValue(), MEAN_BOUND));
  }

  @ParameterizedTest
  @MethodSource("modelsAndTargets")
  void theSmoothedLossAgrees(String name, String which) throws IOException {
    RealModel model = RealModel.read(name);
    double expected = model.expected().get(which).get("ceMeanLabelSmoothing0.1").doubleValue();
    double got =
        Losses.crossEntropy(model.logits(), targets(model, which), DEFAULTS.labelSmoothing(0.1));
    assertThat(got).isCloseTo(expected, within(MEAN_BOUND));
  }

  @ParameterizedTest
  @MethodSource("modelsAndTargets")
  void theGradientAgrees(String name, String which) throws IOException {
    RealModel model = RealModel.read(name);
    JsonNode expected = model.expected().get(which).get("gradMean");
    int classes = model.logits().shape().axis(1);
    float[] gradient = new float[Math.toIntExact(model.logits().size())];
    IntTensor targets = targets(model, which);
    Losses.crossEntropyWithGradient(model.logits(), targets, DEFAULTS, gradient);
    for (JsonNode sample : expected.get("samples")) {
      double exact = sample.get(2).doubleValue();
      int at = sample.get(0).intValue() * classes + sample.get(1).intValue();
      assertThat((double) gradient[at]).isCloseTo(exact, relative(exact, 6e-7));
    }
    double squares = 0;
    double absolute = 0;
    for (float g : gradient) {
      squares += (double) g * g;
      absolute += Math.abs((double) g);
    }
    double exactSquares = expected.get("sumOfSquares").doubleValue();
    double exactAbsolute = expected.get("sumOfAbs").doubleValue();
    assertThat(squares).isCloseTo(exactSquares, relative(exactSquares, 2e-7));
    assertThat(absolute).isCloseTo(exactAbsolute, relative(exactAbsolute, 1e-7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes256", "bpe2048"})
  void everyTokensLossAgrees(String name) throws IOException {
    RealModel model = RealModel.read(name);
    double[] expected = JsonTensors.numbers(model.expected().get("perTokenLoss"));
    double[] got = Losses.crossEntropyPerToken(model.logits(), model.targets(), DEFAULTS).toArray();
    assertThat(got).hasSameSizeAs(expected);
    ErrorTally tally = new ErrorTally();
    for (int i = 0; i < got.length; i++) {
      tally.check("token " + i, got[i], expected[i], Bounds.loss(expected[i]));
    }
    assertThat(tally.rootMeanSquare()).isLessThanOrEqualTo(Bounds.LOSS_RMS);
  }
}
