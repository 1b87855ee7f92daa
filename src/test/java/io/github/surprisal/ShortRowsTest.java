/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Short rows are taken several at a time. Their losses have the bits of the losses of each row by
 * itself: wherever the rows begin and the array ends, and whatever stands in their neighbours.
 */
final class ShortRowsTest {

  private static final long SEED = Long.getLong("rows.seed", 20261126);
  private static final int IGNORED = CrossEntropyOptions.defaults().ignoreIndex();

  /** Around vectors and tiles, up to the length from which on a row is long. */
  private static final int[] LENGTHS = {
    1, 2, 5, 15, 16, 17, 33, 100, 512, 1000, 1023, 1024, 1025, 2047, 3077, 4095, 4096
  };

  @TestFactory
  Stream<DynamicTest> everyFamily() {
    System.out.println("short rows: seed " + SEED);
    return AdversarialRows.families().entrySet().stream()
        .map(family -> DynamicTest.dynamicTest(family.getKey(), () -> check(family.getValue())));
  }

  private static void check(AdversarialRows.Family family) {
    Random random = new Random(SEED);
    for (int classes : LENGTHS) {
      check(family, 1 + random.nextInt(10), classes, random);
      check(family, 11 + random.nextInt(60), classes, random);
    }
  }

  private static void check(AdversarialRows.Family family, int rows, int classes, Random random) {
    int offset = random.nextInt(20);
    float[] array = new float[offset + rows * classes];
    int[] targets = new int[rows];
    double[] expected = new double[rows];
    for (int row = 0; row < rows; row++) {
      float[] logits = family.row(classes, random);
      targets[row] = random.nextInt(5) == 0 ? IGNORED : random.nextInt(classes);
      if (random.nextInt(8) == 0) {
        float[] special = {
          Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 2e6f, 1e30f
        };
        logits[random.nextInt(classes)] = special[random.nextInt(special.length)];
      }
      System.arraycopy(logits, 0, array, offset + row * classes, classes);
      expected[row] = alone(logits, targets[row]);
    }
    FloatTensor tensor = FloatTensor.wrapAt(array, offset, rows, classes);
    DoubleTensor got =
        Losses.crossEntropyPerToken(tensor, IntTensor.of(targets), CrossEntropyOptions.defaults());
    assertThat(got.toArray()).as("%d rows of %d classes", rows, classes).isEqualTo(expected);
  }

  private static double alone(float[] logits, int target) {
    FloatTensor row = Route.DIRECT_LITTLE_ENDIAN.tensor(logits, 1, logits.length);
    CrossEntropyOptions options = CrossEntropyOptions.defaults();
    return Losses.crossEntropyPerToken(row, IntTensor.of(target), options).get(0);
  }
}
