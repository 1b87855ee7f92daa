/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the true size of a vocabulary refuses, and what it does with results of no scored row. */
final class VocabularyTest {

  private static final CrossEntropyOptions THREE = CrossEntropyOptions.defaults().vocabulary(3);
  private static final CrossEntropyOptions NINE = CrossEntropyOptions.defaults().vocabulary(9);

  /** Three tokens and two columns of padding. */
  private static final float[] ROWS = {1, 2, 4, Float.NaN, 99, 0, -1, 3, 99, Float.NaN};

  private static final FloatTensor LOGITS = FloatTensor.wrap(ROWS, 2, 5);
  private static final IntTensor TARGETS = IntTensor.of(1, 2);

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private static String tooLarge(String name) {
    return "vocabulary is 9, expected at most 5, the number of classes in "
        + name
        + ": give the number of tokens, or choose another class axis if the classes are along that"
        + " one";
  }

  @Test
  void moreTokensThanClasses() {
    String ofLogits = tooLarge("logits");
    float[] out = new float[10];
    List<ThrowingCallable> calls =
        List.of(
            () -> Losses.crossEntropy(LOGITS, TARGETS, NINE),
            () -> Losses.crossEntropyPerToken(LOGITS, TARGETS, NINE),
            () -> Losses.perSequence(LOGITS, TARGETS, NINE),
            () -> Losses.crossEntropyWithGradient(LOGITS, TARGETS, NINE, out),
            () -> Losses.crossEntropyWithGradient(LOGITS, TARGETS, NINE, FloatBuffer.wrap(out)),
            () -> Losses.crossEntropy(LOGITS, LOGITS, NINE),
            () -> Losses.crossEntropyWithGradient(LOGITS, LOGITS, NINE, out),
            () -> Losses.softmax(LOGITS, NINE),
            () -> Losses.logSoftmaxInto(LOGITS, NINE, out),
            () -> Losses.logSumExp(LOGITS, NINE),
            () -> Losses.softmax(FloatTensor.wrap(new float[0], 0, 5), NINE),
            () -> Predictions.of(LOGITS, TARGETS, NINE),
            () -> Predictions.topK(LOGITS, 1, NINE),
            () -> Predictions.entropy(LOGITS, NINE),
            () -> Metrics.evaluate(LOGITS, TARGETS, NINE),
            () -> Metrics.perplexity(LOGITS, TARGETS, NINE),
            () -> new LossAccumulator(NINE).add(LOGITS, TARGETS));
    calls.forEach(call -> assertRefused(call, ofLogits));
    assertThat(out).containsOnly(0);
    assertRefused(() -> Losses.nllLoss(LOGITS, TARGETS, NINE), tooLarge("logProbs"));
    assertRefused(() -> Losses.klDivergence(LOGITS, LOGITS, NINE), tooLarge("logitsP"));
    FloatTensor row = FloatTensor.of(1, 2, 3, 4, 5);
    LossAccumulator rows = new LossAccumulator(NINE);
    for (int target : new int[] {1, -100}) {
      assertRefused(() -> rows.addRow(row, target), tooLarge("the row"));
      assertRefused(() -> rows.addRow(row.toArray(), target), tooLarge("the row"));
      assertRefused(() -> rows.addRow(ROWS, 5, 5, target, 2), tooLarge("the row"));
    }
    assertThat(rows.report().ignoredTokens()).isZero();
  }

  @Test
  void targetsInThePadding() {
    IntTensor padded = IntTensor.of(1, 3);
    String expected = " is 3, expected 0 <= target < 3 or the ignore index -100";
    assertRefused(
        () -> Losses.crossEntropy(LOGITS, padded, THREE), "target at index (1)" + expected);
    assertRefused(() -> Predictions.of(LOGITS, padded, THREE), "target at index (1)" + expected);
    assertRefused(
        () -> new LossAccumulator(THREE).add(LOGITS, padded), "target at index (1)" + expected);
    assertRefused(() -> new LossAccumulator(THREE).addRow(new float[5], 3), "target" + expected);
    assertRefused(
        () -> new ComparisonAccumulator(THREE).addRow(new float[5], new float[4], 3),
        "target" + expected);
    assertRefused(
        () -> Losses.klDivergence(LOGITS, LOGITS, padded, THREE), "target at index (1)" + expected);
    assertThat(Losses.crossEntropyPerToken(LOGITS, padded, THREE.ignoreIndex(3)).at(1)).isZero();
  }

