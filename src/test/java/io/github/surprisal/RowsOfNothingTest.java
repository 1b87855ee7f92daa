/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tensors without an element, of up to 2^62 rows: what has no result per row is done at once. A row
 * of no class has the log-sum-exp −∞ and the loss NaN.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
final class RowsOfNothingTest {

  private static final int MOST = Integer.MAX_VALUE;

  private static final CrossEntropyOptions MEAN = CrossEntropyOptions.defaults();

  /** Class axis and shape; whether there are any rows. */
  private static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(2, true, new int[] {1 << 16, 1 << 16, 0}),
        Arguments.of(1, true, new int[] {MOST, 0, MOST}),
        Arguments.of(0, true, new int[] {0, MOST, MOST}),
        Arguments.of(-1, true, new int[] {MOST, MOST, 0}),
        Arguments.of(1, true, new int[] {3, 0}),
        Arguments.of(0, true, new int[] {0}),
        Arguments.of(0, false, new int[] {MOST, MOST, 0}),
        Arguments.of(1, false, new int[] {MOST, MOST, 0}),
        Arguments.of(1, false, new int[] {0, MOST, MOST}),
        Arguments.of(2, false, new int[] {0, MOST, MOST}),
        Arguments.of(2, false, new int[] {0, 0, 0}),
        Arguments.of(0, false, new int[] {5, 0}));
  }

  private static Stream<FloatTensor> tensors(int[] shape) {
    return Stream.of(
        FloatTensor.wrap(new float[0], shape),
        FloatTensor.wrap(FloatBuffer.allocate(0).asReadOnlyBuffer(), shape),
        FloatTensor.bfloat16(ShortBuffer.allocate(0), shape),
        FloatTensor.float16(ShortBuffer.allocate(0), shape));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void distributionsAreEmpty(int axis, boolean isAnyRow, int[] shape) {
    tensors(shape)
        .forEach(
            logits -> {
              assertThat(Losses.softmax(logits, axis).shape()).isEqualTo(logits.shape());
              assertThat(Losses.logSoftmax(logits, axis).shape()).isEqualTo(logits.shape());
              Losses.logSoftmaxInto(logits, new float[0]);
              assertThat(logits.reshape(shape)).isEqualTo(logits).hasToString(logits.toString());
            });
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void softTargetsHaveNoLoss(int axis, boolean isAnyRow, int[] shape) {
    Double sum = isAnyRow ? Double.NaN : 0;
    tensors(shape)
        .forEach(
            logits -> {
              for (CrossEntropyOptions mean :
                  new CrossEntropyOptions[] {
                    MEAN, MEAN.labelSmoothing(0.1), MEAN.parallel(false)
                  }) {
                CrossEntropyOptions options = mean.classAxis(axis);
                CrossEntropyOptions sums = options.reduction(Reduction.SUM);
                float[] out = new float[0];
                assertThat(Losses.crossEntropy(logits, logits, options)).isNaN();
                assertThat(Losses.crossEntropy(logits, logits, sums)).isEqualTo(sum);
                assertThat(Losses.crossEntropyWithGradient(logits, logits, options, out)).isNaN();
                assertThat(Losses.crossEntropyWithGradient(logits, logits, sums, out))
                    .isEqualTo(sum);
              }
              assertThat(Losses.klDivergence(logits, logits)).isNaN();
            });
  }

  @Test
  void moreRowsThanAnArrayHasRoomForAreRefused() {
    FloatTensor logits = FloatTensor.wrap(new float[0], 1 << 16, 1 << 16, 0);
    String message = "shape (65536, 65536) of 4294967296 elements does not fit an array";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.logSumExp(logits))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.klDivergencePerToken(logits, logits))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.crossEntropyPerToken(logits, logits, MEAN))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.crossEntropy(logits, IntTensor.of(-100)))
        .withMessage(
            "targets have shape (1), expected (65536, 65536) for logits of shape (65536, 65536, 0)");
  }

  /** 2^93 rows, which no shape can have. */
  @Test
  void moreRowsThanALongCanCount() {
    FloatTensor logits = FloatTensor.wrap(new float[0], MOST, MOST, MOST, 0);
    assertThat(Losses.softmax(logits).shape()).isEqualTo(logits.shape());
    assertThat(Losses.logSoftmax(logits, 3).shape()).isEqualTo(logits.shape());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.softmax(logits, 4))
        .withMessageContaining("class axis is 4, expected -4 <= axis < 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.crossEntropy(logits, logits, MEAN))
        .withMessage("shape (2147483647, 2147483647, 2147483647) has more than 2^63 - 1 elements");
  }

  @Test
  void everyRowHasItsResult() {
    FloatTensor logits = FloatTensor.wrap(new float[0], 300, 0, 1000);
    CrossEntropyOptions options = MEAN.classAxis(1);
    assertThat(Losses.logSumExp(logits, 1).toArray())
        .hasSize(300_000)
        .containsOnly(Double.NEGATIVE_INFINITY);
    assertThat(Losses.crossEntropyPerToken(logits, logits, options).toArray())
        .hasSize(300_000)
        .containsOnly(Double.NaN);
    FloatTensor last = FloatTensor.wrap(new float[0], 300, 1000, 0);
    assertThat(Losses.klDivergencePerToken(last, last).toArray())
        .hasSize(300_000)
        .containsOnly(Double.NaN);
  }

  /** Where there is no class every target is the ignore index. */
  @Test
  void targetsOfNoClass() {
    FloatTensor logits = FloatTensor.wrap(new float[0], 2, 0, 150_000);
    int[] ignored = new int[300_000];
    IntTensor targets = IntTensor.wrap(ignored, 2, 150_000);
    CrossEntropyOptions options = MEAN.classAxis(1).ignoreIndex(0);
    CrossEntropyOptions sums = options.reduction(Reduction.SUM);
    assertThat(Losses.crossEntropy(logits, targets, options)).isNaN();
    assertThat(Losses.crossEntropy(logits, targets, sums)).isZero();
    assertThat(Losses.crossEntropyWithGradient(logits, targets, sums, new float[0])).isZero();
    assertThat(Losses.nllLoss(logits, targets, sums)).isZero();
    assertThat(Losses.crossEntropyPerToken(logits, targets, options).toArray())
        .hasSize(300_000)
        .containsOnly(0);
    LossReport report = Metrics.evaluate(logits, targets, options);
    assertThat(report.ignoredTokens()).isEqualTo(300_000);
    assertThat(report.scoredTokens()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.crossEntropy(logits, targets, MEAN.classAxis(1)))
        .withMessage(
            "target at index (0, 0) is 0, expected 0 <= target < 0 or the ignore index -100");
  }
}
