/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Results may be written over the memory of what they are made from: the bits are the same as in
 * memory of their own, or the call is refused and nothing is written.
 */
final class OverlapTest {

  private static final int CASES = 4_000;

  /** Ways to a tensor over elements of an array, or over a copy of them. */
  private enum Place {
    ARRAY(true, true),
    REWRAPPED(true, true),
    SLICED(true, true),
    READ_ONLY(true, false),
    READ_ONLY_SLICED(true, false),
    READ_ONLY_DUPLICATE(true, false),
    COPY(false, true),
    BYTES(false, false),
    READ_ONLY_BYTES(false, false),
    DIRECT(false, false),
    BFLOAT16(false, false);

    private final boolean shares;
    private final boolean isSeen;

    Place(boolean shares, boolean isSeen) {
      this.shares = shares;
      this.isSeen = isSeen;
    }

    FloatTensor tensor(float[] memory, int offset, Shape of) {
      int[] shape = of.toArray();
      int size = (int) of.size();
      float[] copy = Arrays.copyOfRange(memory, offset, offset + size);
      FloatBuffer from = FloatBuffer.wrap(memory, offset, memory.length - offset);
      return switch (this) {
        case ARRAY -> FloatTensor.wrapAt(memory, offset, shape);
        case REWRAPPED -> FloatTensor.wrap(from.slice(), shape);
        case SLICED ->
            FloatTensor.wrap(memory, memory.length).slice(offset, offset + size).reshape(shape);
        case READ_ONLY -> FloatTensor.wrap(from.asReadOnlyBuffer(), shape);
        case READ_ONLY_SLICED ->
            FloatTensor.wrap(FloatBuffer.wrap(memory).asReadOnlyBuffer(), memory.length)
                .slice(offset, offset + size)
                .reshape(shape);
        case READ_ONLY_DUPLICATE ->
            FloatTensor.wrap(from.slice().asReadOnlyBuffer().duplicate(), size).reshape(shape);
        case COPY -> FloatTensor.wrap(copy, shape);
        case BYTES -> FloatTensor.wrap(bytes(ByteBuffer.allocate(4 * size), copy), shape);
        case READ_ONLY_BYTES ->
            FloatTensor.wrap(bytes(ByteBuffer.allocate(4 * size), copy).asReadOnlyBuffer(), shape);
        case DIRECT ->
            FloatTensor.wrap(
                bytes(ByteBuffer.allocateDirect(4 * size), copy).asReadOnlyBuffer(), shape);
        case BFLOAT16 -> FloatTensor.bfloat16(ShortBuffer.wrap(halves(copy)), shape);
      };
    }

    private static FloatBuffer bytes(ByteBuffer bytes, float[] values) {
      return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().put(0, values);
    }

    private static short[] halves(float[] values) {
      short[] halves = new short[values.length];
      for (int i = 0; i < values.length; i++) {
        halves[i] = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
      }
      return halves;
    }
  }

  /** What a call is made with: all but where logits and probabilities lie. */
  private record Call(
      int kind, Shape shape, IntTensor targets, CrossEntropyOptions options, int length) {

    static Call random(Random random) {
      int batch = 1 + random.nextInt(3);
      int classes = random.nextInt(8) == 0 ? 1024 + random.nextInt(1200) : 1 + random.nextInt(70);
      int positions = random.nextInt(8) == 0 ? 20 + random.nextInt(150) : 1 + random.nextInt(20);
      positions = classes > 1000 ? Math.min(positions, 40) : positions;
      return random(random, batch, classes, positions);
    }

    static Call random(Random random, int batch, int classes, int positions) {
      int kind = random.nextInt(4);
      boolean isMiddle = kind > 0 && random.nextBoolean();
      Shape shape =
          isMiddle ? Shape.of(batch, classes, positions) : Shape.of(batch, positions, classes);
      int[] targets = random.ints((long) batch * positions, -1, classes).toArray();
      float[] weights = new float[classes];
      for (int c = 0; c < classes; c++) {
        weights[c] = random.nextInt(3) * 0.5f;
      }
      CrossEntropyOptions options =
          CrossEntropyOptions.defaults()
              .classAxis(isMiddle ? 1 : -1)
              .ignoreIndex(-1)
              .labelSmoothing(random.nextBoolean() ? 0 : 0.1)
              .reduction(Reduction.SUM);
      if (random.nextBoolean()) {
        options = options.classWeights(FloatTensor.wrap(weights, classes));
      }
      IntTensor perRow = IntTensor.wrap(targets, batch, positions);
      return new Call(kind, shape, perRow, options, batch * classes * positions);
    }

    /** Whether there are probabilities, or logits of a teacher in their place. */
    boolean isSoft() {
      return kind >= 2;
    }

    private DistillationOptions distillation() {
      boolean isOfMixture = options.labelSmoothing() > 0;
      return DistillationOptions.defaults()
          .direction(
              isOfMixture
                  ? DistillationOptions.Direction.JENSEN_SHANNON
                  : DistillationOptions.Direction.FORWARD)
          .classAxis(options.classAxis())
          .ignoreWhere(targets, options.ignoreIndex());
    }

    OptionalDouble run(FloatTensor logits, FloatTensor probabilities, float[] out) {
      switch (kind) {
        case 0 -> {
          Losses.logSoftmaxInto(logits, out);
          return OptionalDouble.empty();
        }
        case 1 -> {
          return OptionalDouble.of(Losses.crossEntropyWithGradient(logits, targets, options, out));
        }
        case 2 -> {
          return OptionalDouble.of(
              Losses.crossEntropyWithGradient(logits, probabilities, options, out));
        }
        default -> {
          return OptionalDouble.of(
              Losses.klDivergenceWithGradient(probabilities, logits, distillation(), out));
        }
      }
    }
  }

