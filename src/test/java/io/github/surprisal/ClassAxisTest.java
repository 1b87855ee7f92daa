/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows along an axis that is not the last give the bits of the same rows along the last. */
class ClassAxisTest {

  private static final int IGNORED = -100;

  /**
   * Lengths around the tile of 1024 and its multiples; numbers of neighbouring rows around 16 (one
   * lane a row), 128 (a panel) and 1,024 (a block); and so many classes that hardly one row finds
   * room.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 2",
    "3, 7, 5",
    "2, 8, 17",
    "1, 16, 127",
    "2, 33, 129",
    "1, 21, 1000",
    "3, 511, 16",
    "1, 1023, 130",
    "2, 1024, 128",
    "1, 1025, 127",
    "2, 1032, 129",
    "1, 2049, 260",
    "2, 70, 1100",
    "1, 1500, 2050",
    "3, 5000, 3",
    "40, 3, 2",
    "9, 17, 3",
    "9, 31, 4",
    "3, 48, 9",
    "2, 1000, 8",
    "2, 1041, 5",
    "1, 2048, 7",
    "1, 3071, 11",
    "1, 50257, 19",
    "2, 3000, 20",
    "3, 1500, 47",
    "1, 5000, 63",
    "1, 70000, 15",
    "1, 600000, 3",
    "1, 1100000, 2"
  })
  void bitsDoNotDependOnTheClassAxis(int batch, int classes, int positions) {
    Random random = new Random(classes);
    int rows = batch * positions;
    float[] byRow = rows(rows, classes, random);
    int[] targets = random.ints(rows, 0, classes).toArray();
    for (int row = 0; row < rows; row += 7) {
      targets[row] = IGNORED;
    }
    float[] byClass = transposed(byRow, batch, positions, classes);
    FloatTensor last = FloatTensor.wrap(byRow, batch, positions, classes);
    IntTensor target = IntTensor.wrap(targets, batch, positions);
    for (FloatTensor middle :
        new FloatTensor[] {
          FloatTensor.wrap(byClass, batch, classes, positions),
          offset(byClass, batch, classes, positions),
          direct(byClass, batch, classes, positions)
        }) {
      for (double smoothing : new double[] {0, 0.1}) {
        CrossEntropyOptions options = CrossEntropyOptions.defaults().labelSmoothing(smoothing);
        CrossEntropyOptions onAxis1 = options.classAxis(1);
        assertSame(
            Losses.crossEntropyPerToken(last, target, options).toArray(),
            Losses.crossEntropyPerToken(middle, target, onAxis1).toArray());
        float[] expected = new float[byRow.length];
        float[] actual = new float[byRow.length];
        double loss = Losses.crossEntropyWithGradient(last, target, options, expected);
        assertSame(
            new double[] {loss},
            new double[] {Losses.crossEntropyWithGradient(middle, target, onAxis1, actual)});
        assertSame(transposed(expected, batch, positions, classes), actual);
      }
      assertSame(Losses.logSumExp(last, 2).toArray(), Losses.logSumExp(middle, 1).toArray());
      assertSame(
          transposed(Losses.logSoftmax(last).toArray(), batch, positions, classes),
          Losses.logSoftmax(middle, 1).toArray());
    }
  }

  /** Every target, in vectors of rows that are whole, left over, or all ignored. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 15, 16, 17, 24, 31, 32, 33, 47, 63, 65, 128, 144})
  void everyTargetOfFewClasses(int positions) {
    Random random = new Random(positions);
    for (int classes = 1; classes <= 70; classes++) {
      float[] byRow = rows(positions, classes, random);
      FloatTensor last = FloatTensor.wrap(byRow, 1, positions, classes);
      FloatTensor middle =
          FloatTensor.wrap(transposed(byRow, 1, positions, classes), 1, classes, positions);
      int[] targets = new int[positions];
      for (int row = 0; row < positions; row++) {
        boolean ignored = row / 16 % 3 == classes % 3 || row % 16 == classes % 16;
        targets[row] = ignored ? IGNORED : (row + classes) % classes;
      }
      IntTensor target = IntTensor.wrap(targets, 1, positions);
      CrossEntropyOptions options =
          CrossEntropyOptions.defaults().classWeights(weights(classes)).reduction(Reduction.SUM);
      float[] expected = new float[byRow.length];
      float[] actual = new float[byRow.length];
      assertSame(
          new double[] {Losses.crossEntropyWithGradient(last, target, options, expected)},
          new double[] {
            Losses.crossEntropyWithGradient(middle, target, options.classAxis(1), actual)
          });
      assertSame(transposed(expected, 1, positions, classes), actual);
    }
  }

  private static FloatTensor weights(int classes) {
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = 0.25f * (c % 5); // some are 0
    }
    return FloatTensor.of(weights);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 40, 300",
    "2, 1500, 140",
    "1, 50257, 33",
    "1, 1029, 1040",
    "3, 1037, 7",
    "5, 21, 3",
    "2, 900, 16",
    "1, 1100, 64"
  })
  void gradientsMayTakeTheLogitsPlace(int batch, int classes, int positions) {
    Random random = new Random(positions);
    int rows = batch * positions;
    float[] byClass = transposed(rows(rows, classes, random), batch, positions, classes);
    IntTensor target = IntTensor.wrap(random.ints(rows, 0, classes).toArray(), batch, positions);
    CrossEntropyOptions options = CrossEntropyOptions.defaults().classAxis(1);
    float[] apart = new float[byClass.length];
    FloatTensor logits = FloatTensor.wrap(byClass, batch, classes, positions);
    double loss = Losses.crossEntropyWithGradient(logits, target, options, apart);
    float[] own = byClass.clone();
    FloatTensor readOnly =
        FloatTensor.wrap(FloatBuffer.wrap(own).asReadOnlyBuffer(), batch, classes, positions);
    assertSame(
        new double[] {loss},
        new double[] {Losses.crossEntropyWithGradient(readOnly, target, options, own)});
    assertSame(apart, own);
    assertSame(
        new double[] {loss},
        new double[] {Losses.crossEntropyWithGradient(logits, target, options, byClass)});
    assertSame(apart, byClass);
  }

  /**
   * Targets of −∞ are in no sum that leaves terms, though the rows before and beside them have the
   * same exponents.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 15, 16, 64, 65, 144})
  void targetsWithoutATerm(int positions) {
    int batch = 3;
    int classes = 33;
    float[] byRow = new float[batch * positions * classes];
    Arrays.fill(byRow, 1);
    for (int row = 0; row < batch * positions; row++) {
      if (row / positions == 1 || (row / positions == 2 && row % 3 == 1)) {
        byRow[row * classes] = Float.NEGATIVE_INFINITY;
      }
    }
    CrossEntropyOptions options = CrossEntropyOptions.defaults().parallel(false);
    float[] expected = new float[byRow.length];
    float[] actual = new float[byRow.length];
    IntTensor target = IntTensor.wrap(new int[batch * positions], batch, positions);
    FloatTensor last = FloatTensor.wrap(byRow, batch, positions, classes);
    float[] byClass = transposed(byRow, batch, positions, classes);
    FloatTensor middle = FloatTensor.wrap(byClass, batch, classes, positions);
    Losses.crossEntropyWithGradient(last, target, options, expected);
    Losses.crossEntropyWithGradient(middle, target, options.classAxis(1), actual);
    assertSame(transposed(expected, batch, positions, classes), actual);
  }

  /** Ordinary rows, and some whose sums have to be taken again from their maxima. */
  private static float[] rows(int rows, int classes, Random random) {
    float[] values = new float[rows * classes];
    for (int row = 0; row < rows; row++) {
      float scale = row % 5 == 3 ? 1e7f : row % 5 == 4 ? 60 : 3;
      for (int c = 0; c < classes; c++) {
        values[row * classes + c] = (float) random.nextGaussian() * scale;
      }
      if (row % 11 == 5) {
        values[row * classes + random.nextInt(classes)] = Float.NEGATIVE_INFINITY;
      }
      if (row % 11 == 6) {
        values[row * classes + random.nextInt(classes)] = Float.NaN;
      }
    }
    return values;
  }

