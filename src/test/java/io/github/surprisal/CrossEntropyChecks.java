/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/** Checks one case of the operation crossEntropy: losses of every form, and the gradient. */
final class CrossEntropyChecks {
  /** How well the float64 references themselves agree with exact arithmetic. */
  private static final double REFERENCE = 2e-12;

  private final ConformanceCase data;
  private final ErrorTally tally;
  private final FloatTensor logits;
  private final CrossEntropyOptions options;
  private final CrossEntropyRows rows;

  private CrossEntropyChecks(ConformanceCase data, ErrorTally tally) {
    this.data = data;
    this.tally = tally;
    this.logits = data.floats("logits");
    this.options = data.options();
    this.rows = CrossEntropyRows.of(data);
  }

  static void check(ConformanceCase data, ErrorTally tally) {
    if (data.mustBeRejected()) {
      assertThatThrownBy(() -> loss(data)).isInstanceOf(IllegalArgumentException.class);
      return;
    }
    CrossEntropyChecks checks = new CrossEntropyChecks(data, tally);
    checks.checkLoss();
    if (data.has("grad")) {
      checks.checkGradient(data.numbers("grad"));
    }
    if (data.has("gradSamples")) {
      checks.checkSampledGradient();
    }
    if (data.has("logProbOutput")) {
      checks.checkLogProbabilities(data.floats("logProbOutput").toArray());
    }
    if (data.has("logSumExp")) {
      checks.checkLogSumExp(data.numbers("logSumExp"));
    }
  }

  private static double loss(ConformanceCase data) {
    FloatTensor logits = data.floats("logits");
    return data.hasIndexTargets()
        ? Losses.crossEntropy(logits, data.targets(), data.options())
        : Losses.crossEntropy(logits, data.floats("targets"), data.options());
  }

  private DoubleTensor perToken() {
    CrossEntropyOptions notReduced = options.reduction(Reduction.MEAN);
    return data.hasIndexTargets()
        ? Losses.crossEntropyPerToken(logits, data.targets(), notReduced)
        : Losses.crossEntropyPerToken(logits, data.floats("targets"), notReduced);
  }

  private double withGradient(float[] gradient) {
    return data.hasIndexTargets()
        ? Losses.crossEntropyWithGradient(logits, data.targets(), options, gradient)
        : Losses.crossEntropyWithGradient(logits, data.floats("targets"), options, gradient);
  }

  /** Torch's value, except for a target of weight 0 at -infinity: 0·infinity counts 0 here. */
  private double[] decided() {
    double[] expected = data.expected();
    if (data.tagged("quirk") && data.tagged("zeroWeightSum") && !rows.mean()) {
      assertThat(expected).containsOnly(Double.NaN);
      Arrays.fill(expected, 0);
    }
    return expected;
  }

  private void checkLoss() {
    double[] expected = decided();
    if (data.reduction().equals("none")) {
      DoubleTensor losses = perToken();
      assertThat(losses.shape().toArray())
          .isEqualTo(JsonTensors.shape(data.field("expectedShape")));
      double[] got = losses.toArray();
      assertThat(got).hasSameSizeAs(expected);
      for (int row = 0; row < expected.length; row++) {
        checkOne("loss of row " + row, got[row], expected[row], rows.lossBound(row));
      }
      return;
    }
    double bound = 0;
    for (int row = 0; row < rows.count(); row++) {
      bound += rows.lossBound(row);
    }
    bound *= Math.abs(rows.upstream());
    checkOne(data.reduction(), loss(data), expected[0], bound);
  }

  private void checkOne(String what, double got, double expected, double bound) {
    tally.check(what, got, expected, bound + REFERENCE * (1 + Math.abs(expected)));
  }

  private float[] gradient() {
    float[] gradient = new float[Math.toIntExact(logits.size())];
    Arrays.fill(gradient, 77);
    double loss = withGradient(gradient);
    assertThat(Double.valueOf(loss))
        .as("loss beside the gradient")
        .isEqualTo(Double.valueOf(loss(data)));
    return gradient;
  }

  private void checkGradient(double[] expected) {
    float[] got = gradient();
    assertThat(got).hasSameSizeAs(expected);
    ErrorTally own = new ErrorTally();
    for (int row = 0; row < rows.count(); row++) {
      for (int c = 0; c < rows.classes(); c++) {
        int at = rows.index(row, c);
        // an ignored row's gradient is 0, also where it holds NaN and torch says NaN
        double exact = rows.ignored(row) ? 0 : expected[at];
        checkGradientAt(own, row, c, got[at], exact);
      }
    }
  }

  private void checkGradientAt(ErrorTally own, int row, int c, double got, double exact) {
    String what = "gradient of row " + row + ", class " + c;
    double bound = rows.gradientBound(row, c, exact) + REFERENCE * (1 + Math.abs(exact));
    own.check(what, got, exact, bound);
  }

  private void checkSampledGradient() {
    float[] got = gradient();
    ErrorTally own = new ErrorTally();
    for (JsonNode sample : data.field("gradSamples")) {
      int row = sample.get(0).intValue();
      int c = sample.get(1).intValue();
      double exact = sample.get(2).doubleValue();
      checkGradientAt(own, row, c, got[rows.index(row, c)], exact);
    }
    double squares = 0;
    double absolute = 0;
    for (float g : got) {
      squares += (double) g * g;
      absolute += Math.abs((double) g);
    }
    double expectedSquares = data.field("gradSumOfSquares").doubleValue();
    double expectedAbsolute = data.field("gradSumOfAbs").doubleValue();
    own.check("sum of squares", squares, expectedSquares, 5e-7 * expectedSquares);
    own.check("sum of absolutes", absolute, expectedAbsolute, 5e-7 * expectedAbsolute);
  }

  /** ONNX's second output, computed there in float32. */
  private void checkLogProbabilities(float[] expected) {
    float[] got = Losses.logSoftmax(logits, data.classAxis()).toArray();
    ErrorTally own = new ErrorTally();
    for (int i = 0; i < expected.length; i++) {
      own.check("log-probability " + i, got[i], expected[i], 2e-6 * (1 + Math.abs(expected[i])));
    }
  }

  private void checkLogSumExp(double[] expected) {
    double[] got = Losses.logSumExp(logits, data.classAxis()).toArray();
    for (int row = 0; row < expected.length; row++) {
      double bound = Bounds.logSumExp(expected[row]);
      checkOne("log-sum-exp of row " + row, got[row], expected[row], bound);
    }
  }
}
