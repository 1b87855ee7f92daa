/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A call allocates a few objects, however many logits it is given: above all not a vector an
 * iteration, as HotSpot does where it can't see through a loop, often only in a program that has
 * used many kinds of vectors.
 */
class AllocationTest {

  private static final int ROWS = 40;
  private static final int CLASSES = 9_270; // tiles read at several places, and a bit more

  /**
   * The objects of a call are 1,000 to 2,000 bytes; in some JVMs, HotSpot leaves a few vectors for
   * each row besides, 16,000 bytes. One vector a tile would be 28,000.
   */
  private static final int MOST_BYTES = 20_000;

  private static final CrossEntropyOptions DEFAULTS =
      CrossEntropyOptions.defaults().parallel(false);

  static List<Named<Runnable>> calls() {
    float[] x = AdversarialRows.normal(ROWS * CLASSES, new Random(11), 3, 0);
    float[] out = new float[x.length];
    float[] place = x.clone();
    float[] weights = new float[CLASSES];
    Arrays.fill(weights, 0.5f);
    FloatTensor logits = FloatTensor.wrap(x, ROWS, CLASSES);
    float[] half = x.clone();
    for (int i = 0; i < half.length; i += 2) {
      half[i] = Float.NEGATIVE_INFINITY;
    }
    FloatTensor masked = FloatTensor.wrap(half, ROWS, CLASSES);
    int shortRows = ROWS * 9;
    FloatTensor shortOnes = FloatTensor.wrap(x, shortRows, CLASSES / 9);
    FloatTensor maskedShortOnes = FloatTensor.wrap(half, shortRows, CLASSES / 9);
    IntTensor targetsOfShortOnes = IntTensor.wrap(new int[shortRows], shortRows);
    FloatTensor few =
        FloatTensor.of(Arrays.copyOf(x, 20 * CLASSES))
            .reshape(20, CLASSES); // so that it stays on this thread
    float[] fewOut = new float[20 * CLASSES];
    FloatTensor sideBySide = FloatTensor.wrap(x, 1, CLASSES, ROWS);
    FloatTensor inPlace = FloatTensor.wrap(place, ROWS, CLASSES);
    FloatTensor direct = Route.DIRECT_LITTLE_ENDIAN.tensor(x, ROWS, CLASSES);
    FloatTensor bfloat16 = FloatTensor.bfloat16(upperHalves(x), ROWS, CLASSES);
    FloatTensor float16 = FloatTensor.float16(upperHalves(x), ROWS, CLASSES);
    float[] uniform = new float[x.length];
    Arrays.fill(uniform, 1f / CLASSES);
    FloatTensor soft = FloatTensor.wrap(uniform, ROWS, CLASSES);
    IntTensor targets = IntTensor.wrap(IntStream.range(0, ROWS).toArray(), ROWS);
    FloatTensor tokenWeights = FloatTensor.wrap(Arrays.copyOf(weights, ROWS), ROWS);
    IntTensor targetsOfOne = IntTensor.wrap(IntStream.range(0, ROWS).toArray(), 1, ROWS);
    CrossEntropyOptions smoothed = DEFAULTS.labelSmoothing(0.1);
    CrossEntropyOptions weighted = DEFAULTS.classWeights(FloatTensor.wrap(weights, CLASSES));
    CrossEntropyOptions axis1 = DEFAULTS.classAxis(1);
    DistillationOptions distilled = DistillationOptions.defaults().temperature(2).parallel(false);
    DistillationOptions mixed = distilled.direction(DistillationOptions.Direction.JENSEN_SHANNON);
    return List.of(
        call("loss", () -> Losses.crossEntropy(logits, targets, DEFAULTS)),
        call("masked", () -> Losses.crossEntropy(masked, targets, DEFAULTS)),
        call("short rows", () -> Losses.crossEntropy(shortOnes, targetsOfShortOnes, DEFAULTS)),
        call(
            "short rows, masked",
            () -> Losses.crossEntropy(maskedShortOnes, targetsOfShortOnes, DEFAULTS)),
        call("label smoothing", () -> Losses.crossEntropy(logits, targets, smoothed)),
        call("class weights", () -> Losses.crossEntropy(logits, targets, weighted)),
        call("token weights", () -> Losses.crossEntropy(logits, targets, tokenWeights, DEFAULTS)),
        call(
            "gradient with token weights",
            () -> Losses.crossEntropyWithGradient(logits, targets, tokenWeights, DEFAULTS, out)),
        call("both", () -> Losses.crossEntropy(logits, targets, weighted.labelSmoothing(0.1))),
        call("soft targets", () -> Losses.crossEntropy(logits, soft, smoothed)),
        call("class axis 1", () -> Losses.crossEntropy(sideBySide, targetsOfOne, axis1)),
        call("direct buffer", () -> Losses.crossEntropy(direct, targets, DEFAULTS)),
        call("bfloat16", () -> Losses.crossEntropy(bfloat16, targets, DEFAULTS)),
        call("float16", () -> Losses.crossEntropy(float16, targets, DEFAULTS)),
        call("gradient", () -> Losses.crossEntropyWithGradient(logits, targets, DEFAULTS, out)),
        call(
            "gradient with label smoothing",
            () -> Losses.crossEntropyWithGradient(logits, targets, smoothed, out)),
        call(
            "gradient with both",
            () ->
                Losses.crossEntropyWithGradient(
                    logits, targets, weighted.labelSmoothing(0.1), out)),
        call(
            "gradient of soft targets",
            () -> Losses.crossEntropyWithGradient(logits, soft, smoothed, out)),
        call(
            "gradient in place",
            () -> Losses.crossEntropyWithGradient(inPlace, targets, DEFAULTS, place)),
        call(
            "gradient along class axis 1",
            () -> Losses.crossEntropyWithGradient(sideBySide, targetsOfOne, axis1, out)),
        call("distillation", () -> Losses.klDivergenceWithGradient(soft, logits, distilled, out)),
        call(
            "distillation by Jensen–Shannon",
            () -> Losses.klDivergenceWithGradient(soft, logits, mixed, out)),
        call("log-softmax", () -> Losses.logSoftmaxInto(few, fewOut)));
  }

  private static Named<Runnable> call(String name, Runnable call) {
    return named(name, call);
  }

  private static ShortBuffer upperHalves(float[] x) {
    ShortBuffer halves = ShortBuffer.allocate(x.length);
    for (int i = 0; i < x.length; i++) {
      halves.put(i, (short) (Float.floatToRawIntBits(x[i]) >>> 16));
    }
    return halves;
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aCallAllocatesLittle(Runnable call) {
    assertThat(Allocation.leastBytes(call, MOST_BYTES)).as("bytes").isLessThanOrEqualTo(MOST_BYTES);
  }
}