  private static float[] transposed(float[] values, int batch, int positions, int classes) {
    float[] transposed = new float[values.length];
    for (int b = 0; b < batch; b++) {
      int start = b * positions * classes;
      for (int p = 0; p < positions; p++) {
        for (int c = 0; c < classes; c++) {
          transposed[start + c * positions + p] = values[start + p * classes + c];
        }
      }
    }
    return transposed;
  }

  @Test
  void noRows() {
    FloatTensor logits = FloatTensor.wrap(new float[0], 2, 3, 0);
    IntTensor targets = IntTensor.wrap(new int[0], 2, 0);
    CrossEntropyOptions options = CrossEntropyOptions.defaults().classAxis(1);
    assertThat(Losses.crossEntropyPerToken(logits, targets, options).shape())
        .isEqualTo(Shape.of(2, 0));
    assertThat(Losses.crossEntropy(logits, targets, options)).isNaN();
    assertThat(Losses.crossEntropyWithGradient(logits, targets, options, new float[0])).isNaN();
  }

  @Test
  void noRowsOfElementsFartherApartThanALongCanHold() {
    int most = Integer.MAX_VALUE;
    FloatTensor logits = FloatTensor.wrap(new float[0], 0, 5, most, most, most);
    IntTensor targets = IntTensor.wrap(new int[0], 0, most, most, most);
    CrossEntropyOptions options = CrossEntropyOptions.defaults().classAxis(1);
    assertThat(Losses.crossEntropy(logits, targets, options)).isNaN();
    assertThat(Losses.crossEntropyWithGradient(logits, targets, options, new float[0])).isNaN();
    assertThat(Losses.softmax(logits, 1).shape()).isEqualTo(logits.shape());
  }

  private static FloatTensor offset(float[] values, int... shape) {
    float[] longer = new float[values.length + 5];
    Arrays.fill(longer, Float.NaN);
    System.arraycopy(values, 0, longer, 3, values.length);
    return FloatTensor.wrapAt(longer, 3, shape);
  }

  private static FloatTensor direct(float[] values, int... shape) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    return FloatTensor.wrap(buffer.put(0, values), shape);
  }

  private static void assertSame(double[] expected, double[] actual) {
    assertThat(Arrays.equals(actual, expected)).isTrue();
  }

  private static void assertSame(float[] expected, float[] actual) {
    assertThat(Arrays.equals(actual, expected)).isTrue();
  }
}
