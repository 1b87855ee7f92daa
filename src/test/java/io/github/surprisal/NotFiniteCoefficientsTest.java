/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Class weights and probabilities that are NaN or infinite: NaN for the rows that they enter, the
 * loss and the whole gradient, by every route and in every form, and for no other row.
 */
final class NotFiniteCoefficientsTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final float[] ORDINARY = {1, 2, 3};

  private static double[] losses(CrossEntropyOptions options, int[] targets, float[] logits) {
    FloatTensor rows = FloatTensor.wrap(logits, 2, 3);
    return Losses.crossEntropyPerToken(rows, IntTensor.of(targets), options).toArray();
  }

  @ParameterizedTest
  @ValueSource(floats = {NAN, INF, -INF})
  void aWeightThatIsNotFiniteMakesTheRowsThatItEntersNaN(float weight) {
    float[][] rows = {ORDINARY, {0, 20, -3}, {-INF, 5, 2}, {4, -1, 0.5f}, {1, 1, 1}};
    for (int row = 1; row < rows.length; row++) {
      float[] both = {rows[row][0], rows[row][1], rows[row][2], 1, 2, 3};
      for (int at = 0; at < 3; at++) {
        float[] weights = {1, 0.5f, 2};
        weights[at] = weight;
        CrossEntropyOptions plain = DEFAULTS.classWeights(FloatTensor.of(weights));
        int other = (at + 1) % 3;
        int[] targets = {at, other};
        double[] losses = losses(plain, targets, both);
        assertThat(losses[0]).as("target of weight %s", weight).isNaN();
        assertThat(losses[1]).isFinite();
        checkNaNRows(both, targets, plain, true, false);
        CrossEntropyOptions smoothed = plain.labelSmoothing(0.1);
        assertThat(losses(smoothed, targets, both)).containsOnly(Double.NaN);
        checkNaNRows(both, targets, smoothed, true, true);
        FloatTensor logProbs = Losses.logSoftmax(FloatTensor.wrap(both, 2, 3));
        double[] nlls = Losses.nllLossPerToken(logProbs, IntTensor.of(targets), plain).toArray();
        assertThat(nlls[0]).isNaN();
        assertThat(nlls[1]).isFinite();
        assertThat(Losses.nllLoss(logProbs, IntTensor.of(targets), plain)).isNaN();
        float[] p = {0.5f, 0.5f, 0, 0, 0, 1};
        checkNaNRows(both, p, plain, true, true);
        checkNaNRows(both, p, smoothed, true, true);
        checkNaNRows(both, p, plain.labelSmoothing(1), true, true);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {NAN, INF, -INF})
  void aProbabilityThatIsNotFiniteMakesItsRowNaN(float probability) {
    float[][] rows = {ORDINARY, {0, 20, -3}, {-INF, 5, 2}, {4, -1, 0.5f}};
    float[][] weights = {{1, 1, 1}, {0, 1, 2}, {1, 0, -1}, {0, 0, 0}};
    for (float[] row : rows) {
      float[] both = {row[0], row[1], row[2], 1, 2, 3};
      for (int at = 0; at < 3; at++) {
        float[] p = {0.2f, 0.3f, 0.5f, 0.5f, 0, 0.5f};
        p[at] = probability;
        for (double smoothing : new double[] {0, 0.1, 1}) {
          CrossEntropyOptions options = DEFAULTS.labelSmoothing(smoothing);
          checkNaNRows(both, p, options, true, false);
          for (float[] w : weights) {
            checkNaNRows(both, p, options.classWeights(FloatTensor.of(w)), true, false);
          }
        }
      }
    }
    float[] alike = {probability, probability, probability, 0.5f, 0, 0.5f};
    checkNaNRows(new float[] {1, 2, 3, 1, 2, 3}, alike, DEFAULTS, true, false);
  }

  /** Two rows by every route: losses and gradients that are NaN throughout, and that are finite. */
  private static void checkNaNRows(
      float[] logits, int[] targets, CrossEntropyOptions options, boolean... isNaN) {
    for (Route route : Route.values()) {
      CrossEntropyOptions summed = options.reduction(Reduction.SUM);
      if (route == Route.CLASS_AXIS_1) {
        summed = summed.classAxis(1);
      }
      FloatTensor tensor = route.tensor(logits, 2, 3);
      IntTensor perRow = route.perRow(targets);
      float[] gradient = new float[6];
      assertThat(Losses.crossEntropyWithGradient(tensor, perRow, summed, gradient)).isNaN();
      checkNaN(route.rowMajor(gradient, 2, 3), isNaN);
      CrossEntropyOptions mean = summed.reduction(Reduction.MEAN);
      assertThat(Losses.crossEntropy(tensor, perRow, mean)).isNaN();
      LossAccumulator accumulator = new LossAccumulator(mean).add(tensor, perRow);
      assertThat(accumulator.report().loss()).isNaN();
      assertThat(accumulator.report().totalNats()).isNaN();
    }
    LossAccumulator rowByRow =
        new LossAccumulator(options).addRow(FloatTensor.wrapAt(logits, 0, 3), targets[0]);
    assertThat(rowByRow.report().totalNats()).isNaN();
  }

  private static void checkNaNRows(
      float[] logits, float[] p, CrossEntropyOptions options, boolean... isNaN) {
    for (Route route : Route.values()) {
      CrossEntropyOptions summed = options.reduction(Reduction.SUM);
      if (route == Route.CLASS_AXIS_1) {
        summed = summed.classAxis(1);
      }
      FloatTensor tensor = route.tensor(logits, 2, 3);
      FloatTensor probabilities = route.tensor(p, 2, 3);
      double[] losses =
          Losses.crossEntropyPerToken(tensor, probabilities, summed.reduction(Reduction.MEAN))
              .toArray();
      for (int row = 0; row < 2; row++) {
        assertThat(Double.isNaN(losses[row])).isEqualTo(isNaN[row]);
      }
      float[] gradient = new float[6];
      assertThat(Losses.crossEntropy(tensor, probabilities, options.classAxis(summed.classAxis())))
          .isNaN();
      assertThat(Losses.crossEntropyWithGradient(tensor, probabilities, summed, gradient)).isNaN();
      checkNaN(route.rowMajor(gradient, 2, 3), isNaN);
    }
  }

  private static void checkNaN(float[] gradient, boolean[] isNaN) {
    for (int i = 0; i < gradient.length; i++) {
      assertThat(Float.isNaN(gradient[i]))
          .as("gradient at %d of %s", i, Arrays.toString(gradient))
          .isEqualTo(isNaN[i / 3]);
    }
  }
}