  private static void check(Call call, Random random, String seed) {
    Place ofLogits = Place.values()[random.nextInt(Place.values().length)];
    Place ofProbabilities = Place.values()[random.nextInt(Place.values().length)];
    int room = random.nextInt(call.length + 3);
    int at = random.nextBoolean() ? 0 : random.nextInt(room + 1);
    int atOther = random.nextBoolean() ? 0 : random.nextInt(room + 1);
    float[] memory = memory(call.length + room, random);
    FloatTensor logits = ofLogits.tensor(memory, at, call.shape);
    FloatTensor probabilities = ofProbabilities.tensor(memory, atOther, call.shape);
    FloatTensor logitsApart = FloatTensor.copyOf(logits.toArray(), call.shape.toArray());
    FloatTensor probabilitiesApart =
        FloatTensor.copyOf(probabilities.toArray(), call.shape.toArray());
    float[] expected = memory.clone();
    OptionalDouble loss = call.run(logitsApart, probabilitiesApart, expected);
    String what =
        seed
            + ": "
            + call
            + " logits "
            + ofLogits
            + " at "
            + at
            + ", probabilities "
            + ofProbabilities
            + " at "
            + atOther;
    boolean isRefused =
        (ofLogits.shares && ofLogits.isSeen && at != 0)
            || (call.isSoft() && ofProbabilities.shares && ofProbabilities.isSeen);
    if (isRefused) {
      float[] before = memory.clone();
      assertThatThrownBy(() -> call.run(logits, probabilities, memory))
          .as(what)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(" is the array of the ");
      assertThat(Arrays.equals(memory, before)).as(what).isTrue();
      return;
    }
    assertThat(call.run(logits, probabilities, memory)).as(what).isEqualTo(loss);
    assertThat(Arrays.equals(memory, expected)).as(what).isTrue();
  }

  /** Numbers that bfloat16 holds, and that will do for probabilities too. */
  private static float[] memory(int length, Random random) {
    float[] memory = new float[length];
    for (int i = 0; i < length; i++) {
      memory[i] = random.nextInt(20) == 0 ? 0 : random.nextInt(1024) * 0x1p-8f;
    }
    return memory;
  }

  @Test
  void anyOverlapGivesTheBitsOfMemoryApartOrIsRefused() {
    long seed = new Random().nextLong();
    System.out.println("overlaps: seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < CASES; i++) {
      check(Call.random(random), random, "seed " + seed + ", case " + i);
    }
  }

  /** The same where rows are spread over threads. */
  @Test
  void onSeveralThreadsToo() {
    long seed = new Random().nextLong();
    System.out.println("overlaps on threads: seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      Call call =
          random.nextBoolean()
              ? Call.random(random, 2, 300, 500)
              : Call.random(random, 3, 5000, 20 + random.nextInt(60));
      check(call, random, "seed " + seed + ", case " + i);
    }
  }

  /** By hand: the terms of the softmax would stand where the probabilities are. */
  @Test
  void probabilitiesInAReadOnlyBufferOfTheGradient() {
    FloatTensor logits = FloatTensor.of(new float[][] {{2, 0.5f, -1}});
    float[] memory = {0.25f, 0.5f, 0.25f};
    FloatTensor probabilities = FloatTensor.wrap(FloatBuffer.wrap(memory).asReadOnlyBuffer(), 1, 3);
    CrossEntropyOptions options = CrossEntropyOptions.defaults();
    double expected = Losses.crossEntropy(logits, probabilities, options);

    double loss = Losses.crossEntropyWithGradient(logits, probabilities, options, memory);

    assertThat(expected).isBetween(1.74, 1.75);
    assertThat(loss).isEqualTo(expected);
  }
}
