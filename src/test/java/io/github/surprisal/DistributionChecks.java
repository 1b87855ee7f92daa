/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Arrays;

/** Checks cases of logSoftmax, softmax, logSumExp and nllLoss, and single rows in 25 digits. */
final class DistributionChecks {
  private static final double REFERENCE = 2e-12;

  private DistributionChecks() {}

  static void logSoftmax(ConformanceCase data, ErrorTally tally) {
    FloatTensor logits = data.floats("logits");
    FloatTensor got = Losses.logSoftmax(logits, axis(data));
    double[] expected = values(data, got.shape());
    for (int i = 0; i < expected.length; i++) {
      double exact = inFloatRange(expected[i]);
      double bound = Bounds.logProbability(exact) + REFERENCE;
      tally.check("log-probability " + i, got.toArray()[i], exact, bound);
    }
    if (axis(data) == -1 || axis(data) == logits.rank() - 1) {
      float[] into = new float[expected.length];
      Losses.logSoftmaxInto(logits, into);
      assertThat(into).isEqualTo(got.toArray());
      assertThat(Losses.logSoftmax(logits)).isEqualTo(got);
    }
  }

  /** The exact value, or the infinity that a float makes of it. */
  private static double inFloatRange(double exact) {
    return Float.isInfinite((float) exact) ? (float) exact : exact;
  }

  static void softmax(ConformanceCase data, ErrorTally tally) {
    FloatTensor logits = data.floats("logits");
    FloatTensor got = Losses.softmax(logits, axis(data));
    double[] expected = values(data, got.shape());
    for (int i = 0; i < expected.length; i++) {
      double bound = Bounds.probability(expected[i]) + REFERENCE * expected[i];
      tally.check("probability " + i, got.toArray()[i], expected[i], bound);
    }
    if (axis(data) == -1 || axis(data) == logits.rank() - 1) {
      assertThat(Losses.softmax(logits)).isEqualTo(got);
    }
  }

  static void logSumExp(ConformanceCase data, ErrorTally tally) {
    FloatTensor logits = data.floats("logits");
    DoubleTensor got = Losses.logSumExp(logits, axis(data));
    double[] expected = values(data, got.shape());
    for (int i = 0; i < expected.length; i++) {
      double bound = Bounds.logSumExp(expected[i]) + REFERENCE;
      tally.check("log-sum-exp " + i, got.toArray()[i], expected[i], bound);
    }
    if (axis(data) == -1 || axis(data) == logits.rank() - 1) {
      assertThat(Losses.logSumExp(logits)).isEqualTo(got);
    }
  }

  private static int axis(ConformanceCase data) {
    return data.option("axis").intValue();
  }

  private static double[] values(ConformanceCase data, Shape got) {
    assertThat(got.toArray()).isEqualTo(JsonTensors.shape(data.field("expectedShape")));
    double[] expected = data.expected();
    assertThat(got.size()).isEqualTo(expected.length);
    return expected;
  }

