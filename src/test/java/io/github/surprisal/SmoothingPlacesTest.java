/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What label smoothing takes of a row, Σ x or the weighted gaps, is taken in the pass over the
 * exponentials, of all logits at once or piece by piece, or in a pass of its own: the loss has the
 * same bits, and counts each class once.
 */
final class SmoothingPlacesTest {

  private static final int ROWS = 4;
  private static final double SMOOTHING = 0.1;

  /** Around rounds of the lanes, tiles, and pieces of 16 tiles; and more than are kept. */
  @ParameterizedTest
  @ValueSource(
      ints = {1, 2, 15, 17, 1023, 1025, 4096, 16_383, 16_384, 16_385, 32_768, 40_000, 140_000})
  void everyRouteCountsEachClassOnce(int classes) {
    Random random = new Random(classes);
    check(AdversarialRows.normal(ROWS * classes, random, 3, 0), classes, random, 3e6f);
    float[] narrow = AdversarialRows.normal(ROWS * classes, random, 3, 0);
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = Math.round(narrow[i] * 8) / 8f; // a number of bfloat16 and of float16
    }
    check(narrow, classes, random, 0x7p13f);
  }

  /** All that is left to a pass of its own: no sum of exponentials was taken. */
  @Test
  void aTargetFarFromZeroAmongMaskedClasses() {
    int classes = 20_000;
    float[] rows = AdversarialRows.normal(2 * classes, new Random(1), 3, 0);
    Arrays.fill(rows, classes, 2 * classes, Float.NEGATIVE_INFINITY);
    rows[2 * classes - 1] = 3e6f;
    float[] weights = new float[classes];
    weights[classes - 1] = 1;
    CrossEntropyOptions options = withWeights(CrossEntropyOptions.defaults(), weights);
    double[] losses =
        Losses.crossEntropyPerToken(
                FloatTensor.wrap(rows, 2, classes), IntTensor.of(3, classes - 1), options)
            .toArray();
    assertThat(losses[0]).isNotZero(); // as the gap of the row before is not
    assertThat(losses[1]).isZero();
  }

  private static void check(float[] rows, int classes, Random random, float far) {
    int[] targets = {0, classes / 2, classes - 1, classes / 3};
    rows[classes + classes / 4] = 300; // to be summed again from the maximum
    rows[2 * classes + targets[2]] = far; // to be summed from the maximum alone
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = random.nextInt(5) == 0 ? 0 : random.nextFloat();
    }
    check(rows, classes, targets, weights);
    float[] ones = new float[classes];
    Arrays.fill(ones, 1);
    double[] weighted = check(rows, classes, targets, ones);
    double[] plain = check(rows, classes, targets, new float[0]);
    for (int row = 0; row < ROWS; row++) {
      assertThat(plain[row]).isCloseTo(weighted[row], offset(1e-9 * Math.max(1, weighted[row])));
    }

    int masked = ROWS * classes - 1;
    rows[masked] = Float.NEGATIVE_INFINITY;
    weights[classes - 1] = 0; // so that the mask costs nothing
    if (classes > 2) {
      assertThat(check(rows, classes, targets, weights)[3]).isFinite();
    }
  }

  private static double[] check(float[] rows, int classes, int[] targets, float[] weights) {
    CrossEntropyOptions options = withWeights(CrossEntropyOptions.defaults(), weights);
    IntTensor targetsOfRows = IntTensor.of(targets);
    FloatTensor logits = FloatTensor.wrap(rows, ROWS, classes);
    double[] losses = Losses.crossEntropyPerToken(logits, targetsOfRows, options).toArray();
    double[] nlls =
        Losses.crossEntropyPerToken(logits, targetsOfRows, CrossEntropyOptions.defaults())
            .toArray();
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      double loss = expected(rows, row * classes, classes, targets[row], nlls[row], weights);
      assertThat(losses[row])
          .as("row %d of %d classes", row, classes)
          .isCloseTo(loss, offset(1e-9 * Math.max(1, Math.abs(loss))));
      sum += losses[row];
    }
    float[] expected = new float[0];
    for (Route route : Route.values()) {
      CrossEntropyOptions summed = withWeights(route.options(), weights).reduction(Reduction.SUM);
      FloatTensor tensor = route.tensor(rows, ROWS, classes);
      IntTensor perRow = route.perRow(targets);
      double loss = Losses.crossEntropy(tensor, perRow, summed);
      assertThat(
              Losses.crossEntropyPerToken(tensor, perRow, summed.reduction(Reduction.MEAN))
                  .toArray())
          .as("%s, %d classes", route, classes)
          .isEqualTo(losses);
      assertThat(loss).isCloseTo(sum, offset(1e-12 * Math.abs(sum)));
      float[] gradient = new float[rows.length];
      assertThat(Losses.crossEntropyWithGradient(tensor, perRow, summed, gradient))
          .as("with the gradient, %s, %d classes", route, classes)
          .isEqualTo(loss);
      float[] byRow = route.rowMajor(gradient, ROWS, classes);
      expected = route == Route.ARRAY ? byRow : expected;
      assertThat(Arrays.mismatch(byRow, expected))
          .as("gradient, %s, %d classes", route, classes)
          .isEqualTo(-1);
    }
    float[] inPlace = rows.clone();
    FloatTensor same = FloatTensor.wrap(inPlace, ROWS, classes);
    CrossEntropyOptions summed = options.reduction(Reduction.SUM);
    assertThat(Losses.crossEntropyWithGradient(same, targetsOfRows, summed, inPlace))
        .isEqualTo(Losses.crossEntropy(logits, targetsOfRows, summed));
    assertThat(Arrays.mismatch(inPlace, expected))
        .as("in place, %d classes", classes)
        .isEqualTo(-1);
    return losses;
  }

  private static CrossEntropyOptions withWeights(CrossEntropyOptions options, float[] weights) {
    CrossEntropyOptions smoothed = options.labelSmoothing(SMOOTHING);
    return weights.length == 0 ? smoothed : smoothed.classWeights(FloatTensor.of(weights));
  }

  /** The definition, from −log softmax of the target. */
  private static double expected(
      float[] x, int offset, int classes, int target, double nll, float[] weights) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      double weight = weights.length == 0 ? 1 : weights[c];
      sum += weight == 0 ? 0 : weight * (nll + ((double) x[offset + target] - x[offset + c]));
    }
    double weight = weights.length == 0 ? 1 : weights[target];
    return (1 - SMOOTHING) * weight * nll + SMOOTHING / classes * sum;
  }
}
