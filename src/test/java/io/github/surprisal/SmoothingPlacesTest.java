/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.Random;
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
    float[] rows = AdversarialRows.normal(ROWS * classes, random, 3, 0);
    int[] targets = {0, classes / 2, classes - 1, classes / 3};
    rows[classes + classes / 4] += 300; // to be summed again from the maximum
    rows[2 * classes + targets[2]] = 3e6f; // to be summed from the maximum alone
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
      double expected = expected(rows, row * classes, classes, targets[row], nlls[row], weights);
      assertThat(losses[row])
          .as("row %d of %d classes", row, classes)
          .isCloseTo(expected, offset(1e-9 * Math.max(1, Math.abs(expected))));
      sum += losses[row];
    }
    for (Route route : Route.values()) {
      CrossEntropyOptions summed = withWeights(route.options(), weights).reduction(Reduction.SUM);
      FloatTensor tensor = route.tensor(rows, ROWS, classes);
      IntTensor perRow = route.perRow(targets);
      double loss = Losses.crossEntropy(tensor, perRow, summed);
      assertThat(Losses.crossEntropyPerToken(tensor, perRow, summed).toArray())
          .as("%s, %d classes", route, classes)
          .isEqualTo(losses);
      assertThat(loss).isCloseTo(sum, offset(1e-12 * Math.abs(sum)));
      assertThat(Losses.crossEntropyWithGradient(tensor, perRow, summed, new float[rows.length]))
          .as("with the gradient, %s, %d classes", route, classes)
          .isEqualTo(loss);
    }
    float[] inPlace = rows.clone();
    FloatTensor same = FloatTensor.wrap(inPlace, ROWS, classes);
    CrossEntropyOptions summed = options.reduction(Reduction.SUM);
    assertThat(Losses.crossEntropyWithGradient(same, targetsOfRows, summed, inPlace))
        .isEqualTo(Losses.crossEntropy(logits, targetsOfRows, summed));
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
