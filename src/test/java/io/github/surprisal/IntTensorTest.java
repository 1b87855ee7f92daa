/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IntTensorTest {
  private static final int[] SIX = {1, -100, 3, Integer.MAX_VALUE, Integer.MIN_VALUE, 6};

  private static LongBuffer directLongs(ByteOrder order, long... values) {
    LongBuffer buffer =
        ByteBuffer.allocateDirect(Long.BYTES * values.length).order(order).asLongBuffer();
    return buffer.put(values).flip();
  }

  private static IntBuffer directInts(int... values) {
    IntBuffer buffer =
        ByteBuffer.allocateDirect(Integer.BYTES * values.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asIntBuffer();
    return buffer.put(values).flip();
  }

  /** The values of {@link #SIX} in shape (2, 3), from every kind of source. */
  static List<IntTensor> kinds() {
    long[] longs = {1, -100, 3, Integer.MAX_VALUE, Integer.MIN_VALUE, 6};
    long[] offset = {9, 1, -100, 3, Integer.MAX_VALUE, Integer.MIN_VALUE, 6, 9};
    int[] offsetInts = {9, 1, -100, 3, Integer.MAX_VALUE, Integer.MIN_VALUE, 6, 9};
    return List.of(
        IntTensor.of(new int[][] {{1, -100, 3}, {Integer.MAX_VALUE, Integer.MIN_VALUE, 6}}),
        IntTensor.of(SIX).reshape(2, 3),
        IntTensor.copyOf(SIX, 2, 3),
        IntTensor.copyOf(longs, 2, 3),
        IntTensor.wrap(SIX, 2, 3),
        IntTensor.wrap(IntBuffer.wrap(SIX), 2, 3),
        IntTensor.wrap(IntBuffer.wrap(offsetInts).position(1).slice(), 2, 3),
        IntTensor.wrap(IntBuffer.wrap(offsetInts).position(1), 2, 3),
        IntTensor.wrap(IntBuffer.wrap(SIX).asReadOnlyBuffer(), 2, 3),
        IntTensor.wrap(directInts(offsetInts).position(1), 2, 3),
        IntTensor.wrap(LongBuffer.wrap(offset).position(1), 2, 3),
        IntTensor.wrap(LongBuffer.wrap(longs).asReadOnlyBuffer(), 2, 3),
        IntTensor.wrap(directLongs(ByteOrder.BIG_ENDIAN, longs), 2, 3),
        IntTensor.wrap(directLongs(ByteOrder.LITTLE_ENDIAN, offset).position(1), 2, 3),
        IntTensor.wrap(offsetInts, 8).slice(1, 7).reshape(2, -1));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void readsTheSameFromEveryKindOfSource(IntTensor tensor) {
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(tensor.size()).isEqualTo(6);
    assertThat(tensor.rank()).isEqualTo(2);
    assertThat(tensor.toArray()).containsExactly(SIX);
    assertThat(tensor.get(0, 1)).isEqualTo(-100);
    assertThat(tensor.get(1, 0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(tensor.at(5)).isEqualTo(6);
    assertThat(tensor.slice(1, 2).toArray())
        .containsExactly(Integer.MAX_VALUE, Integer.MIN_VALUE, 6);
    assertThat(tensor)
        .isEqualTo(IntTensor.copyOf(SIX, 2, 3))
        .hasSameHashCodeAs(IntTensor.copyOf(SIX, 2, 3))
        .hasToString("IntTensor(2, 3)[[1, -100, 3], [2147483647, -2147483648, 6]]");
  }

  @Test
  void copiesAreIndependentAndWrapShares() {
    int[] data = {1, 2};
    long[] longs = {1, 2};
    int[][] rows = {{1, 2}};
    List<IntTensor> copies =
        List.of(
            IntTensor.of(data),
            IntTensor.copyOf(data, 2),
            IntTensor.copyOf(longs, 2),
            IntTensor.of(rows),
            IntTensor.wrap(LongBuffer.wrap(longs), 2));
    List<IntTensor> shared =
        List.of(IntTensor.wrap(data, 2), IntTensor.wrap(IntBuffer.wrap(data), 2));
    data[0] = 7;
    longs[0] = 7;
    rows[0][0] = 7;
    for (IntTensor copy : copies) {
      copy.toArray()[0] = 8;
      assertThat(copy.at(0)).isEqualTo(1);
    }
    for (IntTensor view : shared) {
      assertThat(view.at(0)).isEqualTo(7);
    }
  }

  @Test
  void bufferPositionsAreLeftAlone() {
    LongBuffer longs = LongBuffer.wrap(new long[] {1, 2, 3}).position(1);
    IntBuffer ints = directInts(1, 2, 3).position(1);
    assertThat(IntTensor.wrap(longs, 2)).isEqualTo(IntTensor.of(2, 3));
    assertThat(IntTensor.wrap(ints, 1)).isEqualTo(IntTensor.of(2));
    assertThat(longs.position()).isEqualTo(1);
    assertThat(ints.position()).isEqualTo(1);
  }

  @Test
  void longsThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.copyOf(new long[] {1, 2, 1L << 31, 4}, 2, 2))
        .withMessage("value 2147483648 at index 2 does not fit an int");
    assertThatIllegalArgumentException() // 5 in its lower half
        .isThrownBy(() -> IntTensor.copyOf(new long[] {(1L << 32) + 5}, 1))
        .withMessage("value 4294967301 at index 0 does not fit an int");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                IntTensor.wrap(
                    LongBuffer.wrap(new long[] {0, 1, Integer.MIN_VALUE - 1L}).position(1), 2))
        .withMessage("value -2147483649 at index 1 does not fit an int");
    LongBuffer wrongAfterTheShape = LongBuffer.wrap(new long[] {1, Long.MAX_VALUE});
    assertThat(IntTensor.wrap(wrongAfterTheShape, 1)).isEqualTo(IntTensor.of(1));
  }

  @Test
  void longsInTheWrongByteOrderAreToldApart() {
    ByteBuffer littleEndian = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    littleEndian.putLong(0, 464).putLong(8, -100).order(ByteOrder.BIG_ENDIAN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.wrap(littleEndian.asLongBuffer(), 2))
        .withMessage(
            "value -3458483038843830272 at index 0 does not fit an int, but 464 does: set the order"
                + " of the ByteBuffer before asLongBuffer");
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.copyOf(SIX, 5))
        .withMessage("data has length 6, expected 5 for shape (5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.copyOf(new long[3], 2, 2))
        .withMessage("data has length 3, expected 4 for shape (2, 2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.wrap(SIX))
        .withMessage(
            "data has length 6, expected 1 for shape (); the shape is missing: give its extents after the data");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.wrap(IntBuffer.wrap(SIX).position(2), 5))
        .withMessage("data has 4 elements remaining, expected at least 5 for shape (5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.wrap(LongBuffer.allocate(3).position(2), 2))
        .withMessage("data has 1 elements remaining, expected at least 2 for shape (2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.of(new int[][] {{1}, {2, 3}}))
        .withMessage("row 1 has length 2, expected 1 as in row 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.of(SIX).reshape(4))
        .withMessage("shape (6) of 6 elements cannot be reshaped to (4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.of(SIX).slice(2, 7))
        .withMessage("slice [2, 7) is outside axis 0 of extent 6 in shape (6)");
  }

  @Test
  void aMissingShapeIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.wrap(IntBuffer.wrap(SIX)))
        .withMessage(
            "data has 6 elements remaining, expected 1 for shape (); the shape is missing: give its"
                + " extents after the data");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.wrap(LongBuffer.allocate(2)))
        .withMessageContaining("the shape is missing");
  }

  @Test
  void hasTheFormsOfTheOtherTensors() {
    IntTensor planes = IntTensor.of(new int[][][] {{{1, 2}}, {{3, 4}}, {{5, 6}}});
    assertThat(planes).isEqualTo(IntTensor.of(1, 2, 3, 4, 5, 6).reshape(3, 1, 2));
    assertThat(IntTensor.of(1L, 2L)).isEqualTo(IntTensor.of(1, 2));
    assertThat(IntTensor.of(new long[] {-100, 7})).isEqualTo(IntTensor.of(-100, 7));
    assertThat(IntTensor.of(new long[][] {{1, 2}, {3, 4}, {5, 6}})).isEqualTo(planes.reshape(3, 2));
    assertThat(IntTensor.of(new long[][][] {{{1, 2}}, {{3, 4}}, {{5, 6}}})).isEqualTo(planes);
    int[] data = {9, 1, 2, 3};
    IntTensor shared = IntTensor.wrapAt(data, 1, 1, 2);
    assertThat(shared).isEqualTo(IntTensor.of(new int[][] {{1, 2}}));
    data[1] = 7;
    assertThat(shared.get(0, 0)).isEqualTo(7);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.wrapAt(data, 2, 3))
        .withMessage("data has 2 elements remaining, expected at least 3 for shape (3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.wrapAt(data, 5, 0))
        .withMessage("offset 5 is outside data of length 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntTensor.of(new long[][] {{1, 2}, {3, 1L << 31}}))
        .withMessage("value 2147483648 at index 3 does not fit an int");
  }

  @Test
  void getNamesAxisIndexAndExtent() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> IntTensor.of(SIX).get(6))
        .withMessage("index 6 is outside axis 0 of extent 6 in shape (6)");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> IntTensor.of(SIX).get())
        .withMessage("0 indexes given for shape (6) of rank 1");
  }

  @Test
  void scalarsAndEmptyTensors() {
    assertThat(IntTensor.scalar(5).get()).isEqualTo(5);
    assertThat(IntTensor.scalar(5)).hasToString("IntTensor() 5").isNotEqualTo(IntTensor.of(5));
    assertThat(IntTensor.of(5)).isNotEqualTo(5).isNotEqualTo(IntTensor.of(6));
    assertThat(IntTensor.of().shape()).isEqualTo(Shape.of(0));
    assertThat(IntTensor.of(new int[0][]).shape()).isEqualTo(Shape.of(0, 0));
    assertThat(IntTensor.wrap(new int[0], 0, 3)).isNotEqualTo(IntTensor.wrap(new int[0], 3, 0));
  }

  @Test
  void textAbbreviates() {
    assertThat(IntTensor.wrap(new int[1000], 10, 100).toString())
        .startsWith("IntTensor(10, 100)[[0, 0, 0, …, 0, 0, 0], [0, 0, 0, …, 0, 0, 0], [")
        .contains("0], …, [0")
        .hasSizeLessThan(250);
  }
}