  /**
   * The values are taken as they are: products of floats, exact in double, and their sums. Cases of
   * ONNX have positive ones, which are refused; the loss is linear, so their negatives give its
   * negative.
   */
  static void nllLoss(ConformanceCase data, ErrorTally tally) {
    FloatTensor logProbs = data.floats("logProbs");
    double[] expected = data.expected();
    if (isAnyPositive(logProbs)) {
      assertThatThrownBy(() -> Losses.nllLoss(logProbs, data.targets(), data.options()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("look like logits");
      double[] negative = Arrays.stream(expected).map(loss -> -loss).toArray();
      nllLoss(data, negated(logProbs), negative, tally);
    } else {
      nllLoss(data, logProbs, expected, tally);
    }
  }

  private static boolean isAnyPositive(FloatTensor logProbs) {
    for (float logProb : logProbs.toArray()) {
      if (logProb > 1e-5f) {
        return true;
      }
    }
    return false;
  }

  private static FloatTensor negated(FloatTensor logProbs) {
    float[] values = logProbs.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = -values[i];
    }
    return FloatTensor.wrap(values, logProbs.shape().toArray());
  }

  private static void nllLoss(
      ConformanceCase data, FloatTensor logProbs, double[] expected, ErrorTally tally) {
    IntTensor targets = data.targets();
    if (data.reduction().equals("none")) {
      DoubleTensor got =
          Losses.nllLossPerToken(logProbs, targets, data.options().reduction(Reduction.MEAN));
      values(data, got.shape());
      for (int i = 0; i < expected.length; i++) {
        tally.check("loss of row " + i, got.toArray()[i], expected[i], 0);
      }
    } else {
      double got = Losses.nllLoss(logProbs, targets, data.options());
      tally.check(data.reduction(), got, expected[0], 1e-14 * Math.abs(expected[0]));
    }
  }

  /** One row in 25 digits: every number that the library can give of it. */
  static void row(ConformanceCase data, ErrorTally tally) {
    FloatTensor logits = data.hexFloats("logitsHex");
    int target = data.field("target").intValue();
    IntTensor targets = IntTensor.scalar(target);
    CrossEntropyOptions options = CrossEntropyOptions.defaults();
    JsonNode expected = data.field("expected");
    double loss = toDouble(expected.get("crossEntropy"));
    double got = Losses.crossEntropy(logits, targets, options);
    tally.check("loss", got, loss, Bounds.loss(loss));

    ErrorTally others = new ErrorTally();
    double logSumExp = toDouble(expected.get("logSumExp"));
    others.check(
        "log-sum-exp",
        Losses.logSumExp(logits).toArray()[0],
        logSumExp,
        Bounds.logSumExp(logSumExp));
    double probability = toDouble(expected.get("softmaxAtTarget"));
    float[] probabilities = Losses.softmax(logits).toArray();
    others.check("p", probabilities[target], probability, Bounds.probability(probability));
    float[] logProbabilities = Losses.logSoftmax(logits).toArray();
    for (JsonNode pair : expected.get("logSoftmax")) {
      double exactValue = inFloatRange(toDouble(pair.get(1)));
      int c = pair.get(0).intValue();
      others.check("lp", logProbabilities[c], exactValue, Bounds.logProbability(exactValue));
    }
    if (expected.hasNonNull("perplexity")) {
      double perplexity = toDouble(expected.get("perplexity"));
      double bound = perplexity * (Math.expm1(Bounds.loss(loss)) + 1e-15);
      others.check("perplexity", Metrics.perplexity(got), perplexity, bound);
    }
    if (expected.has("crossEntropySmoothed")) {
      smoothedRow(data, logits, others);
    }
  }

  private static void smoothedRow(ConformanceCase data, FloatTensor logits, ErrorTally tally) {
    double smoothing = data.labelSmoothing();
    int target = data.field("target").intValue();
    CrossEntropyOptions options = CrossEntropyOptions.defaults().labelSmoothing(smoothing);
    double bound = smoothedBound(logits.toArray(), target, smoothing);
    double got = Losses.crossEntropy(logits, IntTensor.scalar(target), options);
    double expected = toDouble(data.field("expected").get("crossEntropySmoothed"));
    tally.check("smoothed loss", got, expected, bound + 1e-14 * expected);
  }

  /** 0 where the loss is NaN, which must be met exactly. */
  private static double smoothedBound(float[] row, int target, double smoothing) {
    if (!ExactReference.isOrdinary(row, 0, 1, row.length)) {
      return 0;
    }
    ExactReference exact = ExactReference.of(row);
    double bound = (1 - smoothing) * Bounds.loss(exact.loss(target));
    for (int c = 0; c < exact.classes(); c++) {
      bound += smoothing / exact.classes() * Bounds.loss(exact.loss(c));
    }
    return bound;
  }

  static double toDouble(JsonNode decimal) {
    String text = decimal.textValue();
    return text.endsWith("Infinity") || text.equals("NaN")
        ? Double.parseDouble(text)
        : new BigDecimal(text).doubleValue();
  }
}
