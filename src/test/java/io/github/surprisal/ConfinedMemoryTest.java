/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Named.named;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Memory that the calling thread alone may read gives what other memory gives, whatever its size.
 */
final class ConfinedMemoryTest {

  private static final int ROWS = 16;
  private static final int CLASSES = 17_000; // so that rows are spread over threads

  private static final short[] X = negative(bits(1)); // log-probabilities as well
  private static final short[] Y = bits(2);

  private static final IntTensor TARGETS =
      IntTensor.wrap(new Random(3).ints(ROWS, -1, CLASSES).toArray(), 1, ROWS);
  private static final IntTensor BYTES =
      IntTensor.wrap(new Random(4).ints(ROWS, 0, 9).toArray(), 1, ROWS);

  /** A call with logits and a second tensor of the same shape; the result shows every bit. */
  private interface Call {
    Object of(FloatTensor logits, FloatTensor second, CrossEntropyOptions options);
  }

  static List<Named<Call>> calls() {
    return List.of(
        call("logSoftmax", (x, y, o) -> Losses.logSoftmax(x, o.classAxis())),
        call("softmax", (x, y, o) -> Losses.softmax(x, o.classAxis())),
        call("logSumExp", (x, y, o) -> Losses.logSumExp(x, o.classAxis())),
        call("softmax with options", (x, y, o) -> Losses.softmax(x, o)),
        call("logSoftmax with options", (x, y, o) -> Losses.logSoftmax(x, o)),
        call("logSumExp with options", (x, y, o) -> Losses.logSumExp(x, o)),
        call("logSoftmaxInto", (x, y, o) -> results(x, out -> Losses.logSoftmaxInto(x, out))),
        call("crossEntropy", (x, y, o) -> Losses.crossEntropy(x, TARGETS, o)),
        call("soft crossEntropy", (x, y, o) -> Losses.crossEntropy(x, y, o)),
        call("perToken", (x, y, o) -> Losses.crossEntropyPerToken(x, TARGETS, o)),
        call("soft perToken", (x, y, o) -> Losses.crossEntropyPerToken(x, y, o)),
        call(
            "gradient",
            (x, y, o) -> results(x, out -> Losses.crossEntropyWithGradient(x, TARGETS, o, out))),
        call(
            "soft gradient",
            (x, y, o) -> results(x, out -> Losses.crossEntropyWithGradient(x, y, o, out))),
        call(
            "soft gradient in place",
            (x, y, o) -> {
              float[] own = x.toArray();
              FloatTensor inPlace = FloatTensor.wrap(own, x.shape().toArray());
              double loss = Losses.crossEntropyWithGradient(inPlace, y, o, own);
              return List.of(loss, FloatTensor.of(own));
            }),
        call(
            "distillation",
            (x, y, o) -> {
              DistillationOptions options =
                  DistillationOptions.defaults()
                      .classAxis(o.classAxis())
                      .ignoreWhere(TARGETS, o.ignoreIndex());
              return results(x, out -> Losses.klDivergenceWithGradient(y, x, options, out));
            }),
        call("nllLoss", (x, y, o) -> Losses.nllLoss(x, TARGETS, o)),
        call("nllLossPerToken", (x, y, o) -> Losses.nllLossPerToken(x, TARGETS, o)),
        call("klDivergence", (x, y, o) -> Losses.klDivergence(x, y)),
        call("klDivergencePerToken", (x, y, o) -> Losses.klDivergencePerToken(x, y)),
        call("klDivergence with targets", (x, y, o) -> Losses.klDivergence(x, y, TARGETS, o)),
        call("klDivergence with options", (x, y, o) -> Losses.klDivergence(x, y, o)),
        call("klDivergencePointwise", (x, y, o) -> Losses.klDivergencePointwise(y, x)),
        call("klDivergencePointwiseOfLogs", (x, y, o) -> Losses.klDivergencePointwiseOfLogs(x, y)),
        call("perplexity", (x, y, o) -> Metrics.perplexity(x, TARGETS, o)),
        call("evaluate", (x, y, o) -> Metrics.evaluate(x, TARGETS, o)),
        call("evaluate with bytes", (x, y, o) -> Metrics.evaluate(x, TARGETS, BYTES, o)),
        call(
            "LossAccumulator",
            (x, y, o) -> new LossAccumulator(o).add(x, TARGETS).add(y, TARGETS, BYTES).report()),
        call(
            "ComparisonAccumulator",
            (x, y, o) -> new ComparisonAccumulator(o).add(x, y, TARGETS).report()));
  }

