/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edge cases, errors, shapes and properties of {@link Predictions}. */
final class PredictionsTest {
  private static final float MINUS_INFINITY = Float.NEGATIVE_INFINITY;
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();

  private static final FloatTensor LOGITS =
      FloatTensor.of(new float[][] {{2.0f, 0.5f, -1.0f}, {0.1f, 0.2f, 3.0f}});

  @Test
  void everyQuantityByHand() {
    TokenPredictions got = Predictions.of(LOGITS, IntTensor.of(1, 2));
    double first = Math.log(Math.exp(2) + Math.exp(0.5) + Math.exp(-1));
    assertThat(got.logProbs().get(0)).isCloseTo(0.5 - first, within(4e-7));
    assertThat(got.ranks()).isEqualTo(IntTensor.of(2, 1));
    assertThat(got.predicted()).isEqualTo(IntTensor.of(0, 2));
    assertThat(got.predictedLogProbs().get(0)).isCloseTo(2 - first, within(4e-7));
    double entropy = 0;
    for (double x : new double[] {2, 0.5, -1}) {
      entropy -= Math.exp(x - first) * (x - first);
    }
    assertThat(got.entropies().get(0)).isCloseTo(entropy, within(4e-7));
    assertThat(got.toString())
        .startsWith("TokenPredictions[logProbs=DoubleTensor(2)[")
        .contains("ranks=IntTensor(2)[2, 1]", "predicted=IntTensor(2)[0, 2]");
  }

  @Test
  void anIgnoredRowIsNotRead() {
    FloatTensor logits = FloatTensor.of(new float[][] {{Float.NaN, 1}, {0, 0}});
    TokenPredictions got = Predictions.of(logits, IntTensor.of(-100, 1));
    assertThat(got.logProbs()).isEqualTo(DoubleTensor.of(0, got.logProbs().get(1)));
    assertThat(got.logProbs().get(1)).isCloseTo(-Math.log(2), within(3e-7));
    assertThat(got.ranks()).isEqualTo(IntTensor.of(0, 1));
    assertThat(got.entropies().get(0)).isZero();
    assertThat(got.predicted()).isEqualTo(IntTensor.of(-1, 0));
    assertThat(got.predictedLogProbs().get(0)).isZero();
  }

  @Test
  void theIgnoreIndexMayBeAClass() {
    TokenPredictions got = Predictions.of(LOGITS, IntTensor.of(1, 2), DEFAULTS.ignoreIndex(1));
    assertThat(got.ranks()).isEqualTo(IntTensor.of(0, 1));
  }

  @Test
  void aRowWithoutProbabilities() {
    float[][] rows = {
      {Float.NaN, 1, 2},
      {1, 2, Float.NaN},
      {Float.POSITIVE_INFINITY, 1, 2},
      {MINUS_INFINITY, MINUS_INFINITY, MINUS_INFINITY},
      {MINUS_INFINITY, Float.NaN, MINUS_INFINITY}
    };
    for (float[] row : rows) {
      FloatTensor logits = FloatTensor.of(row);
      TokenPredictions got = Predictions.of(logits, IntTensor.scalar(0));
      assertThat(got.logProbs().get()).isNaN();
      assertThat(got.ranks().get()).isZero();
      assertThat(got.entropies().get()).isNaN();
      assertThat(got.predicted().get()).isEqualTo(-1);
      assertThat(got.predictedLogProbs().get()).isNaN();
      assertThat(Predictions.topK(logits, 2).classes()).isEqualTo(IntTensor.of(-1, -1));
      assertThat(Predictions.topK(logits, 2).logProbs().toArray()).containsOnly(Double.NaN);
      assertThat(Predictions.logProbs(logits, IntTensor.of(0, 2)).toArray())
          .containsExactly(Double.NaN, Double.NaN);
      assertThat(Predictions.entropy(logits).get()).isNaN();
      assertThat(Predictions.logProbOfAny(logits, 1).get()).isNaN();
      assertThat(Predictions.logProbOfAny(logits).get()).isNaN();
      assertThat(Predictions.logProbOfAny(logits, 0, 1, 2).get()).isNaN();
    }
  }

