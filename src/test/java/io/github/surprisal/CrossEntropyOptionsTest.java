/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrossEntropyOptionsTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();

  @Test
  void defaultsAreThoseOfPyTorch() {
    assertThat(DEFAULTS.ignoreIndex()).isEqualTo(-100);
    assertThat(DEFAULTS.labelSmoothing()).isEqualTo(0.0);
    assertThat(DEFAULTS.classWeights()).isEmpty();
    assertThat(DEFAULTS.reduction()).isEqualTo(Reduction.MEAN);
    assertThat(DEFAULTS.classAxis()).isEqualTo(-1);
    assertThat(DEFAULTS.temperature()).isEqualTo(1.0);
    assertThat(DEFAULTS.zLoss()).isEqualTo(0.0);
    assertThat(DEFAULTS.predictions()).isFalse();
    assertThat(DEFAULTS.vocabulary()).isEmpty();
    assertThat(CrossEntropyOptions.DEFAULT_IGNORE_INDEX).isEqualTo(-100);
  }

  @Test
  void settersKeepTheOtherOptions() {
    CrossEntropyOptions options =
        DEFAULTS
            .ignoreIndex(255)
            .labelSmoothing(0.1)
            .classWeights(FloatTensor.of(1, 2))
            .temperature(0.7)
            .zLoss(0)
            .reduction(Reduction.SUM)
            .classAxis(1)
            .predictions(true)
            .vocabulary(2);
    List<CrossEntropyOptions> all =
        List.of(
            options,
            options.ignoreIndex(255),
            options.labelSmoothing(0.1),
            options.classWeights(FloatTensor.of(1, 2)),
            options.temperature(0.7),
            options.zLoss(0),
            options.reduction(Reduction.SUM),
            options.classAxis(1),
            options.parallel(true),
            options.predictions(true),
            options.vocabulary(2));
    for (CrossEntropyOptions same : all) {
      assertThat(same.ignoreIndex()).isEqualTo(255);
      assertThat(same.labelSmoothing()).isEqualTo(0.1);
      assertThat(same.classWeights()).contains(FloatTensor.of(1, 2));
      assertThat(same.temperature()).isEqualTo(0.7);
      assertThat(same.zLoss()).isEqualTo(0.0);
      assertThat(same.reduction()).isEqualTo(Reduction.SUM);
      assertThat(same.classAxis()).isEqualTo(1);
      assertThat(same.predictions()).isTrue();
      assertThat(same.vocabulary()).hasValue(2);
      assertThat(same).isEqualTo(options).hasSameHashCodeAs(options);
    }
    assertThat(DEFAULTS).isEqualTo(CrossEntropyOptions.defaults()).isNotEqualTo(options);
  }

  @Test
  void everyOptionCountsInEquals() {
    List<CrossEntropyOptions> others =
        List.of(
            DEFAULTS.ignoreIndex(0),
            DEFAULTS.labelSmoothing(0.5),
            DEFAULTS.classWeights(FloatTensor.of(1)),
            DEFAULTS.temperature(2),
            DEFAULTS.zLoss(2),
            DEFAULTS.reduction(Reduction.SUM),
            DEFAULTS.classAxis(0),
            DEFAULTS.predictions(true),
            DEFAULTS.vocabulary(1),
            DEFAULTS.vocabulary(2));
    assertThat(others).doesNotContain(DEFAULTS).doesNotHaveDuplicates();
    assertThat(DEFAULTS).isNotEqualTo("defaults");
  }

  @Test
  void labelSmoothingIsBetweenZeroAndOne() {
    assertThat(DEFAULTS.labelSmoothing(0).labelSmoothing()).isEqualTo(0.0);
    assertThat(DEFAULTS.labelSmoothing(1).labelSmoothing()).isEqualTo(1.0);
    assertThat(DEFAULTS.labelSmoothing(-0.0)).isEqualTo(DEFAULTS).hasSameHashCodeAs(DEFAULTS);
    for (double wrong :
        new double[] {-Double.MIN_VALUE, Math.nextUp(1.0), Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DEFAULTS.labelSmoothing(wrong))
          .withMessage("labelSmoothing is " + wrong + ", expected 0 to 1");
    }
  }

  @Test
  void aTemperatureIsOneThatFloatsCanBeDividedBy() {
    assertThat(DEFAULTS.temperature(1e-30).temperature()).isEqualTo(1e-30);
    assertThat(DEFAULTS.temperature(1e30).temperature()).isEqualTo(1e30);
    for (double wrong :
        new double[] {
          -1, Double.MIN_VALUE, Math.nextDown(1e-30), Math.nextUp(1e30), Double.NaN, 1 / 0.0
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DEFAULTS.temperature(wrong))
          .withMessage("temperature is " + wrong + ", expected 1e-30 to 1e30");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.temperature(0))
        .withMessage(
            "temperature is 0.0, expected 1e-30 to 1e30: for the likeliest class, take"
                + " Predictions.topK(logits, 1)");
  }

  @Test
  void aZLossIsFiniteAndNotNegative() {
    assertThat(DEFAULTS.zLoss(Double.MAX_VALUE).zLoss()).isEqualTo(Double.MAX_VALUE);
    assertThat(DEFAULTS.zLoss(-0.0)).isEqualTo(DEFAULTS).hasSameHashCodeAs(DEFAULTS);
    assertThat(DEFAULTS.zLoss(1e-4).labelSmoothing(0.1).zLoss()).isEqualTo(1e-4);
    for (double wrong : new double[] {-Double.MIN_VALUE, -1, Double.NaN, 1 / 0.0}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DEFAULTS.zLoss(wrong))
          .withMessage("zLoss is " + wrong + ", expected a finite number, 0 or more");
    }
  }

  @Test
  void classWeightsAndZLossDoNotGoTogether() {
    String message =
        "classWeights is FloatTensor(2)[1.0, 2.0], expected none: the mean of a weighted loss is"
            + " divided by weights, but zLoss 1.0E-4 counts each row alike; leave out either, or"
            + " take the z-loss from logSumExp";
    CrossEntropyOptions weighted = DEFAULTS.classWeights(1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> weighted.zLoss(1e-4))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.zLoss(1e-4).classWeights(1, 2))
        .withMessage(message);
    assertThat(weighted.zLoss(0)).isEqualTo(weighted);
    assertThat(DEFAULTS.zLoss(1e-4).zLoss(0).classWeights(1, 2)).isEqualTo(weighted);
  }

  @Test
  void aVocabularyHasAToken() {
    assertThat(DEFAULTS.vocabulary(1).vocabulary()).hasValue(1);
    assertThat(DEFAULTS.vocabulary(Integer.MAX_VALUE).vocabulary()).hasValue(Integer.MAX_VALUE);
    for (int wrong : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DEFAULTS.vocabulary(wrong))
          .withMessage("vocabulary is " + wrong + ", expected 1 or more: the number of tokens");
    }
  }

  @Test
  void everyTokenOfAVocabularyHasAWeight() {
    String message = "classWeights has 2 elements, expected one for each of the 3 classes";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.classWeights(1, 2).vocabulary(3))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.vocabulary(3).classWeights(1, 2))
        .withMessage(message);
    assertThat(DEFAULTS.vocabulary(2).classWeights(1, 2))
        .isEqualTo(DEFAULTS.classWeights(1, 2).vocabulary(2));
  }

  @Test
  void classWeightsAreCopied() {
    float[] weights = {1, 2};
    CrossEntropyOptions options = DEFAULTS.classWeights(FloatTensor.wrap(weights, 2));
    weights[0] = 7;
    assertThat(options.classWeights()).contains(FloatTensor.of(1, 2));
  }

  @Test
  void classWeightsMayBeAnyNumbers() {
    FloatTensor weights =
        FloatTensor.of(0, -1, Float.MAX_VALUE, Float.NaN, Float.POSITIVE_INFINITY);
    assertThat(DEFAULTS.classWeights(weights).classWeights()).contains(weights);
    assertThat(DEFAULTS.classWeights(FloatTensor.of()).classWeights()).contains(FloatTensor.of());
  }

  @Test
  void classWeightsHaveRankOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.classWeights(FloatTensor.of(new float[][] {{1, 2}})))
        .withMessage("classWeights have shape (1, 2), expected rank 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.classWeights(FloatTensor.scalar(1)))
        .withMessage("classWeights have shape (), expected rank 1");
  }

  @Test
  void classAxisIsOneThatSomeShapeHas() {
    assertThat(DEFAULTS.classAxis(7).classAxis()).isEqualTo(7);
    assertThat(DEFAULTS.classAxis(-8).classAxis()).isEqualTo(-8);
    for (int wrong : new int[] {8, -9, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DEFAULTS.classAxis(wrong))
          .withMessage("classAxis is " + wrong + ", expected -8 to 7");
    }
  }

  @Test
  @SuppressWarnings("NullAway")
  void reductionIsNotNull() {
    assertThatNullPointerException().isThrownBy(() -> DEFAULTS.reduction(null));
  }

  @Test
  void parallelismChangesNoLoss() {
    CrossEntropyOptions sequential = DEFAULTS.parallel(false);

    assertThat(DEFAULTS.parallel()).isTrue();
    assertThat(sequential.parallel()).isFalse();
    assertThat(sequential.labelSmoothing(0.1).parallel()).isFalse();
    assertThat(sequential).isNotEqualTo(DEFAULTS).isEqualTo(DEFAULTS.parallel(false));
    assertThat(sequential.scoresLike(DEFAULTS.reduction(Reduction.SUM))).isTrue();
    assertThat(sequential.scoresLike(DEFAULTS.ignoreIndex(0))).isFalse();
  }

  @Test
  void writesEveryOption() {
    assertThat(DEFAULTS)
        .hasToString(
            "CrossEntropyOptions[ignoreIndex=-100, labelSmoothing=0.0, classWeights=none,"
                + " temperature=1.0, zLoss=0.0, reduction=MEAN, classAxis=-1, parallel=true,"
                + " predictions=false, vocabulary=none]");
    assertThat(DEFAULTS.vocabulary(50_257).toString()).endsWith(", vocabulary=50257]");
    assertThat(DEFAULTS.classWeights(FloatTensor.of(1, 2)).toString())
        .contains("classWeights=FloatTensor(2)[1.0, 2.0], ");
  }
}
