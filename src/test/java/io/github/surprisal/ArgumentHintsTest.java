/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A message of a usual mistake says what to do. */
final class ArgumentHintsTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();

  private static FloatTensor floats(int... shape) {
    return FloatTensor.wrap(new float[(int) Shape.of(shape).size()], shape);
  }

  private static IntTensor ints(int... shape) {
    return IntTensor.wrap(new int[(int) Shape.of(shape).size()], shape);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  @Test
  void classesAlongAnotherAxis() {
    refused(
        () -> Losses.crossEntropy(floats(2, 50, 7), ints(2, 7)),
        "targets have shape (2, 7), expected (2, 50) for logits of shape (2, 50, 7); if the classes"
            + " are along axis 1, set classAxis(1) in CrossEntropyOptions");
    refused(
        () -> Metrics.evaluate(floats(2, 7, 50), ints(2, 7), DEFAULTS.classAxis(1)),
        "targets have shape (2, 7), expected (2, 50) for logits of shape (2, 7, 50); if the classes"
            + " are along axis 2, set classAxis(-1) in CrossEntropyOptions");
    refused(
        () -> Losses.crossEntropy(floats(2, 50, 7), ints(2, 8)),
        "targets have shape (2, 8), expected (2, 50) for logits of shape (2, 50, 7)");
  }

  @Test
  void targetsOnePositionOff() {
    String hint =
        "; Targets.nextToken(tokens) has a target for every position: keep the logits of" + " all";
    refused(
        () -> Losses.crossEntropy(floats(2, 7, 50), ints(2, 8)),
        "targets have shape (2, 8), expected (2, 7) for logits of shape (2, 7, 50)" + hint);
    refused(
        () -> Losses.crossEntropyPerToken(floats(8, 50), ints(7)),
        "targets have shape (7), expected (8) for logits of shape (8, 50)" + hint);
    refused(
        () -> Losses.crossEntropy(floats(2, 7, 50), ints(2, 9)),
        "targets have shape (2, 9), expected (2, 7) for logits of shape (2, 7, 50)");
    refused(
        () -> Losses.crossEntropy(floats(2, 7, 50), ints(3, 8)),
        "targets have shape (3, 8), expected (2, 7) for logits of shape (2, 7, 50)");
    refused(
        () -> Losses.crossEntropy(floats(50), ints(1)),
        "targets have shape (1), expected () for logits of shape (50)");
  }

  @Test
  void classesGivenAsFloats() {
    String mismatch = "probabilities have shape (3), expected (3, 5), the shape of the logits";
    refused(
        () -> Losses.crossEntropy(floats(3, 5), FloatTensor.of(4, 0, -100)),
        mismatch + "; whole numbers, one a row, look like classes: these go into an IntTensor");
    refused(() -> Losses.crossEntropy(floats(3, 5), FloatTensor.of(0.5f, 0, 1)), mismatch);
    refused(
        () -> Losses.crossEntropyPerToken(floats(3, 5), floats(3, 4)),
        "probabilities have shape (3, 4), expected (3, 5), the shape of the logits");
  }

  @Test
  void logitsGivenAsLogProbabilities() {
    FloatTensor logits = FloatTensor.of(new float[][] {{-1, 9}, {-2, 2.5f}, {3, -4}});
    String message =
        "the log-probability of target 1 at index (1) is 2.5, expected 0 or less: logProbs look"
            + " like logits, which go to crossEntropy";
    refused(() -> Losses.nllLoss(logits, IntTensor.of(0, 1, 0)), message);
    refused(() -> Losses.nllLossPerToken(logits, IntTensor.of(0, 1, 0)), message);
    // Only targets are read, and of scored rows alone.
    assertThat(Losses.nllLoss(logits, IntTensor.of(0, -100, 1))).isEqualTo(2.5);
    FloatTensor byClass = FloatTensor.of(new float[][] {{-1, -2, 3}, {9, 2.5f, -4}});
    refused(() -> Losses.nllLoss(byClass, IntTensor.of(0, 1, 0), DEFAULTS.classAxis(0)), message);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Losses.nllLoss(FloatTensor.of(Float.POSITIVE_INFINITY), IntTensor.scalar(0)));
  }

  @Test
  void targetsInTheWrongByteOrder() {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(3).putInt(49).flip().order(ByteOrder.BIG_ENDIAN);
    IntTensor targets = IntTensor.wrap(bytes.asIntBuffer(), 2);
    refused(
        () -> Losses.crossEntropy(floats(2, 50), targets),
        "target at index (0) is 50331648, expected 0 <= target < 50 or the ignore index -100; in"
            + " the other byte order it is 3: set the order of a ByteBuffer before asIntBuffer");
  }

  @Test
  void argumentsAreCalledByTheirNames() {
    refused(
        () -> Losses.nllLoss(floats(2, 3), ints(3, 3)),
        "targets have shape (3, 3), expected (2) for logProbs of shape (2, 3)");
    refused(
        () -> Losses.klDivergence(floats(2, 3), floats(2, 3), DEFAULTS.classAxis(2)),
        "class axis is 2, expected -2 <= axis < 2 for logitsP of shape (2, 3)");
    refused(
        () -> Losses.nllLoss(FloatTensor.scalar(-1), IntTensor.scalar(0)),
        "logProbs have shape (), expected a class axis");
  }

  @Test
  void aLittleAboveZeroIsRounding() {
    FloatTensor rounded = FloatTensor.of(1e-5f, -20);
    assertThat(Losses.nllLoss(rounded, IntTensor.scalar(0))).isCloseTo(-1e-5, within(1e-11));
    FloatTensor more = FloatTensor.of(Math.nextUp(1e-5f), -20);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.nllLoss(more, IntTensor.scalar(0)));
    assertThat(Losses.nllLoss(FloatTensor.of(Float.NaN, 1), IntTensor.scalar(0))).isNaN();
  }

  @Test
  void weightsAsFewNumbers() {
    assertThat(DEFAULTS.classWeights(1, 0.5f))
        .isEqualTo(DEFAULTS.classWeights(FloatTensor.of(1, 0.5f)));
    assertThat(DEFAULTS.classWeights()).isEmpty();
  }
}