  private static Named<Call> call(String name, Call call) {
    return named(name, call);
  }

  private static FloatTensor results(FloatTensor logits, Consumer<float[]> into) {
    float[] out = new float[(int) logits.size()];
    into.accept(out);
    return FloatTensor.of(out);
  }

  /** Numbers that halves hold as well; some are 0. */
  private static short[] bits(int seed) {
    Random random = new Random(seed);
    short[] bits = new short[ROWS * CLASSES];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) (random.nextInt(9) == 0 ? 0 : 0x3c00 + random.nextInt(0x400));
    }
    return bits;
  }

  private static short[] negative(short[] bits) {
    for (int i = 0; i < bits.length; i++) {
      bits[i] |= Short.MIN_VALUE;
    }
    return bits;
  }

  private enum Format {
    FLOAT,
    BFLOAT16,
    FLOAT16;

    FloatTensor tensor(NativeArena arena, short[] bits, int... shape) {
      ByteBuffer memory = arena.allocate(4L * bits.length);
      if (this == FLOAT) {
        return FloatTensor.wrap(
            memory.asFloatBuffer().put(0, tensor(bits, shape).toArray()), shape);
      }
      ShortBuffer halves = memory.asShortBuffer().put(0, bits);
      return this == BFLOAT16
          ? FloatTensor.bfloat16(halves, shape)
          : FloatTensor.float16(halves, shape);
    }

    FloatTensor tensor(short[] bits, int... shape) {
      ShortBuffer halves = ShortBuffer.wrap(bits);
      FloatTensor narrow =
          this == FLOAT16
              ? FloatTensor.float16(halves, shape)
              : FloatTensor.bfloat16(halves, shape);
      return FloatTensor.copyOf(narrow.toArray(), shape);
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void fromAnyThread(Call call) throws Exception {
    for (Format format : Format.values()) {
      check(call, format, -1, 1, ROWS, CLASSES);
      check(call, format, 1, 1, CLASSES, ROWS);
    }
    ForkJoinPool pool = new ForkJoinPool(3);
    try {
      pool.submit(() -> check(call, Format.FLOAT, -1, 1, ROWS, CLASSES)).get();
    } finally {
      pool.shutdown();
    }
  }

  private static void check(Call call, Format format, int classAxis, int... shape) {
    CrossEntropyOptions options =
        CrossEntropyOptions.defaults().ignoreIndex(-1).classAxis(classAxis);
    FloatTensor logits = format.tensor(X, shape);
    FloatTensor second = format.tensor(Y, shape);
    Object expected = call.of(logits, second, options);
    try (NativeArena arena = NativeArena.ofConfined()) {
      FloatTensor confined = format.tensor(arena, X, shape);
      FloatTensor confinedSecond = format.tensor(arena, Y, shape);
      assertThat(call.of(confined, confinedSecond, options)).isEqualTo(expected);
      assertThat(call.of(logits, confinedSecond, options)).isEqualTo(expected);
    }
  }

  @Test
  void memoryOfAnotherThreadIsRefusedAndNothingAdded() {
    try (NativeArena arena = NativeArena.ofConfined()) {
      FloatTensor logits = Format.FLOAT.tensor(arena, X, 1, ROWS, CLASSES);
      LossAccumulator accumulator =
          new LossAccumulator(CrossEntropyOptions.defaults().ignoreIndex(-1));
      CompletableFuture<LossAccumulator> elsewhere =
          CompletableFuture.supplyAsync(() -> accumulator.add(logits, TARGETS));

      assertThatThrownBy(elsewhere::join).hasRootCauseInstanceOf(RuntimeException.class);
      assertThat(accumulator.report()).isEqualTo(new LossAccumulator().report());
      Object all = accumulator.add(logits, TARGETS).report();
      assertThat(all).isEqualTo(Metrics.evaluate(logits, TARGETS, accumulator.options()));
    }
  }
}
