/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Named.named;

import io.github.surprisal.text.Window;
import io.github.surprisal.text.WindowBatch;
import io.github.surprisal.text.WindowPlan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The forms of each loss: without options, with an axis, into arrays and buffers, on one thread.
 */
final class LossFormsTest {
  private static final int ROWS = 6;
  private static final int CLASSES = 5;
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final float[] VALUES = values(1, ROWS * CLASSES);
  private static final FloatTensor LOGITS = FloatTensor.wrap(VALUES, ROWS, CLASSES);
  private static final FloatTensor OTHERS =
      FloatTensor.wrap(values(2, ROWS * CLASSES), ROWS, CLASSES);
  private static final FloatTensor LOG_PROBS = Losses.logSoftmax(LOGITS);
  private static final FloatTensor PROBABILITIES = Losses.softmax(OTHERS);
  private static final IntTensor TARGETS = IntTensor.of(0, 4, -100, 2, 1, 3);

  private static float[] values(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (3 * random.nextGaussian());
    }
    return values;
  }

  @Test
  void reportsWithoutOptionsTakeTheDefaults() {
    IntTensor bytes = IntTensor.of(3, 1, 0, 4, 2, 2);
    TokenBytes vocabulary = TokenBytes.of(new byte[][] {{1}, {2, 3}, {4}, {5, 6, 7}, {}});
    assertThat(Metrics.perplexity(LOGITS, TARGETS))
        .isEqualTo(Metrics.perplexity(LOGITS, TARGETS, DEFAULTS));
    assertThat(Metrics.evaluate(LOGITS, TARGETS, bytes))
        .isEqualTo(Metrics.evaluate(LOGITS, TARGETS, bytes, DEFAULTS));
    assertThat(Metrics.evaluate(LOGITS, TARGETS, vocabulary))
        .isEqualTo(Metrics.evaluate(LOGITS, TARGETS, vocabulary, DEFAULTS));
  }

  @Test
  void formsWithoutOptionsTakeTheDefaults() {
    assertThat(Losses.crossEntropy(LOGITS, PROBABILITIES))
        .isEqualTo(Losses.crossEntropy(LOGITS, PROBABILITIES, DEFAULTS));
    assertThat(Losses.crossEntropyPerToken(LOGITS, TARGETS))
        .isEqualTo(Losses.crossEntropyPerToken(LOGITS, TARGETS, DEFAULTS));
    assertThat(Losses.crossEntropyPerToken(LOGITS, PROBABILITIES))
        .isEqualTo(Losses.crossEntropyPerToken(LOGITS, PROBABILITIES, DEFAULTS));
    assertThat(Losses.nllLoss(LOG_PROBS, TARGETS))
        .isEqualTo(Losses.nllLoss(LOG_PROBS, TARGETS, DEFAULTS))
        .isCloseTo(Losses.crossEntropy(LOGITS, TARGETS), within(1e-6));
    assertThat(Losses.nllLossPerToken(LOG_PROBS, TARGETS))
        .isEqualTo(Losses.nllLossPerToken(LOG_PROBS, TARGETS, DEFAULTS));
    assertThat(Losses.klDivergence(LOGITS, OTHERS))
        .isEqualTo(Losses.klDivergence(LOGITS, OTHERS, DEFAULTS));
    assertThat(Losses.klDivergencePerToken(LOGITS, OTHERS))
        .isEqualTo(Losses.klDivergencePerToken(LOGITS, OTHERS, DEFAULTS));
    float[] expected = new float[VALUES.length];
    float[] got = new float[VALUES.length];
    double loss = Losses.crossEntropyWithGradient(LOGITS, TARGETS, DEFAULTS, expected);
    assertThat(Losses.crossEntropyWithGradient(LOGITS, TARGETS, got)).isEqualTo(loss);
    assertThat(got).isEqualTo(expected);
    double soft = Losses.crossEntropyWithGradient(LOGITS, PROBABILITIES, DEFAULTS, expected);
    assertThat(Losses.crossEntropyWithGradient(LOGITS, PROBABILITIES, got)).isEqualTo(soft);
    assertThat(got).isEqualTo(expected);
  }

  /** But for token weights: they come last of the tensors, before options. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        Losses.class,
        Targets.class,
        Window.class,
        WindowBatch.class,
        WindowPlan.class,
        LossAccumulator.class,
        ComparisonAccumulator.class
      })
  void everyMethodWithOptionsHasAFormWithout(Class<?> type) {
    List<String> forms =
        Stream.concat(Arrays.stream(type.getMethods()), Arrays.stream(type.getConstructors()))
            .map(form -> form.getName() + Arrays.toString(form.getParameterTypes()))
            .toList();
    String options = CrossEntropyOptions.class.toString();
    String weighted = "Tensor, class .*Tensor, " + FloatTensor.class + ", " + options;
    for (String form : forms) {
      boolean isWeighted = Pattern.compile(weighted).matcher(form).find();
      if (form.contains(options) && !form.contains("collector") && !isWeighted) {
        String without = form.replace(", " + options, "").replace(options, "");
        assertThat(forms).as(form).contains(without);
      }
    }
  }

  @Test
  void everyLossHasAFormPerToken() {
    List<String> forms =
        Arrays.stream(Losses.class.getMethods())
            .map(form -> form.getName() + Arrays.toString(form.getParameterTypes()))
            .toList();
    for (String loss : List.of("crossEntropy[", "nllLoss[", "klDivergence[")) {
      assertThat(forms)
          .filteredOn(form -> form.startsWith(loss))
          .hasSizeGreaterThan(1)
          .allSatisfy(form -> assertThat(forms).contains(form.replace("[", "PerToken[")));
    }
  }

  @Test
  void optionsChooseTheAxisOfDistributions() {
    FloatTensor planes = FloatTensor.wrap(VALUES, 2, 3, CLASSES);
    FloatTensor others = OTHERS.reshape(2, 3, CLASSES);
    for (int axis = -3; axis < 3; axis++) {
      CrossEntropyOptions options = DEFAULTS.classAxis(axis);
      assertThat(Losses.softmax(planes, options)).isEqualTo(Losses.softmax(planes, axis));
      assertThat(Losses.logSoftmax(planes, options)).isEqualTo(Losses.logSoftmax(planes, axis));
      assertThat(Losses.logSumExp(planes, options)).isEqualTo(Losses.logSumExp(planes, axis));
    }
    FloatTensor byClass = columns(LOGITS);
    FloatTensor othersByClass = columns(OTHERS);
    assertThat(Losses.klDivergencePerToken(byClass, othersByClass, DEFAULTS.classAxis(0)))
        .isEqualTo(Losses.klDivergencePerToken(LOGITS, OTHERS));
    assertThat(Losses.klDivergence(byClass, othersByClass, DEFAULTS.classAxis(0)))
        .isEqualTo(Losses.klDivergence(planes, others));
  }

  private static FloatTensor columns(FloatTensor rows) {
    float[] columns = new float[VALUES.length];
    for (int i = 0; i < columns.length; i++) {
      columns[i % CLASSES * ROWS + i / CLASSES] = rows.get(i / CLASSES, i % CLASSES);
    }
    return FloatTensor.wrap(columns, CLASSES, ROWS);
  }

  @Test
  void divergencesAddUpWhereAsked() {
    CrossEntropyOptions sum = DEFAULTS.reduction(Reduction.SUM);
    DoubleTensor each = Losses.klDivergencePerToken(LOGITS, OTHERS);
    assertThat(Losses.klDivergence(LOGITS, OTHERS, sum)).isEqualTo(each.sum());
    assertThat(Losses.klDivergence(LOGITS, OTHERS)).isEqualTo(each.mean());
    FloatTensor noRow = FloatTensor.wrap(new float[0], 0, 3);
    assertThat(Losses.klDivergence(noRow, noRow, sum)).isZero();
    assertThat(Losses.klDivergence(noRow, noRow)).isNaN();
    FloatTensor noClass = FloatTensor.wrap(new float[0], 3, 0);
    assertThat(Losses.klDivergence(noClass, noClass, sum)).isNaN();
  }

  @Test
  void distributionsGoIntoArraysAlongAnyAxis() {
    FloatTensor planes = FloatTensor.wrap(VALUES, 2, 3, CLASSES);
    for (int axis = 0; axis < 3; axis++) {
      CrossEntropyOptions options = DEFAULTS.classAxis(axis);
      float[] logs = Losses.logSoftmax(planes, axis).toArray();
      float[] probabilities = Losses.softmax(planes, axis).toArray();
      int along = axis;
      assertWritten(logs, out -> Losses.logSoftmaxInto(planes, along, out));
      assertWritten(logs, out -> Losses.logSoftmaxInto(planes, options, out));
      assertWritten(probabilities, out -> Losses.softmaxInto(planes, along, out));
      assertWritten(probabilities, out -> Losses.softmaxInto(planes, options, out));
    }
    assertWritten(LOG_PROBS.toArray(), out -> Losses.logSoftmaxInto(LOGITS, out));
    assertWritten(Losses.softmax(LOGITS).toArray(), out -> Losses.softmaxInto(LOGITS, out));
    float[] inPlace = VALUES.clone();
    Losses.softmaxInto(FloatTensor.wrap(inPlace, ROWS, CLASSES), inPlace);
    assertThat(inPlace).isEqualTo(Losses.softmax(LOGITS).toArray());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.softmaxInto(LOGITS, new float[7]))
        .withMessage("out has 7 elements, expected at least 30 for logits of shape (6, 5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.softmaxInto(LOGITS, 2, new float[30]))
        .withMessage("class axis is 2, expected -2 <= axis < 2 for logits of shape (6, 5)");
  }

  private static void assertWritten(float[] expected, Consumer<float[]> into) {
    float[] out = new float[expected.length + 2];
    Arrays.fill(out, 7);
    into.accept(out);
    assertThat(Arrays.copyOf(out, expected.length)).isEqualTo(expected);
    assertThat(out).endsWith(7f, 7f);
  }

  static List<Named<FloatBuffer>> buffers() {
    int bytes = 4 * (VALUES.length + 3);
    return List.of(
        named("array", FloatBuffer.wrap(new float[VALUES.length + 3])),
        named("part of an array", FloatBuffer.wrap(new float[50], 4, 40).slice()),
        named("heap bytes", ByteBuffer.allocate(bytes).asFloatBuffer()),
        named("direct", ByteBuffer.allocateDirect(bytes).asFloatBuffer()),
        named(
            "direct, little-endian",
            ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()));
  }

  @ParameterizedTest
  @MethodSource("buffers")
  void gradientsGoIntoBuffersFromTheirPosition(FloatBuffer buffer) {
    CrossEntropyOptions sum = DEFAULTS.reduction(Reduction.SUM);
    float[] expected = new float[VALUES.length];
    double mean = Losses.crossEntropyWithGradient(LOGITS, TARGETS, expected);
    assertGradient(
        expected, mean, buffer, out -> Losses.crossEntropyWithGradient(LOGITS, TARGETS, out));
    double total = Losses.crossEntropyWithGradient(LOGITS, TARGETS, sum, expected);
    assertGradient(
        expected, total, buffer, out -> Losses.crossEntropyWithGradient(LOGITS, TARGETS, sum, out));
    double soft = Losses.crossEntropyWithGradient(LOGITS, PROBABILITIES, expected);
    assertGradient(
        expected, soft, buffer, out -> Losses.crossEntropyWithGradient(LOGITS, PROBABILITIES, out));
    double softSum = Losses.crossEntropyWithGradient(LOGITS, PROBABILITIES, sum, expected);
    assertGradient(
        expected,
        softSum,
        buffer,
        out -> Losses.crossEntropyWithGradient(LOGITS, PROBABILITIES, sum, out));
  }

  private interface Gradient {
    double into(FloatBuffer out);
  }

  private static void assertGradient(
      float[] expected, double loss, FloatBuffer buffer, Gradient gradient) {
    buffer.clear();
    for (int i = 0; i < buffer.limit(); i++) {
      buffer.put(i, 7);
    }
    buffer.position(2);
    assertThat(gradient.into(buffer)).isEqualTo(loss);
    assertThat(buffer.position()).isEqualTo(2);
    float[] got = new float[expected.length];
    buffer.get(2, got);
    assertThat(got).isEqualTo(expected);
    assertThat(buffer.get(1)).isEqualTo(7);
    assertThat(buffer.get(2 + expected.length)).isEqualTo(7);
  }

  /** Which an array that is given as such may not do. */
  @Test
  void aBufferMayTakeThePlaceOfLogitsThatBeginAnywhere() {
    float[] expected = new float[VALUES.length];
    double loss = Losses.crossEntropyWithGradient(LOGITS, TARGETS, expected);
    float[] memory = new float[VALUES.length + 9];
    System.arraycopy(VALUES, 0, memory, 9, VALUES.length);
    FloatTensor logits = FloatTensor.wrapAt(memory, 9, ROWS, CLASSES);
    FloatBuffer place = FloatBuffer.wrap(memory, 9, VALUES.length);
    assertThat(Losses.crossEntropyWithGradient(logits, TARGETS, place)).isEqualTo(loss);
    assertThat(Arrays.copyOfRange(memory, 9, memory.length)).isEqualTo(expected);
    assertThat(Arrays.copyOf(memory, 9)).containsOnly(0);
  }

  @Test
  void aBufferMayTakeThePlaceOfProbabilities() {
    float[] expected = new float[VALUES.length];
    double loss = Losses.crossEntropyWithGradient(LOGITS, PROBABILITIES, expected);
    float[] memory = PROBABILITIES.toArray();
    for (FloatBuffer place :
        List.of(FloatBuffer.wrap(memory), FloatBuffer.wrap(memory).asReadOnlyBuffer())) {
      System.arraycopy(PROBABILITIES.toArray(), 0, memory, 0, memory.length);
      FloatTensor probabilities = FloatTensor.wrap(place, ROWS, CLASSES);
      FloatBuffer out = FloatBuffer.wrap(memory);
      assertThat(Losses.crossEntropyWithGradient(LOGITS, probabilities, out)).isEqualTo(loss);
      assertThat(memory).isEqualTo(expected);
    }
  }

  @Test
  void buffersThatCanNotTakeAGradientAreRefused() {
    FloatBuffer tooShort = FloatBuffer.allocate(VALUES.length).position(1);
    FloatBuffer readOnly = FloatBuffer.allocate(VALUES.length).asReadOnlyBuffer();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.crossEntropyWithGradient(LOGITS, TARGETS, tooShort))
        .withMessage(
            "gradientOut has 29 elements, expected at least 30 for logits of shape (6, 5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.crossEntropyWithGradient(LOGITS, PROBABILITIES, readOnly))
        .withMessage("gradientOut is read-only, expected a buffer to write to");
  }

  /** A method that would use several threads, unless its options forbid it. */
  private interface Call {
    Object with(CrossEntropyOptions options);
  }

  static Stream<Named<Call>> callsThatSpreadRows() {
    float[] values = new float[1 << 19];
    float[] out = new float[values.length];
    FloatTensor x = FloatTensor.wrap(values, 1 << 9, 1 << 10);
    return Stream.of(
        named("softmax", o -> Losses.softmax(x, o)),
        named("logSoftmax", o -> Losses.logSoftmax(x, o)),
        named("logSumExp", o -> Losses.logSumExp(x, o)),
        named("klDivergence", o -> Losses.klDivergence(x, x, o)),
        named("klDivergencePerToken", o -> Losses.klDivergencePerToken(x, x, o)),
        named("softmaxInto", o -> run(() -> Losses.softmaxInto(x, o, out))),
        named("logSoftmaxInto", o -> run(() -> Losses.logSoftmaxInto(x, o, out))));
  }

  private static Object run(Runnable call) {
    call.run();
    return call;
  }

  @ParameterizedTest
  @MethodSource("callsThatSpreadRows")
  void oneThreadIsEnoughWhereNoOtherIsAllowed(Call call) throws Exception {
    assertThat(threadsOf(() -> call.with(DEFAULTS))).isGreaterThan(1);
    assertThat(threadsOf(() -> call.with(DEFAULTS.parallel(false)))).isEqualTo(1);
  }

  private static int threadsOf(Runnable call) throws Exception {
    ForkJoinPool pool = new ForkJoinPool(4);
    try {
      pool.submit(call).get();
      return pool.getPoolSize();
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void pointwiseDivergencesTakePBeforeQ() {
    FloatTensor logP = Losses.logSoftmax(OTHERS);
    DoubleTensor each = Losses.klDivergencePointwise(PROBABILITIES, LOG_PROBS);
    double mean = Losses.klDivergence(OTHERS, LOGITS);
    assertThat(each.sum() / ROWS).isCloseTo(mean, within(1e-6));
    DoubleTensor ofLogs = Losses.klDivergencePointwiseOfLogs(logP, LOG_PROBS);
    assertThat(ofLogs.sum() / ROWS).isCloseTo(mean, within(1e-6));
    assertThat(each.shape()).isEqualTo(LOGITS.shape());
  }

  /** PyTorch's {@code kl_div} takes log q first. */
  @Test
  void pointwiseDivergencesRefuseTheOtherOrder() {
    FloatTensor p = FloatTensor.of(new float[][] {{0.5f, 0.5f}, {1, 0}});
    FloatTensor logQ = FloatTensor.of(new float[][] {{0, -1}, {-2, -3}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.klDivergencePointwise(logQ, p))
        .withMessage(
            "probabilitiesP has negative elements and logProbsQ positive ones, expected P first, as"
                + " probabilities, then Q, as logarithms");
  }
}
