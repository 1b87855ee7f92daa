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

  @Test
  void theTemperatureWhereItIsNotHonoured() {
    CrossEntropyOptions tempered = DEFAULTS.temperature(2);
    String ofLogProbs =
        "temperature is 2.0, expected 1: log-probabilities have no temperature; give the logits to"
            + " crossEntropy";
    assertRefused(() -> Losses.nllLoss(LOGITS, TARGETS, tempered), ofLogProbs);
    assertRefused(() -> Losses.nllLossPerToken(LOGITS, TARGETS, tempered), ofLogProbs);
  }

  @Test
  void theZLossWhereItIsNotHonoured() {
    CrossEntropyOptions zLoss = DEFAULTS.zLoss(1e-4);
    String start = "zLoss is 1.0E-4, expected 0: ";
    String ofDivergences = start + "a divergence is no loss to add it to";
    assertRefused(() -> Losses.klDivergence(LOGITS, LOGITS, zLoss), ofDivergences);
    assertRefused(() -> Losses.klDivergencePerToken(LOGITS, LOGITS, zLoss), ofDivergences);
    String ofLogProbs =
        start + "log-probabilities have no log-sum-exp; give the logits to crossEntropy";
    assertRefused(() -> Losses.nllLoss(LOGITS, TARGETS, zLoss), ofLogProbs);
    assertRefused(() -> Losses.nllLossPerToken(LOGITS, TARGETS, zLoss), ofLogProbs);
    assertRefused(
        () -> new ComparisonAccumulator(zLoss),
        start + "models are compared by their plain losses; leave it out");
    String ofReports =
        start + "a loss with a z-loss has no perplexity; Losses.crossEntropy takes it";
    assertRefused(() -> new LossAccumulator(zLoss), ofReports);
    assertRefused(() -> LossAccumulator.collector(zLoss, LossAccumulator::combine), ofReports);
    assertRefused(() -> Metrics.evaluate(LOGITS, TARGETS, zLoss), ofReports);
    assertRefused(() -> Metrics.perplexity(LOGITS, TARGETS, zLoss), ofReports);
    String ofSoftmax = start + "there is no loss here to add it to";
    assertRefused(() -> Losses.softmax(LOGITS, zLoss), ofSoftmax);
    assertRefused(() -> Losses.logSoftmax(LOGITS, zLoss), ofSoftmax);
    assertRefused(() -> Losses.softmaxInto(LOGITS, zLoss, new float[3]), ofSoftmax);
    assertRefused(() -> Losses.logSoftmaxInto(LOGITS, zLoss, new float[3]), ofSoftmax);
    assertRefused(() -> Losses.logSumExp(LOGITS, zLoss), ofSoftmax);
    assertRefused(() -> Predictions.entropy(LOGITS, zLoss), ofSoftmax);
    assertRefused(() -> Predictions.topK(LOGITS, 1, zLoss), ofSoftmax);
    assertRefused(
        () -> Predictions.of(LOGITS, TARGETS, zLoss),
        start + "a prediction is no loss to add it to; losses are, in Losses");
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
