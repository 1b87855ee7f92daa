/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Results for bfloat16 logits have the bits of those for the same logits as floats, wherever they
 * lie: bits in an array are read where they stand, others are copied run by run.
 */
final class Bfloat16PlacesTest {

  private static final long SEED = Long.getLong("places.seed", 20260103);
  private static final int ROWS = 3;

  /** Around a tile, around the four from which on rows are read at several places, and runs. */
  private static final int[] LENGTHS = {1, 33, 1023, 1024, 4095, 4096, 4097, 8191, 8192, 12_345};

  @TestFactory
  Stream<DynamicTest> everyFamily() {
    System.out.println("places of bfloat16 logits: seed " + SEED);
    return AdversarialRows.families().entrySet().stream()
        .map(family -> DynamicTest.dynamicTest(family.getKey(), () -> check(family.getValue())));
  }

  private static void check(AdversarialRows.Family family) {
    Random random = new Random(SEED);
    for (int classes : LENGTHS) {
      check(family, classes, random);
    }
  }

  private static void check(AdversarialRows.Family family, int classes, Random random) {
    short[] bits = new short[ROWS * classes];
    float[] values = new float[bits.length];
    for (int row = 0; row < ROWS; row++) {
      float[] logits = family.row(classes, random);
      for (int c = 0; c < classes; c++) {
        int at = row * classes + c;
        bits[at] = (short) (Float.floatToRawIntBits(logits[c]) >>> 16);
        values[at] = Float.intBitsToFloat(bits[at] << 16);
      }
    }
    int[] targets = {random.nextInt(classes), classes - 1, 0};
    FloatTensor floats = FloatTensor.wrap(values, ROWS, classes);
    String expected = results(floats, targets);
    places(bits, classes)
        .forEach(
            (place, logits) ->
                assertThat(results(logits, targets))
                    .as("%s, %d classes", place, classes)
                    .isEqualTo(expected));
  }

  private static String results(FloatTensor logits, int[] targets) {
    IntTensor tensor = IntTensor.of(targets);
    CrossEntropyOptions plain = CrossEntropyOptions.defaults();
    return Losses.crossEntropyPerToken(logits, tensor, plain)
        + " "
        + Losses.crossEntropyPerToken(logits, tensor, plain.labelSmoothing(0.1))
        + " "
        + Losses.logSumExp(logits);
  }

  private static Map<String, FloatTensor> places(short[] bits, int classes) {
    Map<String, FloatTensor> places = new LinkedHashMap<>();
    ShortBuffer array = ShortBuffer.allocate(bits.length + 8);
    array.position(5).put(bits).flip().position(5);
    places.put("array", FloatTensor.bfloat16(array, ROWS, classes));
    places.put("read-only", FloatTensor.bfloat16(array.asReadOnlyBuffer(), ROWS, classes));
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      ShortBuffer direct =
          ByteBuffer.allocateDirect(Short.BYTES * (classes + bits.length))
              .order(order)
              .asShortBuffer();
      direct.put(classes, bits);
      FloatTensor all = FloatTensor.bfloat16(direct, 1 + ROWS, classes);
      places.put("direct, " + order, all.slice(1, 1 + ROWS));
    }
    ShortBuffer more = ShortBuffer.allocate(3 + classes + bits.length).position(3).slice();
    more.put(classes, bits);
    FloatTensor all = FloatTensor.bfloat16(more, 1 + ROWS, classes);
    places.put("a part of an array", all.slice(1, 1 + ROWS));
    return places;
  }
}
