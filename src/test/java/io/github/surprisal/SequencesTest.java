/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Losses and predictions of the sequences of a batch. */
final class SequencesTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final int CLASSES = 5;

  /** Three sequences of up to four tokens; of the last none is scored. */
  private static final IntTensor TARGETS =
      IntTensor.of(new int[][] {{0, 4, 2, 1}, {3, -100, 2, -100}, {-100, -100, -100, -100}});

  private static final FloatTensor LOGITS = logits(3, 4, CLASSES);

  private static FloatTensor logits(int... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return FloatTensor.wrap(AdversarialRows.normal(size, new Random(5), 3, 0), shape);
  }

  @Test
  void lossesAreThoseOfEachSequenceAlone() {
    SequenceLosses losses = Losses.perSequence(LOGITS, TARGETS);
    assertThat(losses.tokens()).isEqualTo(IntTensor.of(4, 2, 0));
    for (int i = 0; i < 3; i++) {
      FloatTensor own = LOGITS.slice(i, i + 1);
      IntTensor targets = TARGETS.slice(i, i + 1);
      assertThat(losses.means().get(i))
          .isEqualTo(Double.valueOf(Losses.crossEntropy(own, targets)));
      assertThat(losses.sums().get(i))
          .isEqualTo(Losses.crossEntropy(own, targets, DEFAULTS.reduction(Reduction.SUM)));
    }
    assertThat(losses.sums().get(2)).isZero();
    assertThat(losses.means().get(2)).isNaN();
  }

  /** The mean over all positions is too small by the share of padding. */
  @Test
  void paddingIsNotAveragedOver() {
    FloatTensor logits = FloatTensor.wrap(new float[4 * 2], 1, 4, 2);
    IntTensor targets = IntTensor.of(new int[][] {{0, 1, -100, -100}});
    DoubleTensor perToken = Losses.crossEntropyPerToken(logits, targets);
    assertThat(perToken.mean()).isCloseTo(Math.log(2) / 2, within(1e-7));
    assertThat(Losses.perSequence(logits, targets).means().get(0))
        .isCloseTo(Math.log(2), within(1e-7));
    assertThat(Predictions.perSequence(logits, targets).meanLogProbs().get(0))
        .isCloseTo(-Math.log(2), within(1e-7));
    assertThat(Predictions.perSequence(logits, targets).entropies().get(0))
        .isCloseTo(Math.log(2), within(1e-6));
  }

  /** The longer candidate is better for each token, but loses where padding counts as tokens. */
  @Test
  void candidatesAreRankedByTheirOwnTokens() {
    float[][][] logits = new float[2][4][2];
    for (int i = 0; i < 4; i++) {
      logits[0][i][1] = 1;
      logits[1][i][1] = 0.5f;
    }
    IntTensor targets = IntTensor.of(new int[][] {{1, 1, 1, 1}, {1, -100, -100, -100}});
    FloatTensor tensor = FloatTensor.of(logits);
    DoubleTensor perToken = Predictions.of(tensor, targets).logProbs();
    SequencePredictions predictions = Predictions.perSequence(tensor, targets);
    assertThat(perToken.slice(0, 1).mean()).isLessThan(perToken.slice(1, 2).mean());
    assertThat(predictions.meanLogProbs().get(0)).isGreaterThan(predictions.meanLogProbs().get(1));
    assertThat(predictions.logProbs().get(0)).isLessThan(predictions.logProbs().get(1));
  }

  @Test
  void meansDivideByTheWeightsOfTheirTargets() {
    CrossEntropyOptions weighted = DEFAULTS.classWeights(1, 0.3f, 2, 0, 7).labelSmoothing(0.1);
    SequenceLosses losses = Losses.perSequence(LOGITS, TARGETS, weighted);
    for (int i = 0; i < 3; i++) {
      assertThat(losses.means().get(i))
          .isEqualTo(
              Double.valueOf(
                  Losses.crossEntropy(LOGITS.slice(i, i + 1), TARGETS.slice(i, i + 1), weighted)));
    }
    IntTensor weightless = IntTensor.of(new int[][] {{3, 3, -100, -100}});
    assertThat(Losses.perSequence(LOGITS.slice(0, 1), weightless, weighted).means().get(0)).isNaN();
  }

  @Test
  void predictionsAreThoseOfTheirTokens() {
    SequencePredictions predictions = Predictions.perSequence(LOGITS, TARGETS);
    TokenPredictions each = Predictions.of(LOGITS, TARGETS);
    assertThat(predictions.tokens()).isEqualTo(IntTensor.of(4, 2, 0));
    for (int i = 0; i < 2; i++) {
      double sum = each.logProbs().slice(i, i + 1).sum();
      int tokens = predictions.tokens().get(i);
      assertThat(predictions.logProbs().get(i)).isEqualTo(sum);
      assertThat(predictions.meanLogProbs().get(i)).isEqualTo(sum / tokens);
      assertThat(predictions.entropies().get(i))
          .isEqualTo(each.entropies().slice(i, i + 1).sum() / tokens);
    }
    assertThat(predictions.logProbs().get(2)).isZero();
    assertThat(predictions.meanLogProbs().get(2)).isNaN();
    assertThat(predictions.entropies().get(2)).isNaN();
  }

  @Test
  void aCandidateIsGreedyIfEveryTokenIs() {
    IntTensor predicted = Predictions.of(LOGITS, IntTensor.wrap(new int[12], 3, 4)).predicted();
    int[] targets = predicted.toArray();
    targets[1] = -1; // which is also what an ignored row predicts
    targets[5] = (targets[5] + 1) % CLASSES;
    SequencePredictions predictions =
        Predictions.perSequence(LOGITS, IntTensor.wrap(targets, 3, 4), DEFAULTS.ignoreIndex(-1));
    assertThat(predictions.tokens()).isEqualTo(IntTensor.of(3, 4, 4));
    assertThat(predictions.greedyTokens()).isEqualTo(IntTensor.of(3, 3, 4));
  }

  @Test
  void aRowWithoutProbabilitiesMakesItsSequenceNaN() {
    float[] values = LOGITS.toArray();
    values[2] = Float.NaN;
    values[25] = Float.POSITIVE_INFINITY; // ignored
    FloatTensor logits = FloatTensor.wrap(values, 3, 4, CLASSES);
    SequencePredictions predictions = Predictions.perSequence(logits, TARGETS);
    assertThat(predictions.logProbs().get(0)).isNaN();
    assertThat(predictions.meanLogProbs().get(0)).isNaN();
    assertThat(predictions.entropies().get(0)).isNaN();
    assertThat(predictions.logProbs().get(1)).isFinite();
    assertThat(Losses.perSequence(logits, TARGETS).sums().get(0)).isNaN();
    assertThat(Losses.perSequence(logits, TARGETS).sums().get(1)).isFinite();
  }

  @Test
  void shapes() {
    IntTensor targets = IntTensor.of(1, 2, 0, -100);
    SequenceLosses one = Losses.perSequence(LOGITS.slice(0, 1).reshape(4, CLASSES), targets);
    assertThat(one.sums().rank()).isZero();
    assertThat(one.tokens()).isEqualTo(IntTensor.scalar(3));
    FloatTensor planes = logits(2, 3, 4, CLASSES);
    IntTensor perToken = IntTensor.wrap(new int[24], 2, 3, 4);
    SequencePredictions many = Predictions.perSequence(planes, perToken);
    assertThat(many.logProbs().shape()).isEqualTo(Shape.of(2, 3));
    assertThat(many.greedyTokens().shape()).isEqualTo(Shape.of(2, 3));
    assertThat(many.logProbs().get(1, 2))
        .isEqualTo(
            Predictions.of(planes, perToken)
                .logProbs()
                .slice(1, 2)
                .reshape(3, 4)
                .slice(2, 3)
                .sum());
    FloatTensor noToken = FloatTensor.wrap(new float[0], 2, 0, CLASSES);
    SequenceLosses empty = Losses.perSequence(noToken, IntTensor.wrap(new int[0], 2, 0));
    assertThat(empty.sums()).isEqualTo(DoubleTensor.of(0, 0));
    assertThat(empty.means()).isEqualTo(DoubleTensor.of(Double.NaN, Double.NaN));
    assertThat(empty.tokens()).isEqualTo(IntTensor.of(0, 0));
  }

  @Test
  void alongAnotherClassAxis() {
    FloatTensor byClass = logits(3, CLASSES, 4);
    CrossEntropyOptions options = DEFAULTS.classAxis(1);
    assertThat(Losses.perSequence(byClass, TARGETS, options).sums().get(1))
        .isEqualTo(Losses.crossEntropyPerToken(byClass, TARGETS, options).slice(1, 2).sum());
  }

  @Test
  void badArguments() {
    FloatTensor row = FloatTensor.of(1, 2);
    IntTensor scalar = IntTensor.scalar(1);
    String message =
        "targets have shape (), expected a last axis with the tokens of a sequence; for a token"
            + " alone, take the form per token";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.perSequence(row, scalar))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Predictions.perSequence(row, scalar))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.perSequence(LOGITS, IntTensor.of(1, 2)))
        .withMessageStartingWith("targets have shape (2), expected (3, 4)");
    FloatTensor many = FloatTensor.wrap(new float[0], 1 << 16, 1 << 16, 0, 1);
    IntTensor none = IntTensor.wrap(new int[0], 1 << 16, 1 << 16, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.perSequence(many, none))
        .withMessage("shape (65536, 65536) of 4294967296 elements does not fit an array");
  }

  @Test
  void writesAllOfIt() {
    FloatTensor logits = FloatTensor.of(new float[][] {{Float.NaN}});
    IntTensor targets = IntTensor.of(-100);
    assertThat(Losses.perSequence(logits, targets))
        .hasToString(
            "SequenceLosses[sums=DoubleTensor() 0.0, means=DoubleTensor() NaN,"
                + " tokens=IntTensor() 0]");
    assertThat(Predictions.perSequence(logits, targets).toString())
        .startsWith("SequencePredictions[logProbs=DoubleTensor()")
        .endsWith("greedyTokens=IntTensor() 0]");
  }
}
