/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every edge case that the library decides, in every form of the loss. */
final class EdgeCaseTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final CrossEntropyOptions SUM = DEFAULTS.reduction(Reduction.SUM);

  /** An ordinary row and its loss for target 0. */
  private static final float[] ORDINARY = {1, 2, 3};

  private static final double ORDINARY_LOSS = 2.4076059644443806;

  private static final float[] LOG_PROBABILITIES = {-1, -2, -3};

  private static FloatTensor rows(float[]... rows) {
    return FloatTensor.of(rows);
  }

  /** The same rows with the class axis first of the row's axes: (1, classes, rows). */
  private static FloatTensor transposed(float[]... rows) {
    float[] data = new float[rows.length * rows[0].length];
    for (int row = 0; row < rows.length; row++) {
      for (int c = 0; c < rows[0].length; c++) {
        data[c * rows.length + row] = rows[row][c];
      }
    }
    return FloatTensor.wrap(data, 1, rows[0].length, rows.length);
  }

  /** The losses of the rows, asserted to be the same in every form; the sum's gradient beside. */
  private static double[] losses(CrossEntropyOptions options, int[] targets, float[]... rows) {
    IntTensor flat = IntTensor.of(targets);
    double[] perToken = Losses.crossEntropyPerToken(rows(rows), flat, options).toArray();
    double[] onAxis1 =
        Losses.crossEntropyPerToken(
                transposed(rows), flat.reshape(1, targets.length), options.classAxis(1))
            .toArray();
    assertThat(onAxis1).isEqualTo(perToken);
    double sum = Arrays.stream(perToken).sum();
    CrossEntropyOptions summed = options.reduction(Reduction.SUM);
    same(Losses.crossEntropy(rows(rows), flat, summed), sum);
    float[] gradient = new float[rows.length * rows[0].length];
    same(Losses.crossEntropyWithGradient(rows(rows), flat, summed, gradient), sum);
    same(new LossAccumulator(options).add(rows(rows), flat).report().totalNats(), sum);
    return perToken;
  }

  private static void same(double got, double expected) {
    if (Double.isFinite(expected)) {
      assertThat(got).isCloseTo(expected, within(1e-12));
    } else {
      assertThat(Double.valueOf(got)).isEqualTo(Double.valueOf(expected));
    }
  }

  private static float[] gradient(CrossEntropyOptions options, int[] targets, float[]... rows) {
    float[] gradient = new float[rows.length * rows[0].length];
    Arrays.fill(gradient, 77);
    Losses.crossEntropyWithGradient(rows(rows), IntTensor.of(targets), options, gradient);
    return gradient;
  }

  private static void rejected(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void anIgnoredRowIsNeverRead() {
    float[] poison = {NAN, INF, -INF};
    double[] losses = losses(DEFAULTS, new int[] {-100, 0}, poison, ORDINARY);
    assertThat(losses[0]).isZero();
    assertThat(losses[1]).isCloseTo(ORDINARY_LOSS, within(4e-7));
    assertThat(gradient(DEFAULTS, new int[] {-100, 0}, poison, ORDINARY))
        .startsWith(0f, 0f, 0f)
        .doesNotContain(77f, NAN);
    LossReport report = Metrics.evaluate(rows(poison, ORDINARY), IntTensor.of(-100, 0));
    assertThat(report.ignoredTokens()).isEqualTo(1);
    assertThat(report.loss()).isEqualTo(losses[1]);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -100, -1, 0, 1, 2, 3, 255, Integer.MAX_VALUE})
  void anyIntMayBeTheIgnoreIndex(int ignoreIndex) {
    CrossEntropyOptions options = DEFAULTS.ignoreIndex(ignoreIndex);
    int other = ignoreIndex == 0 ? 1 : 0;
    double[] losses = losses(options, new int[] {ignoreIndex, other}, ORDINARY, ORDINARY);
    assertThat(losses[0]).isZero();
    assertThat(losses[1]).isPositive();
    same(
        Losses.nllLoss(
            rows(LOG_PROBABILITIES, LOG_PROBABILITIES), IntTensor.of(ignoreIndex, 2), options),
        ignoreIndex == 2 ? Double.NaN : 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, -1, -99, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aTargetThatIsNoClassIsRejectedBeforeAnythingIsWritten(int target) {
    FloatTensor logits = FloatTensor.wrap(new float[2 * 4 * 3], 2, 4, 3);
    IntTensor targets = IntTensor.of(new int[][] {{0, 1, 2, 0}, {0, target, -7, 0}});
    String message =
        "target at index (1, 1) is "
            + target
            + ", expected 0 <= target < 3 or the ignore index -100";
    float[] gradient = new float[24];
    LossAccumulator accumulator = new LossAccumulator();
    rejected(() -> Losses.crossEntropy(logits, targets), message);
    rejected(() -> Losses.crossEntropyPerToken(logits, targets, DEFAULTS), message);
    rejected(() -> Losses.crossEntropyWithGradient(logits, targets, DEFAULTS, gradient), message);
    rejected(() -> Losses.nllLoss(logits, targets, DEFAULTS), message);
    rejected(() -> Losses.nllLossPerToken(logits, targets, DEFAULTS), message);
    rejected(() -> accumulator.add(logits, targets), message);
    rejected(() -> Metrics.evaluate(logits, targets), message);
    rejected(() -> Metrics.perplexity(logits, targets, DEFAULTS), message);
    assertThat(gradient).containsOnly(0);
    assertThat(accumulator.report()).isEqualTo(new LossAccumulator().report());
    FloatTensor axis1 = FloatTensor.wrap(new float[2 * 4 * 3], 2, 3, 4);
    rejected(() -> Losses.crossEntropy(axis1, targets, DEFAULTS.classAxis(1)), message);
  }

  @Test
  void withNothingScoredTheMeanIsNaNAndTheSumZero() {
    IntTensor ignored = IntTensor.of(-100, -100);
    FloatTensor logits = rows(ORDINARY, ORDINARY);
    assertThat(Losses.crossEntropy(logits, ignored)).isNaN();
    assertThat(Losses.crossEntropy(logits, ignored, SUM)).isZero();
    assertThat(gradient(DEFAULTS, new int[] {-100, -100}, ORDINARY, ORDINARY)).containsOnly(0f);
    LossReport report = Metrics.evaluate(logits, ignored);
    assertThat(report.scoredTokens()).isZero();
    assertThat(report.ignoredTokens()).isEqualTo(2);
    assertThat(report.loss()).isNaN();
    assertThat(report.perplexity()).isNaN();
    assertThat(report.totalNats()).isZero();
    assertThat(Losses.crossEntropy(FloatTensor.wrap(new float[0], 0, 3), IntTensor.of())).isNaN();
    FloatTensor noClasses = FloatTensor.wrap(new float[0], 2, 0);
    assertThat(Losses.crossEntropy(noClasses, ignored, SUM)).isZero();
  }

  @Test
  void weightsThatAddUpToZeroGiveANaNMean() {
    IntTensor targets = IntTensor.of(0, 1);
    FloatTensor logits = rows(ORDINARY, ORDINARY);
    for (float[] weights : new float[][] {{0, 0, 1}, {1, -1, 1}}) {
      CrossEntropyOptions weighted = DEFAULTS.classWeights(FloatTensor.of(weights));
      for (double smoothing : new double[] {0, 0.1}) {
        CrossEntropyOptions options = weighted.labelSmoothing(smoothing);
        assertThat(Losses.crossEntropy(logits, targets, options)).isNaN();
        assertThat(Metrics.evaluate(logits, targets, options).loss()).isNaN();
        assertThat(Losses.crossEntropy(logits, targets, options.reduction(Reduction.SUM)))
            .isFinite();
      }
    }
  }

  @Test
  void minusInfinityAtAnotherClassIsOrdinary() {
    double[] losses = losses(DEFAULTS, new int[] {0}, new float[] {1, -INF, 2, 3, -INF});
    assertThat(losses[0]).isCloseTo(ORDINARY_LOSS, within(4e-7));
    assertThat(losses(DEFAULTS, new int[] {1}, new float[] {-INF, 5, -INF})[0]).isZero();
    assertThat(gradient(SUM, new int[] {1}, new float[] {-INF, 5, -INF})).containsOnly(0f);
  }

  @Test
  void minusInfinityAtTheTargetIsAnInfiniteLoss() {
    float[] masked = {-INF, 2, 3};
    double[] losses = losses(DEFAULTS, new int[] {0, 0}, masked, ORDINARY);
    assertThat(losses[0]).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(losses[1]).isFinite();
    assertThat(Losses.crossEntropy(rows(masked, ORDINARY), IntTensor.of(0, 0)))
        .isEqualTo(Double.POSITIVE_INFINITY);
    float[] gradient = gradient(SUM, new int[] {0}, masked);
    assertThat(gradient[0]).isEqualTo(-1);
    assertThat(gradient[1] + gradient[2]).isCloseTo(1, within(1e-6f));
    LossReport report = Metrics.evaluate(rows(masked), IntTensor.of(0));
    assertThat(report.perplexity()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Losses.logSoftmax(rows(masked)).get(0, 0)).isEqualTo(-INF);
    assertThat(Losses.softmax(rows(masked)).get(0, 0)).isZero();
  }

  @Test
  void smoothingOverMinusInfinityIsInfiniteUnlessTheClassHasWeightZero() {
    float[] masked = {1, -INF, 2, 3};
    CrossEntropyOptions smooth = DEFAULTS.labelSmoothing(0.1);
    for (int target : new int[] {0, 1, 3}) {
      assertThat(losses(smooth, new int[] {target}, masked))
          .containsExactly(Double.POSITIVE_INFINITY);
    }
    CrossEntropyOptions weighted = smooth.classWeights(FloatTensor.of(1, 0, 1, 1));
    double[] nll = losses(DEFAULTS, new int[] {0, 2, 3}, masked, masked, masked);
    double expected = 0.9 * nll[0] + 0.1 / 4 * (nll[0] + nll[1] + nll[2]);
    assertThat(losses(weighted, new int[] {0}, masked)[0]).isCloseTo(expected, within(4e-7));
    double share = 0.1 / 4 * (nll[0] + nll[1] + nll[2]);
    assertThat(losses(weighted, new int[] {1}, masked)[0]).isCloseTo(share, within(4e-7));
    CrossEntropyOptions hard = DEFAULTS.classWeights(FloatTensor.of(1, 0, 1, 1));
    assertThat(losses(hard, new int[] {1}, masked)).containsExactly(0.0);
  }

  @Test
  void aProbabilityOfZeroAtMinusInfinityCountsZero() {
    FloatTensor logits = rows(new float[] {1, -INF, 2, 3});
    FloatTensor oneHot = rows(new float[] {1, 0, 0, 0});
    double index = Losses.crossEntropy(logits, IntTensor.of(0));
    assertThat(Losses.crossEntropy(logits, oneHot, DEFAULTS)).isEqualTo(index);
    assertThat(Losses.crossEntropyPerToken(logits, oneHot, DEFAULTS).toArray())
        .containsExactly(index);
    float[] gradient = new float[4];
    assertThat(Losses.crossEntropyWithGradient(logits, oneHot, DEFAULTS, gradient))
        .isEqualTo(index);
    assertThat(gradient).isEqualTo(gradient(DEFAULTS, new int[] {0}, new float[] {1, -INF, 2, 3}));
    FloatTensor onMasked = rows(new float[] {0, 1, 0, 0});
    assertThat(Losses.crossEntropy(logits, onMasked, DEFAULTS)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Losses.crossEntropy(logits, oneHot, DEFAULTS.labelSmoothing(0.1)))
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void aRowThatIsNoDistributionIsNaN() {
    float[][] broken = {{NAN, 1, 2}, {1, NAN, 2}, {INF, 1, 2}, {1, INF, 2}, {-INF, -INF, -INF}};
    for (float[] row : broken) {
      for (double smoothing : new double[] {0, 0.1}) {
        CrossEntropyOptions options = DEFAULTS.labelSmoothing(smoothing);
        for (int target = 0; target < 3; target++) {
          double[] losses = losses(options, new int[] {target, 0}, row, ORDINARY);
          assertThat(losses[0]).isNaN();
          assertThat(losses[1]).isFinite();
        }
      }
      float[] gradient = gradient(SUM, new int[] {1, 0}, row, ORDINARY);
      assertThat(Arrays.copyOf(gradient, 3)).containsOnly(NAN);
      assertThat(Arrays.copyOfRange(gradient, 3, 6)).doesNotContain(NAN);
      assertThat(Losses.logSoftmax(rows(row)).toArray()).containsOnly(NAN);
      assertThat(Losses.softmax(rows(row)).toArray()).containsOnly(NAN);
      assertThat(Losses.crossEntropy(rows(row), rows(new float[] {1, 0, 0}), DEFAULTS)).isNaN();
    }
  }

  /** There is no index to ignore; a negative one means none, as the default does. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, Integer.MAX_VALUE})
  void probabilityTargetsRefuseAnIgnoreIndexThatCouldBeAClass(int ignoreIndex) {
    FloatTensor logits = rows(ORDINARY);
    FloatTensor p = rows(new float[] {0.5f, 0.25f, 0.25f});
    CrossEntropyOptions options = DEFAULTS.ignoreIndex(ignoreIndex);
    String message =
        "ignoreIndex is "
            + ignoreIndex
            + ", expected a negative value: probability targets have no index to ignore; leave those rows"
            + " out of both tensors";
    float[] gradient = {77, 77, 77};
    rejected(() -> Losses.crossEntropy(logits, p, options), message);
    rejected(() -> Losses.crossEntropyPerToken(logits, p, options), message);
    rejected(() -> Losses.crossEntropyWithGradient(logits, p, options, gradient), message);
    assertThat(gradient).containsOnly(77);
    double loss = Losses.crossEntropy(logits, p, DEFAULTS);
    for (int negative : new int[] {-1, -100, Integer.MIN_VALUE}) {
      assertThat(Losses.crossEntropy(logits, p, DEFAULTS.ignoreIndex(negative))).isEqualTo(loss);
    }
  }

  @Test
  void logSumExpKeepsItsInfinities() {
    FloatTensor logits =
        rows(new float[] {-INF, -INF}, new float[] {1, INF}, new float[] {NAN, INF});
    assertThat(Losses.logSumExp(logits).toArray())
        .containsExactly(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY, -Double.MIN_VALUE})
  void labelSmoothingIsAShare(double smoothing) {
    rejected(
        () -> DEFAULTS.labelSmoothing(smoothing),
        "labelSmoothing is " + smoothing + ", expected 0 to 1");
  }

  @Test
  void perplexityOverflowsWhereTheLossDoesNot() {
    assertThat(Metrics.perplexity(709.78)).isFinite();
    assertThat(Metrics.perplexity(709.79)).isEqualTo(Double.POSITIVE_INFINITY);
    LossReport report = Metrics.evaluate(rows(new float[] {0, 1000}), IntTensor.of(0));
    assertThat(report.perplexity()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(report.loss()).isCloseTo(1000, within(4e-7));
    assertThat(report.bitsPerToken()).isCloseTo(1000 / Math.log(2), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1, -Float.MAX_VALUE, Float.MAX_VALUE, Float.MIN_VALUE})
  void aVocabularyOfOneHasNoLoss(float logit) {
    float[] row = {logit};
    assertThat(losses(DEFAULTS, new int[] {0}, row)).containsExactly(0.0);
    assertThat(losses(DEFAULTS.labelSmoothing(0.3), new int[] {0}, row)).containsExactly(0.0);
    assertThat(gradient(SUM, new int[] {0}, row)).containsExactly(0f);
    assertThat(Losses.softmax(rows(row)).toArray()).containsExactly(1f);
    assertThat(Losses.logSoftmax(rows(row)).get(0, 0)).isZero();
  }

  @Test
  void tokensOfNoBytesCountNeitherNatsNorBytes() {
    FloatTensor logits = rows(ORDINARY, new float[] {0, 0, 0}, ORDINARY);
    IntTensor targets = IntTensor.of(0, 1, -100);
    LossReport report = Metrics.evaluate(logits, targets, IntTensor.of(3, 0, 9), DEFAULTS);
    assertThat(report.scoredTokens()).isEqualTo(2);
    assertThat(report.scoredBytes()).isEqualTo(3);
    assertThat(report.zeroByteTokens()).isEqualTo(1);
    double bits = ORDINARY_LOSS / Math.log(2) / 3;
    assertThat(report.bitsPerByte()).isCloseTo(bits, within(4e-7));
    LossReport none = Metrics.evaluate(logits, targets, IntTensor.of(0, 0, 9), DEFAULTS);
    assertThat(none.bitsPerByte()).isNaN();
    assertThat(none.zeroByteTokens()).isEqualTo(2);
    assertThat(Metrics.bitsPerByte(1.5, 10, 0)).isNaN();
  }

  @Test
  void whatDoesNotFitIsRejectedWithBothShapes() {
    FloatTensor logits = FloatTensor.wrap(new float[12], 2, 2, 3);
    IntTensor targets = IntTensor.of(0, 1);
    rejected(
        () -> Losses.crossEntropy(logits, targets),
        "targets have shape (2), expected (2, 2) for logits of shape (2, 2, 3)");
    rejected(
        () -> Losses.crossEntropy(logits, FloatTensor.of(1, 0, 0), DEFAULTS),
        "probabilities have shape (3), expected (2, 2, 3), the shape of the logits");
    rejected(
        () -> Losses.crossEntropy(FloatTensor.scalar(1), IntTensor.scalar(0)),
        "logits have shape (), expected a class axis");
    rejected(
        () -> Losses.logSoftmax(logits, 3),
        "class axis is 3, expected -3 <= axis < 3 for logits of shape (2, 2, 3)");
    rejected(
        () -> Losses.klDivergence(logits, FloatTensor.of(1, 2)),
        "logitsQ has shape (2), expected (2, 2, 3), the shape of logitsP");
    IntTensor zeros = IntTensor.of(new int[2][2]);
    rejected(
        () -> Losses.crossEntropyWithGradient(logits, zeros, DEFAULTS, new float[11]),
        "gradientOut has 11 elements, expected at least 12 for logits of shape (2, 2, 3)");
    rejected(
        () -> Losses.logSoftmaxInto(logits, new float[3]),
        "out has 3 elements, expected at least 12 for logits of shape (2, 2, 3)");
    rejected(
        () -> Losses.crossEntropy(logits, zeros, DEFAULTS.classWeights(FloatTensor.of(1, 2))),
        "classWeights has 2 elements, expected one for each of the 3 classes");
    rejected(
        () -> Losses.nllLoss(logits, zeros, DEFAULTS.labelSmoothing(0.1)),
        "labelSmoothing is 0.1, expected 0: log-probabilities are not smoothed; give the logits to"
            + " crossEntropy");
  }

  @Test
  void byteCountsAreChecked() {
    FloatTensor logits = rows(ORDINARY, ORDINARY);
    IntTensor targets = IntTensor.of(0, 1);
    rejected(
        () -> Metrics.evaluate(logits, targets, IntTensor.of(3, -1), DEFAULTS),
        "tokenBytes at index (1) is -1, expected 0 to 512: are targets and byte counts swapped?"
            + " For longer tokens, give their TokenBytes");
    rejected(
        () -> Metrics.evaluate(logits, targets, IntTensor.of(3), DEFAULTS),
        "tokenBytes have shape (1), expected the shape of the targets, (2)");
    rejected(() -> Metrics.bitsPerByte(1, -1, 1), "tokens is -1, expected 0 or more");
    rejected(() -> Metrics.bitsPerByte(1, 1, -2), "bytes is -2, expected 0 or more");
  }

  @Test
  void divergenceHasItsOwnConventions() {
    FloatTensor p = rows(new float[] {1, -INF, 2});
    FloatTensor q = rows(new float[] {1, 0, -INF});
    assertThat(Losses.klDivergence(p, p)).isZero();
    assertThat(Losses.klDivergence(p, q)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Losses.klDivergence(p, rows(ORDINARY))).isPositive().isFinite();
    assertThat(Losses.klDivergence(rows(new float[] {NAN, 1, 2}), rows(ORDINARY))).isNaN();
    assertThat(Losses.klDivergence(rows(ORDINARY), rows(new float[] {INF, 1, 2}))).isNaN();
    FloatTensor allMasked = rows(new float[] {-INF, -INF, -INF});
    assertThat(Losses.klDivergence(rows(ORDINARY), allMasked)).isNaN();
  }
}