  @Test
  void classesInThePadding() {
    assertRefused(
        () -> Predictions.topK(LOGITS, 4, THREE), "k is 4, expected 1 to 3, the number of classes");
    assertRefused(
        () -> Predictions.logProbOfAny(LOGITS, THREE, 0, 3),
        "class at index (1) is 3, expected 0 <= class < 3");
    assertRefused(
        () -> Predictions.logProbs(LOGITS, IntTensor.of(0, 4), THREE),
        "class at index (1) is 4, expected 0 <= class < 3");
    assertThat(Predictions.topK(LOGITS, 3, THREE).classes())
        .isEqualTo(IntTensor.wrap(new int[] {2, 1, 0, 2, 0, 1}, 2, 3));
  }

  @Test
  void weightsAreOneForEachToken() {
    CrossEntropyOptions weighted = THREE.classWeights(1, 2, 0.5f);
    FloatTensor trueLogits = FloatTensor.wrap(new float[] {1, 2, 4, 0, -1, 3}, 2, 3);
    assertThat(Losses.crossEntropy(LOGITS, TARGETS, weighted))
        .isEqualTo(
            Losses.crossEntropy(
                trueLogits, TARGETS, CrossEntropyOptions.defaults().classWeights(1, 2, 0.5f)));
  }

  /** The gradient is written in the padding, whatever is scored. */
  @Test
  void theGradientOfIgnoredRows() {
    for (CrossEntropyOptions options : List.of(THREE, THREE.labelSmoothing(0.1))) {
      for (IntTensor targets : List.of(IntTensor.of(-100, -100), IntTensor.of(-100, 0))) {
        float[] gradient = new float[10];
        Arrays.fill(gradient, Float.NaN);
        Losses.crossEntropyWithGradient(LOGITS, targets, options, gradient);
        assertThat(Arrays.copyOf(gradient, 5)).containsOnly(0);
        assertThat(Arrays.copyOfRange(gradient, 8, 10)).containsOnly(0);
        float[] logits = ROWS.clone();
        FloatTensor inPlace = FloatTensor.wrap(logits, 2, 5);
        Losses.crossEntropyWithGradient(inPlace, targets, options, logits);
        assertThat(logits).isEqualTo(gradient);
      }
    }
  }

  /** Rows side by side of which none, or only some, are scored. */
  @Test
  void theGradientOfIgnoredColumns() {
    for (int rows : new int[] {3, 70, 1100}) {
      float[] logits = new float[7 * rows];
      Arrays.fill(logits, 4 * rows, 7 * rows, Float.NaN);
      FloatTensor tensor = FloatTensor.wrap(logits, 7, rows);
      int[] targets = new int[rows];
      Arrays.fill(targets, -100);
      for (int scored = 0; scored < 2; scored++) {
        float[] gradient = new float[7 * rows];
        Arrays.fill(gradient, Float.NaN);
        CrossEntropyOptions options = CrossEntropyOptions.defaults().classAxis(0).vocabulary(4);
        Losses.crossEntropyWithGradient(tensor, IntTensor.of(targets), options, gradient);
        assertThat(Arrays.copyOfRange(gradient, 4 * rows, 7 * rows)).containsOnly(0);
        assertThat(gradient).doesNotContain(Float.NaN);
        targets[rows / 2] = 1;
      }
    }
  }

  @Test
  void noRows() {
    FloatTensor none = FloatTensor.wrap(new float[0], 0, 5, 3);
    CrossEntropyOptions options = THREE.classAxis(1);
    IntTensor targets = IntTensor.wrap(new int[0], 0, 3);
    assertThat(Losses.crossEntropyWithGradient(none, targets, options, new float[0])).isNaN();
    assertThat(Losses.softmax(none, options)).isEqualTo(none);
    assertThat(Losses.klDivergence(none, none, options)).isNaN();
  }

