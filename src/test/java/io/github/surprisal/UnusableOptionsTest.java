/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An option that would change a result and can't be honoured is refused, never passed over. */
final class UnusableOptionsTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final FloatTensor X = FloatTensor.of(new float[][] {{-1, -2}, {-3, -1.5f}});
  private static final FloatTensor P = FloatTensor.of(new float[][] {{0.5f, 0.5f}, {1, 0}});
  private static final IntTensor T = IntTensor.of(0, 1);

  private static final Unusable SUM =
      new Unusable(DEFAULTS.reduction(Reduction.SUM), "reduction is SUM, expected MEAN: ");
  private static final Unusable INDEX =
      new Unusable(DEFAULTS.ignoreIndex(1), "ignoreIndex is 1, expected a negative value: ");
  private static final Unusable SMOOTHING =
      new Unusable(DEFAULTS.labelSmoothing(0.1), "labelSmoothing is 0.1, expected 0: ");
  private static final Unusable WEIGHTS =
      new Unusable(
          DEFAULTS.classWeights(1, 2), "classWeights is FloatTensor(2)[1.0, 2.0], expected none: ");
  private static final Unusable[] ALL = {SUM, INDEX, SMOOTHING, WEIGHTS};

  /** Options with one that a method can't honour, and the message up to its reason. */
  private record Unusable(CrossEntropyOptions options, String message) {}

  private interface Method {
    Object with(CrossEntropyOptions options);
  }

  private static Object run(Runnable method) {
    method.run();
    return method;
  }

  private static Arguments method(String name, Method method, Unusable... options) {
    return Arguments.of(name, method, List.of(options));
  }

  /** Methods, and the options that they can't honour: the table in the options' Javadoc. */
  static Stream<Arguments> methods() {
    float[] out = new float[4];
    FloatBuffer buffer = FloatBuffer.wrap(new float[4]);
    return Stream.of(
        method("crossEntropy", o -> Losses.crossEntropy(X, T, o)),
        method("soft crossEntropy", o -> Losses.crossEntropy(X, P, o), INDEX),
        method("perToken", o -> Losses.crossEntropyPerToken(X, T, o), SUM),
        method("soft perToken", o -> Losses.crossEntropyPerToken(X, P, o), SUM, INDEX),
        method("perSequence", o -> Losses.perSequence(X, T, o), SUM),
        method(
            "predictions perSequence",
            o -> Predictions.perSequence(X, T, o),
            SUM,
            SMOOTHING,
            WEIGHTS),
        method("gradient", o -> Losses.crossEntropyWithGradient(X, T, o, out)),
        method("gradient in a buffer", o -> Losses.crossEntropyWithGradient(X, T, o, buffer)),
        method("soft gradient", o -> Losses.crossEntropyWithGradient(X, P, o, out), INDEX),
        method(
            "soft gradient in a buffer",
            o -> Losses.crossEntropyWithGradient(X, P, o, buffer),
            INDEX),
        method("nllLoss", o -> Losses.nllLoss(X, T, o), SMOOTHING),
        method("nllLossPerToken", o -> Losses.nllLossPerToken(X, T, o), SMOOTHING, SUM),
        method("klDivergence", o -> Losses.klDivergence(X, P, o), INDEX, SMOOTHING, WEIGHTS),
        method(
            "klDivergencePerToken",
            o -> Losses.klDivergencePerToken(X, P, o),
            SUM,
            INDEX,
            SMOOTHING,
            WEIGHTS),
        method("masked klDivergence", o -> Losses.klDivergence(X, P, T, o), SMOOTHING, WEIGHTS),
        method(
            "masked klDivergencePerToken",
            o -> Losses.klDivergencePerToken(X, P, T, o),
            SUM,
            SMOOTHING,
            WEIGHTS),
        method("softmax", o -> Losses.softmax(X, o), ALL),
        method("logSoftmax", o -> Losses.logSoftmax(X, o), ALL),
        method("logSumExp", o -> Losses.logSumExp(X, o), ALL),
        method("softmaxInto", o -> run(() -> Losses.softmaxInto(X, o, out)), ALL),
        method("logSoftmaxInto", o -> run(() -> Losses.logSoftmaxInto(X, o, out)), ALL));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("methods")
  void areRefusedWithWhatToDo(String name, Method method, List<Unusable> refused) {
    for (Unusable option : ALL) {
      if (refused.contains(option)) {
        assertThatIllegalArgumentException()
            .as("%s with %s", name, option)
            .isThrownBy(() -> method.with(option.options()))
            .withMessageStartingWith(option.message())
            .withMessageMatching(".*: [\\w-]+ .*"); // and then the reason
      } else {
        assertThatCode(() -> method.with(option.options()))
            .as("%s with %s", name, option)
            .doesNotThrowAnyException();
      }
    }
  }

  /** What is honoured changes the result; else this would prove nothing. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("methods")
  void allOthersAreHonoured(String name, Method method, List<Unusable> refused) {
    boolean isNumber = method.with(DEFAULTS) instanceof Double;
    for (Unusable option : ALL) {
      if (isNumber && !refused.contains(option)) {
        assertThat(method.with(option.options()))
            .as("%s with %s", name, option)
            .isNotEqualTo(method.with(DEFAULTS));
      }
    }
  }

  /** It is no class, so there is nothing that it could ignore. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("methods")
  void aNegativeIgnoreIndexPassesWhereThereAreNoTargets(
      String name, Method method, List<Unusable> refused) {
    assertThatCode(() -> method.with(DEFAULTS.ignoreIndex(-7))).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("methods")
  void parallelismIsAlwaysHonoured(String name, Method method, List<Unusable> refused) {
    assertThatCode(() -> method.with(DEFAULTS.parallel(false))).doesNotThrowAnyException();
  }

  /** They change reports alone. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("methods")
  void predictionsChangeNoLoss(String name, Method method, List<Unusable> refused) {
    Object loss = method.with(DEFAULTS.predictions(true));
    if (loss instanceof Double) {
      assertThat(loss).isEqualTo(method.with(DEFAULTS));
    }
  }
}
