/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks cases of klDiv (pointwise) and klDivLogits (per row of two models' logits). */
final class DivergenceChecks {
  private static final double REFERENCE = 2e-12;

  /** KL of logits is computed in double; it loses this for each nat between two logits. */
  private static final double LOGITS = 1e-14;

  private DivergenceChecks() {}

  static void pointwise(ConformanceCase data, ErrorTally tally) {
    FloatTensor logProbs = data.floats("logProbs");
    FloatTensor target = data.floats("target");
    DoubleTensor got =
        data.option("logTarget").booleanValue()
            ? Losses.klDivergencePointwiseOfLogs(target, logProbs)
            : Losses.klDivergencePointwise(target, logProbs);
    double[] expected = data.expected();
    double magnitude = 0;
    for (double value : got.toArray()) {
      magnitude += Math.abs(value);
    }
    double bound = REFERENCE * (1 + magnitude);
    switch (data.reduction()) {
      case "none" -> {
        assertThat(got.shape()).isEqualTo(logProbs.shape());
        assertThat(got.toArray()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
          double own = 2e-15 * (1 + Math.abs(expected[i]));
          tally.check("element " + i, got.toArray()[i], expected[i], own);
        }
      }
      case "sum" -> tally.check("sum", got.sum(), expected[0], bound);
      case "mean" -> tally.check("mean", got.mean(), expected[0], bound);
      case "batchmean" ->
          tally.check("batchmean", got.sum() / logProbs.shape().axis(0), expected[0], bound);
      default -> throw new AssertionError("unknown reduction " + data.reduction());
    }
  }

  static void logits(ConformanceCase data, ErrorTally tally) {
    if (data.has("logitsHex")) {
      exactRow(data, tally);
      return;
    }
    FloatTensor p = data.floats("targetLogits");
    FloatTensor q = data.floats("logits");
    DoubleTensor perRow = Losses.klDivergencePerToken(p, q);
    double[] expected = data.expected();
    double bound = (REFERENCE + LOGITS) * spread(p, q);
    switch (data.reduction()) {
      case "none" -> {
        assertThat(perRow.shape().toArray())
            .isEqualTo(JsonTensors.shape(data.field("expectedShape")));
        for (int i = 0; i < expected.length; i++) {
          tally.check("row " + i, perRow.toArray()[i], expected[i], bound);
        }
      }
      case "sum" -> tally.check("sum", perRow.sum(), expected[0], bound * perRow.size());
      case "mean" -> {
        tally.check("mean", Losses.klDivergence(p, q), expected[0], bound);
        tally.check("mean of rows", perRow.mean(), expected[0], bound);
      }
      default -> throw new AssertionError("unknown reduction " + data.reduction());
    }
  }

  private static void exactRow(ConformanceCase data, ErrorTally tally) {
    FloatTensor p = data.hexFloats("targetLogitsHex");
    FloatTensor q = data.hexFloats("logitsHex");
    double expected = DistributionChecks.toDouble(data.field("expected").get("kl"));
    double got = Losses.klDivergencePerToken(p, q).toArray()[0];
    tally.check("kl", got, expected, LOGITS * spread(p, q) + 1e-14 * expected);
    assertThat(got).as("a divergence is not negative").isNotNegative();
  }

  /** 1 + the largest distance between finite logits of one tensor. */
  private static double spread(FloatTensor p, FloatTensor q) {
    return 1 + Math.max(spread(p), spread(q));
  }

  private static double spread(FloatTensor logits) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float x : logits.toArray()) {
      if (Float.isFinite(x)) {
        min = Math.min(min, x);
        max = Math.max(max, x);
      }
    }
    return max - min;
  }
}