  @Test
  void modelsOfDifferentPadding() {
    FloatTensor p = FloatTensor.of(1, 2, 4, 99);
    FloatTensor q = FloatTensor.of(1, 2.5f, 3, Float.NaN, 99);
    ComparisonReport report = new ComparisonAccumulator(THREE).addRow(p, q, 1).report();
    assertThat(report)
        .isEqualTo(
            new ComparisonAccumulator()
                .addRow(FloatTensor.of(1, 2, 4), FloatTensor.of(1, 2.5f, 3), 1)
                .report());
    ComparisonAccumulator nine = new ComparisonAccumulator(NINE);
    FloatTensor wide = FloatTensor.wrap(new float[18], 2, 9);
    assertRefused(() -> nine.add(LOGITS, wide, TARGETS), tooLarge("logitsP"));
    assertRefused(() -> nine.add(wide, LOGITS, TARGETS), tooLarge("logitsQ"));
    assertRefused(() -> nine.addRow(new float[5], new float[9], 1), tooLarge("rowP"));
    assertRefused(() -> nine.addRow(new float[9], new float[5], 1), tooLarge("rowQ"));
    ComparisonAccumulator three = new ComparisonAccumulator(THREE);
    assertRefused(
        () -> three.add(LOGITS, FloatTensor.wrap(new float[12], 3, 4), TARGETS),
        "logitsQ has shape (3, 4), expected (2, 5), the shape of logitsP, up to padding along the"
            + " class axis");
    assertRefused(
        () -> new ComparisonAccumulator().add(LOGITS, wide, TARGETS),
        "logitsQ has shape (2, 9), expected (2, 5), the shape of logitsP; for models of one"
            + " vocabulary that are padded differently, set the option vocabulary(n)");
    assertThat(three.report().scoredTokens() + nine.report().scoredTokens()).isZero();
  }

  @Test
  void teachersOfOtherRows() {
    DistillationOptions three = DistillationOptions.defaults().vocabulary(3);
    DistillationOptions nine = DistillationOptions.defaults().vocabulary(9);
    FloatTensor wide = FloatTensor.wrap(new float[18], 2, 9);
    float[] out = new float[18];
    assertRefused(
        () -> Losses.klDivergenceWithGradient(LOGITS, wide, nine, out), tooLarge("teacherLogits"));
    assertRefused(
        () -> Losses.klDivergenceWithGradient(wide, LOGITS, nine, out), tooLarge("studentLogits"));
    assertRefused(
        () -> Losses.klDivergenceWithGradient(FloatTensor.of(1, 2, 3), LOGITS, three, out),
        "studentLogits has shape (2, 5), expected (3), the shape of teacherLogits, up to padding"
            + " along the class axis");
    assertThat(out).containsOnly(0);
    assertThat(Losses.klDivergenceWithGradient(wide, LOGITS, three, out)).isPositive();
    assertRefused(
        () -> DistillationOptions.defaults().vocabulary(0),
        "vocabulary is 0, expected 1 or more: the number of tokens");
  }

  @Test
  void otherVocabulariesAreNotMerged() {
    LossAccumulator losses = new LossAccumulator(THREE);
    assertRefused(
        () -> losses.combine(new LossAccumulator()),
        "other has vocabulary none, expected 3: combine accumulators of the same options");
    ComparisonAccumulator comparison = new ComparisonAccumulator();
    assertRefused(
        () -> comparison.combine(new ComparisonAccumulator(NINE)),
        "other has vocabulary 9, expected none: combine accumulators of the same options");
    losses.combine(new LossAccumulator(THREE.parallel(false)).add(LOGITS, TARGETS));
    LossAccumulator read = LossAccumulator.fromByteArray(losses.toByteArray());
    assertThat(read.options()).isEqualTo(THREE);
    assertThat(read.report()).isEqualTo(losses.report());
  }

  /** Where there are no classes, padding means nothing. */
  @Test
  void logProbabilitiesOfTokensHaveNoPadding() {
    assertThat(new LossAccumulator(THREE).addLogProb(-1).report())
        .isEqualTo(new LossAccumulator().addLogProb(-1).report());
  }
}
