/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.surprisal.sum.PredictionFigures;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LossAccumulatorTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final int CLASSES = 50;

  private static FloatTensor logits(int rows) {
    return FloatTensor.wrap(
        AdversarialRows.normal(rows * CLASSES, new Random(7), 3, 0), rows, CLASSES);
  }

  private static IntTensor targets(int rows) {
    int[] targets = new int[rows];
    for (int row = 0; row < rows; row++) {
      targets[row] = row % 7 == 3 ? -100 : row * 13 % CLASSES;
    }
    return IntTensor.wrap(targets, rows);
  }

  private static IntTensor bytes(int rows) {
    int[] bytes = new int[rows];
    for (int row = 0; row < rows; row++) {
      bytes[row] = row % 5;
    }
    return IntTensor.wrap(bytes, rows);
  }

  @Test
  void emptyItSaysSo() {
    LossReport report = new LossAccumulator().report();
    StandardErrors none = StandardErrors.undefined(0, 0);
    assertThat(report)
        .isEqualTo(
            LossReport.of(
                new LossReport.Numbers(
                    Double.NaN,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    OptionalLong.empty(),
                    Double.NaN,
                    0,
                    none,
                    none,
                    PredictionFigures.UNDEFINED,
                    List.of())));
    assertThat(report.perplexity()).isNaN();
    assertThat(new LossAccumulator().options()).isEqualTo(DEFAULTS);
  }

  @Test
  void aReportCountsEverything() {
    LossReport report = new LossAccumulator().add(logits(30), targets(30), bytes(30)).report();
    double[] losses = Losses.crossEntropyPerToken(logits(30), targets(30), DEFAULTS).toArray();
    int scored = 0;
    int zero = 0;
    long bytes = 0;
    double nats = 0;
    double natsWithBytes = 0;
    for (int row = 0; row < 30; row++) {
      if (row % 7 != 3) {
        scored++;
        nats += losses[row];
        bytes += row % 5;
        zero += row % 5 == 0 ? 1 : 0;
        natsWithBytes += row % 5 == 0 ? 0 : losses[row];
      }
    }
    assertThat(report.scoredTokens()).isEqualTo(scored);
    assertThat(report.ignoredTokens()).isEqualTo(30 - scored);
    assertThat(report.scoredBytes()).isEqualTo(bytes);
    assertThat(report.zeroByteTokens()).isEqualTo(zero);
    assertThat(report.totalNats()).isCloseTo(nats, within(1e-12));
    assertThat(report.loss()).isCloseTo(nats / scored, within(1e-13));
    assertThat(report.loss()).isEqualTo(Losses.crossEntropy(logits(30), targets(30)));
    assertThat(report.bitsPerByte()).isCloseTo(natsWithBytes / Math.log(2) / bytes, within(1e-13));
  }

  @Test
  void theStandardErrorIsThatOfTheMean() {
    LossReport report = new LossAccumulator().add(logits(30), targets(30)).report();
    double[] losses = Losses.crossEntropyPerToken(logits(30), targets(30), DEFAULTS).toArray();
    double squares = 0;
    for (int row = 0; row < 30; row++) {
      squares += row % 7 == 3 ? 0 : Math.pow(losses[row] - report.loss(), 2);
    }
    long n = report.scoredTokens();
    assertThat(report.standardError()).isCloseTo(Math.sqrt(squares / (n - 1) / n), within(1e-13));
  }

  @Test
  void theStandardErrorOfFewOrEqualLosses() {
    FloatTensor one = FloatTensor.of(new float[][] {{1, 2, 3}});
    LossAccumulator accumulator = new LossAccumulator().add(one, IntTensor.of(0));
    assertThat(accumulator.report().standardError()).isNaN();
    for (int i = 0; i < 9; i++) {
      accumulator.add(one, IntTensor.of(0));
    }
    assertThat(accumulator.report().standardError()).isZero();
    FloatTensor masked = FloatTensor.of(new float[][] {{Float.NEGATIVE_INFINITY, 2, 3}});
    assertThat(accumulator.add(masked, IntTensor.of(0)).report().standardError()).isNaN();
  }

  /** Large equal losses with a small spread: the difference of squares would be all noise. */
  @Test
  void theStandardErrorDoesNotCancel() {
    LossAccumulator accumulator = new LossAccumulator();
    float[] gaps = {1_000_000, 1_000_001, 999_999};
    for (float gap : gaps) {
      FloatTensor row = FloatTensor.of(new float[][] {{0, gap}});
      accumulator.add(row, IntTensor.of(0));
    }
    assertThat(accumulator.report().loss()).isCloseTo(1e6, within(4e-7));
    assertThat(accumulator.report().standardError()).isCloseTo(Math.sqrt(1.0 / 3), within(1e-6));
  }

  @Test
  void weightsWeighTheMean() {
    float[] weights = new float[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      weights[c] = 0.1f * (c % 9);
    }
    CrossEntropyOptions options = DEFAULTS.classWeights(FloatTensor.of(weights));
    LossReport report = Metrics.evaluate(logits(30), targets(30), options);
    assertThat(report.loss()).isEqualTo(Losses.crossEntropy(logits(30), targets(30), options));
    assertThat(report.totalNats())
        .isEqualTo(Losses.crossEntropy(logits(30), targets(30), options.reduction(Reduction.SUM)));
    double[] losses = Losses.crossEntropyPerToken(logits(30), targets(30), options).toArray();
    double squares = 0;
    double total = 0;
    for (int row = 0; row < 30; row++) {
      if (row % 7 != 3) {
        double weight = weights[row * 13 % CLASSES];
        squares += Math.pow(losses[row] - report.loss() * weight, 2);
        total += weight;
      }
    }
    double n = report.scoredTokens();
    assertThat(report.standardError())
        .isCloseTo(Math.sqrt(n / (n - 1) * squares) / total, within(1e-13));
  }

  @Test
  void combiningIsAddingAll() {
    LossReport whole = new LossAccumulator().add(logits(30), targets(30), bytes(30)).report();
    LossAccumulator first = part(0, 11);
    LossAccumulator second = part(11, 30);
    LossReport ofSecond = second.report();
    assertThat(Combined.of(part(11, 30), part(0, 11)).report()).isEqualTo(whole);
    first.combine(second);
    assertThat(first.report()).isEqualTo(whole);
    assertThat(second.report()).isEqualTo(ofSecond);
    assertThat(Combined.of(first, new LossAccumulator()).report()).isEqualTo(whole);
    assertThat(Combined.of(new LossAccumulator(), first).report()).isEqualTo(whole);
  }

  private static LossAccumulator part(int from, int to) {
    return new LossAccumulator()
        .add(logits(30).slice(from, to), targets(30).slice(from, to), bytes(30).slice(from, to));
  }

  @Test
  void combiningWithItselfDoubles() {
    LossAccumulator accumulator = part(0, 30);
    LossReport once = accumulator.report();
    LossReport twice = Combined.of(accumulator, accumulator).report();
    assertThat(twice.loss()).isEqualTo(once.loss());
    assertThat(twice.totalNats()).isEqualTo(2 * once.totalNats());
    assertThat(twice.scoredTokens()).isEqualTo(2 * once.scoredTokens());
    assertThat(twice.scoredBytes()).isEqualTo(2 * once.scoredBytes());
  }

  @Test
  void onlyAlikeOptionsCombine() {
    CrossEntropyOptions smooth = DEFAULTS.labelSmoothing(0.1);
    LossAccumulator other = new LossAccumulator(smooth);
    assertThatThrownBy(() -> new LossAccumulator().combine(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "other has labelSmoothing 0.1, expected 0.0: combine accumulators of the same options");
    LossAccumulator weighted =
        new LossAccumulator(
            DEFAULTS.classWeights(FloatTensor.of(1, 2)).ignoreIndex(0).classAxis(1));
    assertThatThrownBy(() -> new LossAccumulator().combine(weighted))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "other has ignoreIndex 0, expected -100 and classWeights FloatTensor(2)[1.0, 2.0],"
                + " expected none and classAxis 1, expected -1: combine accumulators of the same"
                + " options");
    LossAccumulator alone = new LossAccumulator(DEFAULTS.parallel(false));
    assertThat(Combined.of(new LossAccumulator(), alone).report().scoredTokens()).isZero();
  }

  @Test
  void aRejectedBatchLeavesNothing() {
    LossAccumulator accumulator = part(0, 10);
    LossReport before = accumulator.report();
    FloatTensor logits = logits(2);
    assertThatThrownBy(() -> accumulator.add(logits, IntTensor.of(1, CLASSES)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "target at index (1) is 50, expected 0 <= target < 50 or the ignore index -100");
    assertThatThrownBy(() -> accumulator.add(logits, IntTensor.of(1, 2), IntTensor.of(1, -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "tokenBytes at index (1) is -1, expected 0 to 512: are targets and byte counts swapped?"
                + " For longer tokens, give their TokenBytes");
    assertThat(accumulator.report()).isEqualTo(before);
  }

  @Test
  void aNegativeByteCountIsRefusedForAnIgnoredTokenToo() {
    LossAccumulator accumulator = new LossAccumulator();
    IntTensor targets = IntTensor.of(1, -100);
    assertThatThrownBy(() -> accumulator.add(logits(2), targets, IntTensor.of(4, -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "tokenBytes at index (1) is -1, expected 0 to 512: are targets and byte counts swapped?"
                + " For longer tokens, give their TokenBytes");
    accumulator.add(logits(2), targets, IntTensor.of(4, 7));
    assertThat(accumulator.report().scoredBytes()).isEqualTo(4);
  }

  @Test
  void infiniteAndUndefinedLossesShow() {
    FloatTensor masked = FloatTensor.of(new float[][] {{Float.NEGATIVE_INFINITY, 2, 3}});
    FloatTensor broken = FloatTensor.of(new float[][] {{Float.NaN, 2, 3}});
    LossAccumulator accumulator = new LossAccumulator().add(masked, IntTensor.of(0));
    assertThat(accumulator.report().loss()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(accumulator.add(broken, IntTensor.of(0)).report().loss()).isNaN();
    assertThat(accumulator.report().scoredTokens()).isEqualTo(2);
  }
}
