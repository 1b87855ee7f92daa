/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A gradient's bits don't depend on where it is written: between a sum and the results exponentials
 * are kept in the results' array, or some of them in work space if the logits stand there, or none,
 * if the class axis is not the last; and whether they are of use depends on what they are
 * multiplied with.
 */
final class GradientPlacesTest {

  private static final long SEED = Long.getLong("places.seed", 20260102);

  /** Around a tile and its half, and around the classes that there is work space for. */
  private static final int[] LENGTHS = {1, 2, 31, 33, 512, 1023, 1024, 1025, 2048, 2500};

  private static final double[] WEIGHTS = {
    0, 0x1p-149, 0x1p-120, 0x1p-93, 0x1p-60, 1e-9, 1, 3, 0x1p7, 0x1p8, 0x1p20, 0x1p60, 0x1p100
  };

  @TestFactory
  Stream<DynamicTest> everyFamily() {
    System.out.println("places of gradients: seed " + SEED);
    return AdversarialRows.families().entrySet().stream()
        .map(family -> DynamicTest.dynamicTest(family.getKey(), () -> check(family)));
  }

  private static void check(Map.Entry<String, AdversarialRows.Family> family) {
    Random random = new Random(SEED);
    for (int classes : LENGTHS) {
      float[] rows = new float[3 * classes];
      for (int row = 0; row < 3; row++) {
        System.arraycopy(family.getValue().row(classes, random), 0, rows, row * classes, classes);
      }
      int[] targets = {random.nextInt(classes), lowest(rows, classes), classes - 1};
      for (double weight : WEIGHTS) {
        checkPlaces(rows, classes, targets, weight);
      }
      checkSoftTargets(rows, classes, random);
    }
  }

  /** The class of the least logit of the second row: its loss is large. */
  private static int lowest(float[] rows, int classes) {
    int lowest = 0;
    for (int c = 1; c < classes; c++) {
      lowest = rows[classes + c] < rows[classes + lowest] ? c : lowest;
    }
    return lowest;
  }

  @ParameterizedTest
  @ValueSource(ints = {131_071, 131_072, 131_073, 140_000, 270_001})
  void classesThatDoNotAllFindRoom(int classes) {
    Random random = new Random(classes);
    float[] rows = AdversarialRows.normal(3 * classes, random, 4, 0);
    checkPlaces(rows, classes, new int[] {7, classes - 1, 131_072 % classes}, 1);
    rows[classes / 2] = 300; // to be summed again from the maximum
    checkPlaces(rows, classes, new int[] {7, classes - 1, 131_072 % classes}, 1);
  }

  /** Targets that no reference exponent is taken from: the first sum is that from the maximum. */
  @ParameterizedTest
  @ValueSource(floats = {3e6f, -3e6f, 1e30f, Float.NEGATIVE_INFINITY})
  void targetsFarFromAllOtherLogits(float logit) {
    for (int classes : LENGTHS) {
      float[] rows = AdversarialRows.normal(3 * classes, new Random(SEED), 2, 0);
      int[] targets = {0, classes / 2, classes - 1};
      for (int row = 0; row < 3; row++) {
        rows[row * classes + targets[row]] = logit;
      }
      checkPlaces(rows, classes, targets, 1);
    }
  }

  /** Probabilities far below the least float, times weights that make floats of them. */
  @Test
  void noResultIsLostThatAFloatCanHold() {
    for (int gap = 0; gap <= 180; gap++) {
      for (double weight : WEIGHTS) {
        float[] gradient = new float[2];
        Losses.crossEntropyWithGradient(
            FloatTensor.wrap(new float[] {0, -gap}, 1, 2),
            IntTensor.of(0),
            CrossEntropyOptions.defaults()
                .reduction(Reduction.SUM)
                .classWeights(FloatTensor.of((float) weight, 1)),
            gradient);
        double exact = weight / (1 + Math.exp(gap));
        double bound = 4e-7 * exact + Float.MIN_VALUE;
        assertThat((double) gradient[1])
            .as("gap %d, weight %g", gap, weight)
            .isCloseTo(exact, offset(bound));
      }
    }
  }

  private static void checkPlaces(float[] rows, int classes, int[] targets, double weight) {
    float[] weights = new float[classes];
    Arrays.fill(weights, (float) weight);
    float[] expected = new float[0];
    for (Route route : Route.values()) {
      CrossEntropyOptions options =
          route.options().reduction(Reduction.SUM).classWeights(FloatTensor.of(weights));
      float[] out = new float[rows.length];
      Arrays.fill(out, Float.NaN);
      Losses.crossEntropyWithGradient(
          route.tensor(rows, 3, classes), route.perRow(targets), options, out);
      float[] got = route.rowMajor(out, 3, classes);
      expected = route == Route.ARRAY ? got : expected;
      if (route != Route.ARRAY) {
        assertSameBits(got, expected, route, classes, weight);
      }
    }
    CrossEntropyOptions options =
        CrossEntropyOptions.defaults()
            .reduction(Reduction.SUM)
            .classWeights(FloatTensor.of(weights));
    float[] inPlace = rows.clone();
    FloatTensor logits = FloatTensor.wrap(inPlace, 3, classes);
    Losses.crossEntropyWithGradient(logits, IntTensor.of(targets), options, inPlace);
    assertSameBits(inPlace, expected, "in place", classes, weight);
  }

  private static void checkSoftTargets(float[] rows, int classes, Random random) {
    float[] probabilities = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      probabilities[i] = random.nextInt(5) == 0 ? 0 : random.nextFloat() / classes;
    }
    float[] apart = new float[rows.length];
    float[] inPlace = rows.clone();
    FloatTensor p = FloatTensor.wrap(probabilities, 3, classes);
    CrossEntropyOptions smoothed = CrossEntropyOptions.defaults().labelSmoothing(0.1);
    Losses.crossEntropyWithGradient(FloatTensor.wrap(rows, 3, classes), p, smoothed, apart);
    Losses.crossEntropyWithGradient(FloatTensor.wrap(inPlace, 3, classes), p, smoothed, inPlace);
    assertSameBits(inPlace, apart, "soft targets in place", classes, 1);
    Route axis1 = Route.CLASS_AXIS_1;
    float[] byClass = new float[rows.length];
    Losses.crossEntropyWithGradient(
        axis1.tensor(rows, 3, classes),
        axis1.tensor(probabilities, 3, classes),
        smoothed.classAxis(1),
        byClass);
    float[] byRow = axis1.rowMajor(byClass, 3, classes);
    assertSameBits(byRow, apart, "soft targets on axis 1", classes, 1);
    assertSameBits(
        axis1.rowMajor(Losses.softmax(axis1.tensor(rows, 3, classes), 1).toArray(), 3, classes),
        Losses.softmax(FloatTensor.wrap(rows, 3, classes)).toArray(),
        "softmax on axis 1",
        classes,
        1);
  }

  private static void assertSameBits(
      float[] got, float[] expected, Object where, int classes, double weight) {
    int at = Arrays.mismatch(got, expected); // NaN equals NaN, and 0 is not −0
    assertThat(at)
        .as("%s, %d classes, weight %g: %s", where, classes, weight, at < 0 ? "" : got[at])
        .isEqualTo(-1);
  }
}