  @Test
  void minusInfinityIsAnOrdinaryLogit() {
    FloatTensor logits = FloatTensor.of(MINUS_INFINITY, 1, MINUS_INFINITY, 1);
    TokenPredictions got = Predictions.of(logits, IntTensor.scalar(2));
    assertThat(got.logProbs().get()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(got.ranks().get()).isEqualTo(3);
    assertThat(got.entropies().get()).isCloseTo(Math.log(2), within(3e-7));
    assertThat(got.predicted().get()).isEqualTo(1);
    TopK top = Predictions.topK(logits, 4);
    assertThat(top.classes()).isEqualTo(IntTensor.of(1, 3, 0, 2));
    assertThat(top.logProbs().get(3)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Predictions.logProbOfAny(logits, 0, 2).get()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Predictions.logProbOfAny(logits, 1, 3).get()).isEqualTo(0.0);
    FloatTensor alone = FloatTensor.of(MINUS_INFINITY, -7);
    assertThat(Predictions.entropy(alone).get()).isEqualTo(0.0);
    assertThat(Predictions.logProbs(alone, IntTensor.scalar(1)).get()).isEqualTo(0.0);
  }

  @Test
  void minusZeroEqualsZero() {
    FloatTensor logits = FloatTensor.of(-1f, -0f, 0f, -0f, Float.MIN_VALUE, 0f);
    assertThat(Predictions.topK(logits, 6).classes()).isEqualTo(IntTensor.of(4, 1, 2, 3, 5, 0));
    for (int target : new int[] {1, 2, 3, 5}) {
      assertThat(Predictions.of(logits, IntTensor.scalar(target)).ranks().get()).isEqualTo(2);
    }
    FloatTensor zeros = FloatTensor.of(-0f, 0f);
    assertThat(Predictions.of(zeros, IntTensor.scalar(1)).predicted().get()).isZero();
    assertThat(Predictions.of(zeros, IntTensor.scalar(1)).ranks().get()).isEqualTo(1);
  }

  @Test
  void theLargestAndTheSmallestFloats() {
    float max = Float.MAX_VALUE;
    FloatTensor logits = FloatTensor.of(-max, max, MINUS_INFINITY);
    assertThat(Predictions.topK(logits, 3).classes()).isEqualTo(IntTensor.of(1, 0, 2));
    assertThat(Predictions.logProbs(logits, IntTensor.of(0, 1)).toArray())
        .containsExactly(-2 * (double) max, 0);
    assertThat(Predictions.logProbOfAny(logits, 0, 2).get()).isEqualTo(-2 * (double) max);
    assertThat(Predictions.entropy(logits).get()).isNotNegative().isLessThan(1e-200);
    assertThat(Predictions.of(logits, IntTensor.scalar(2)).ranks().get()).isEqualTo(3);
  }

  @Test
  void shapesFollowTheRows() {
    FloatTensor logits = FloatTensor.wrap(new float[2 * 3 * 5], 2, 3, 5);
    assertThat(Predictions.entropy(logits).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(Predictions.topK(logits, 4).classes().shape()).isEqualTo(Shape.of(2, 3, 4));
    assertThat(Predictions.topK(logits, 4).logProbs().shape()).isEqualTo(Shape.of(2, 3, 4));
    assertThat(Predictions.logProbOfAny(logits, 1).shape()).isEqualTo(Shape.of(2, 3));
    IntTensor one = IntTensor.wrap(new int[6], 2, 3);
    IntTensor several = IntTensor.wrap(new int[12], 2, 3, 2);
    assertThat(Predictions.logProbs(logits, one).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(Predictions.logProbs(logits, several).shape()).isEqualTo(Shape.of(2, 3, 2));
    assertThat(Predictions.of(logits, one).ranks().shape()).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void noRowsAndNoClasses() {
    FloatTensor noRows = FloatTensor.wrap(new float[0], 0, 4);
    assertThat(Predictions.entropy(noRows).size()).isZero();
    assertThat(Predictions.topK(noRows, 2).classes().shape()).isEqualTo(Shape.of(0, 2));
    assertThat(Predictions.of(noRows, IntTensor.of(new int[0])).ranks().size()).isZero();
    FloatTensor noClasses = FloatTensor.wrap(new float[0], 2, 0);
    assertThat(Predictions.entropy(noClasses).toArray()).containsOnly(Double.NaN);
    assertThat(Predictions.logProbOfAny(noClasses).toArray()).containsOnly(Double.NaN);
    assertThat(Predictions.of(noClasses, IntTensor.of(-100, -100)).predicted())
        .isEqualTo(IntTensor.of(-1, -1));
    IntTensor none = IntTensor.wrap(new int[0], 2, 0);
    assertThat(Predictions.logProbs(LOGITS, none).shape()).isEqualTo(Shape.of(2, 0));
  }

  @Test
  void aClassThatIsNamedTwiceCountsOnce() {
    assertThat(Predictions.logProbOfAny(LOGITS, 2, 1, 2, 1))
        .isEqualTo(Predictions.logProbOfAny(LOGITS, 1, 2));
    assertThat(Predictions.logProbOfAny(LOGITS).toArray()).containsOnly(Double.NEGATIVE_INFINITY);
    assertThat(Predictions.logProbOfAny(LOGITS, 0, 1, 2).toArray()).containsOnly(0.0);
  }

  @Test
  void aSetKeepsItsDigitsNearOneAndFarBelow() {
    FloatTensor logits = FloatTensor.of(0, -50, -900, -900);
    double allButOne = Predictions.logProbOfAny(logits, 0, 2, 3).get();
    assertThat(allButOne).isCloseTo(-Math.exp(-50), within(1e-13 * Math.exp(-50)));
    double tiny = Predictions.logProbOfAny(logits, 2, 3).get();
    assertThat(tiny).isCloseTo(Math.log(2) - 900, within(1e-12));
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertThatThrownBy(() -> Predictions.topK(LOGITS, 0))
        .hasMessage("k is 0, expected 1 to 3, the number of classes");
    assertThatThrownBy(() -> Predictions.topK(LOGITS, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k is 4, expected 1 to 3, the number of classes");
    assertThatThrownBy(() -> Predictions.logProbs(LOGITS, IntTensor.of(0, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class at index (1) is 3, expected 0 <= class < 3");
    assertThatThrownBy(() -> Predictions.logProbs(LOGITS, IntTensor.of(-100, 1)))
        .hasMessage(
            "class at index (0) is -100, expected 0 <= class < 3; only Predictions.of leaves out"
                + " ignored rows");
    assertThatThrownBy(() -> Predictions.logProbs(LOGITS, IntTensor.of(0, 1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "classes have shape (3), expected (2), or that with one more axis at the end, for"
                + " logits of shape (2, 3)");
    assertThatThrownBy(() -> Predictions.logProbOfAny(LOGITS, 0, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class at index (1) is -1, expected 0 <= class < 3");
    assertThatThrownBy(() -> Predictions.of(LOGITS, IntTensor.of(0, 3)))
        .hasMessageContaining("target at index (1) is 3");
    assertThatThrownBy(() -> Predictions.entropy(FloatTensor.wrap(new float[1])))
        .hasMessage("logits have shape (), expected a class axis");
  }

  @Test
  void optionsThatCanNotBeHonouredAreRefused() {
    IntTensor targets = IntTensor.of(1, 2);
    for (CrossEntropyOptions options :
        new CrossEntropyOptions[] {
          DEFAULTS.labelSmoothing(0.1),
          DEFAULTS.classWeights(1, 2, 3),
          DEFAULTS.reduction(Reduction.SUM)
        }) {
      assertRefused(() -> Predictions.of(LOGITS, targets, options));
      assertRefused(() -> Predictions.topK(LOGITS, 1, options));
      assertRefused(() -> Predictions.logProbs(LOGITS, targets, options));
      assertRefused(() -> Predictions.entropy(LOGITS, options));
      assertRefused(() -> Predictions.logProbOfAny(LOGITS, options, 1));
    }
    CrossEntropyOptions ignoring = DEFAULTS.ignoreIndex(0);
    assertRefused(() -> Predictions.topK(LOGITS, 1, ignoring));
    assertRefused(() -> Predictions.logProbs(LOGITS, targets, ignoring));
    assertRefused(() -> Predictions.entropy(LOGITS, ignoring));
    assertRefused(() -> Predictions.logProbOfAny(LOGITS, ignoring, 1));
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "(labelSmoothing is 0.1|classWeights is .+|reduction is SUM"
                + "|ignoreIndex is 0), expected .+: .+");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, 1000, 1025, 5000})
  void theSetsOfAPartitionAddUpToOne(int classes) {
    Random random = new Random(classes);
    for (int parts : new int[] {1, 2, 3, 7}) {
      FloatTensor logits =
          FloatTensor.wrap(AdversarialRows.normal(classes, random, 4, -20), classes);
      int[] partOf = random.ints(classes, 0, parts).toArray();
      double total = 0;
      for (int part = 0; part < parts; part++) {
        int wanted = part;
        int[] set = IntStream.range(0, classes).filter(c -> partOf[c] == wanted).toArray();
        total += Math.exp(Predictions.logProbOfAny(logits, set).get());
      }
      assertThat(total).isCloseTo(1, within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, 1000, 1025, 5000})
  void entropyDoesNotChangeWithAShift(int classes) {
    Random random = new Random(classes);
    float[] row = new float[classes];
    for (int c = 0; c < classes; c++) {
      row[c] = random.nextInt(1 << 12) * 0x1p-8f; // so that every shift below is exact
    }
    double entropy = Predictions.entropy(FloatTensor.wrap(row, classes)).get();
    for (float shift : new float[] {1, -64, 4096, -16384}) {
      float[] shifted = row.clone();
      for (int c = 0; c < classes; c++) {
        shifted[c] += shift;
      }
      double got = Predictions.entropy(FloatTensor.wrap(shifted, classes)).get();
      assertThat(got).isCloseTo(entropy, within(2 * Bounds.entropy(entropy)));
    }
  }

  @Test
  void topKIsAPrefixOfTheNext() {
    Random random = new Random(5);
    int classes = 200;
    float[] row = new float[classes];
    for (int c = 0; c < classes; c++) {
      row[c] = random.nextInt(30);
    }
    FloatTensor logits = FloatTensor.wrap(row, classes);
    TopK all = Predictions.topK(logits, classes);
    for (int k = 1; k < classes; k++) {
      TopK top = Predictions.topK(logits, k);
      assertThat(top.classes()).isEqualTo(all.classes().slice(0, k));
      assertThat(top.logProbs()).isEqualTo(all.logProbs().slice(0, k));
    }
    assertThat(Predictions.topK(LOGITS, 1))
        .hasToString(
            "TopK[classes=IntTensor(2, 1)[[0], [2]], logProbs="
                + Predictions.topK(LOGITS, 1).logProbs()
                + "]");
  }

  @Test
  void logProbabilitiesAreLossesWithTheOtherSign() {
    Random random = new Random(6);
    float[] values = AdversarialRows.normal(40 * 300, random, 3, 0);
    FloatTensor logits = FloatTensor.wrap(values, 40, 300);
    IntTensor targets = IntTensor.of(random.ints(40, 0, 300).toArray());
    double[] losses = Losses.crossEntropyPerToken(logits, targets).toArray();
    TokenPredictions got = Predictions.of(logits, targets);
    for (int row = 0; row < losses.length; row++) {
      assertThat(got.logProbs().get(row)).isCloseTo(-losses[row], within(8e-7));
    }
    assertThat(got.entropies()).isEqualTo(Predictions.entropy(logits));
    assertThat(got.logProbs()).isEqualTo(Predictions.logProbs(logits, targets));
    assertThat(got.predicted().toArray())
        .isEqualTo(Predictions.topK(logits, 1).classes().toArray());
  }

  /** Everything that there is of some rows, as text with every bit of a number. */
  private static String all(FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    int classes = logits.shape().axis(Math.floorMod(options.classAxis(), logits.rank()));
    int[] set = {classes - 1, classes / 2, 0};
    return Predictions.of(logits, targets, options)
        + Predictions.topK(logits, Math.min(classes, 7), options).toString()
        + Arrays.toString(Predictions.topK(logits, classes, options).logProbs().toArray())
        + Arrays.toString(Predictions.entropy(logits, options).toArray())
        + Arrays.toString(Predictions.logProbs(logits, targets, options).toArray())
        + Arrays.toString(Predictions.logProbOfAny(logits, options, set).toArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 40, 1023, 1025, 2100})
  void bitsDependOnNothingElse(int classes) {
    int rows = 300;
    short[] halves = new short[rows * classes];
    float[] values = new float[halves.length];
    float[] byClass = new float[halves.length];
    Random random = new Random(classes);
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (short) (Float.floatToIntBits((float) random.nextGaussian() * 9) >>> 16);
      values[i] = Float.intBitsToFloat(halves[i] << 16);
      byClass[i % classes * rows + i / classes] = values[i];
    }
    IntTensor targets = IntTensor.of(random.ints(rows, 0, classes).toArray());
    String expected = all(FloatTensor.wrap(values, rows, classes), targets, DEFAULTS);
    CrossEntropyOptions alone = DEFAULTS.parallel(false);
    assertThat(all(FloatTensor.wrap(values, rows, classes), targets, alone)).isEqualTo(expected);
    FloatTensor bfloat16 = FloatTensor.bfloat16(ShortBuffer.wrap(halves), rows, classes);
    assertThat(all(bfloat16, targets, DEFAULTS)).isEqualTo(expected);
    FloatBuffer direct =
        ByteBuffer.allocateDirect(Float.BYTES * values.length)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer()
            .put(0, values);
    assertThat(all(FloatTensor.wrap(direct, rows, classes), targets, DEFAULTS)).isEqualTo(expected);
    FloatTensor transposed = FloatTensor.wrap(byClass, classes, rows);
    assertThat(all(transposed, targets, DEFAULTS.classAxis(0))).isEqualTo(expected);
  }
}
