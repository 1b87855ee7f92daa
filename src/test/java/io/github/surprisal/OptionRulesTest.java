/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** An option that would change what a method returns, and can't be honoured, is refused. */
final class OptionRulesTest {

  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final float[] ROW = {1, 2, 4};
  private static final FloatTensor LOGITS = FloatTensor.wrap(ROW, 1, 3);
  private static final IntTensor TARGETS = IntTensor.of(1);

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void theSumOfAReport() {
    CrossEntropyOptions sum = DEFAULTS.reduction(Reduction.SUM);
    String message =
        "reduction is SUM, expected MEAN: a report has the mean as loss() and the sum as"
            + " totalNats()";
    assertRefused(() -> new LossAccumulator(sum), message);
    assertRefused(() -> LossAccumulator.collector(sum, LossAccumulator::combine), message);
    assertRefused(() -> Metrics.evaluate(LOGITS, TARGETS, sum), message);
    assertRefused(() -> Metrics.evaluate(LOGITS, TARGETS, IntTensor.of(3), sum), message);
    TokenBytes vocabulary = TokenBytes.of(new byte[3][2]);
    assertRefused(() -> Metrics.evaluate(LOGITS, TARGETS, vocabulary, sum), message);
    assertRefused(
        () -> Metrics.perplexity(LOGITS, TARGETS, sum),
        "reduction is SUM, expected MEAN: perplexity is e to the power of the mean loss");
  }

  @Test
  void whatComparisonsCannotHonour() {
    assertRefused(
        () -> new ComparisonAccumulator(DEFAULTS.reduction(Reduction.SUM)),
        "reduction is SUM, expected MEAN: a comparison has means, and the number of scored tokens");
    assertRefused(
        () -> new ComparisonAccumulator(DEFAULTS.labelSmoothing(0.5)),
        "labelSmoothing is 0.5, expected 0: models are compared by their plain losses; use a"
            + " LossAccumulator for each model to smooth labels");
    CrossEntropyOptions weighted = DEFAULTS.classWeights(FloatTensor.of(1, 2, 3));
    assertRefused(
        () -> ComparisonAccumulator.collector(weighted, ComparisonAccumulator::combine),
        "classWeights is FloatTensor(3)[1.0, 2.0, 3.0], expected none: models are compared by"
            + " their plain losses; use a LossAccumulator for each model to weight classes");
  }

  /** A row has one axis, which both −1 and 0 name; any other class axis needs a batch. */
  @Test
  void theClassAxisOfARow() {
    String message =
        "classAxis is 1, expected -1 or 0: a row has no other axis; give add a batch, or addRow to"
            + " an accumulator with the default class axis";
    LossAccumulator losses = new LossAccumulator(DEFAULTS.classAxis(1));
    TokenBytes vocabulary = TokenBytes.of(new byte[3][2]);
    FloatTensor row = FloatTensor.of(ROW);
    assertRefused(() -> losses.addRow(ROW, 1), message);
    assertRefused(() -> losses.addRow(ROW, 1, vocabulary), message);
    assertRefused(() -> losses.addRow(ROW, 0, 3, 1, 2), message);
    assertRefused(() -> losses.addRow(row, 1), message);
    assertRefused(() -> losses.addRow(java.nio.FloatBuffer.wrap(ROW), 1, vocabulary), message);
    assertThat(losses.report().scoredTokens()).isZero();
    ComparisonAccumulator comparison = new ComparisonAccumulator(DEFAULTS.classAxis(1));
    assertRefused(() -> comparison.addRow(ROW, ROW, 1), message);
    for (int axis : new int[] {-1, 0}) {
      LossAccumulator along = new LossAccumulator(DEFAULTS.classAxis(axis));
      assertThat(along.addRow(ROW, 1).addRow(row, 1).report().scoredTokens()).isEqualTo(2);
    }
  }

  @Test
  void whatChangesNoResultIsNotRefused() {
    CrossEntropyOptions alone = DEFAULTS.parallel(false);
    assertThat(Metrics.evaluate(LOGITS, TARGETS, alone))
        .isEqualTo(Metrics.evaluate(LOGITS, TARGETS, DEFAULTS));
    assertThat(new ComparisonAccumulator(alone).addRow(ROW, ROW, 1).report().scoredTokens())
        .isOne();
  }
}
