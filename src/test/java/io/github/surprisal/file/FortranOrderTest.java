/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.surprisal.FloatTensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Element {@code i} in row-major order is the number {@code i}, as far as its type holds it. */
class FortranOrderTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"|u1", "<u2", ">u2", "<u4", ">u4", "<u8", ">u8"})
  void anyShapeAndAnyRange(String description) throws IOException {
    Random random = new Random(7);
    long mask = (1L << Math.min(62, 8 * width(description))) - 1;
    for (int rank = 0; rank <= 5; rank++) {
      for (int round = 0; round < 4; round++) {
        List<Long> shape = shape(random, rank);
        try (TensorFile file = TensorFile.open(write(description, shape))) {
          StoredTensor tensor = file.only();
          TensorReader reader = tensor.reader();
          int size = (int) tensor.size();
          for (int from = 0; from <= size; from += 1 + size / 40) {
            for (int count = 0; count <= size - from; count += 1 + size / 40) {
              long[] values = reader.integers(from, count);
              for (int i = 0; i < count; i++) {
                assertThat(values[i])
                    .as("shape %s, from %s, count %s, element %s", shape, from, count, i)
                    .isEqualTo((from + i) & mask);
              }
            }
          }
        }
      }
    }
  }

  /** Axes of 0 and 1 among them; at most some hundreds of elements. */
  private static List<Long> shape(Random random, int rank) {
    List<Long> shape = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      int bound = rank < 3 ? 20 : 5;
      shape.add((long) (random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(bound)));
    }
    return shape;
  }

  @ParameterizedTest
  @ValueSource(strings = {"<f2", ">f2", "<f4", ">f4", "<f8", ">f8"})
  void rowsOfFloats(String description) throws IOException {
    List<Long> shape = List.of(4L, 5L, 6L);
    try (TensorFile file = TensorFile.open(write(description, shape))) {
      TensorReader reader = file.only().reader();
      for (int from = 0; from <= 20; from++) {
        for (int count = 0; count <= 20 - from; count++) {
          FloatTensor rows = reader.floats(from, count);
          for (int i = 0; i < count * 6; i++) {
            assertThat(rows.get(i / 6, i % 6)).isEqualTo(from * 6 + i);
          }
        }
      }
    }
  }

  /** Columns that are read one by one, together, and in pieces. */
  @ParameterizedTest
  @CsvSource({
    "700, 1, 900",
    "3, 700, 300",
    "50000, 2, 7",
    "3, 3, 70000",
    "2048, 512, 2",
    "2, 300000, 1"
  })
  void largeShapes(long first, long second, long third) throws IOException {
    List<Long> shape = List.of(first, second, third);
    Random random = new Random(8);
    try (TensorFile file = TensorFile.open(write("<u4", shape))) {
      TensorReader reader = file.only().reader();
      long size = file.only().size();
      for (int round = 0; round < 6; round++) {
        int count = 1 + random.nextInt((int) Math.min(size, round < 3 ? 100_000 : 3000));
        long from = random.nextInt((int) (size - count) + 1);
        long[] values = reader.integers(from, count);
        for (int i = 0; i < count; i++) {
          if (values[i] != from + i) {
            assertThat(values[i]).as("from %s, count %s", from, count).isEqualTo(from + i);
          }
        }
      }
    }
  }

  /** A file is asked a few times for short columns, and once a column for long ones. */
  @ParameterizedTest
  @CsvSource({"100, 20000, 10, 100, 8", "4000, 1000, 0, 64, 1000", "4000, 1000, 64, 4000, 32"})
  void asksTheFileSeldom(long rows, long columns, long from, long to, long calls)
      throws IOException {
    AtomicLong asked = new AtomicLong();
    AtomicLong most = new AtomicLong();
    ElementSource counting =
        new ElementSource() {
          @Override
          public void read(long start, ByteBuffer into) {
            asked.incrementAndGet();
            most.accumulateAndGet(into.capacity(), Math::max);
            into.position(into.limit());
          }

          @Override
          public boolean isForwardOnly() {
            return false;
          }
        };
    int bytes = (int) ((to - from) * columns * 4);
    new FortranOrder("f", counting, List.of(rows, columns), 4)
        .read(from * columns * 4, ByteBuffer.allocate(bytes));
    assertThat(asked.get()).isBetween(1L, calls);
    assertThat(most.get()).isLessThanOrEqualTo(1 << 20);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void refusesToTransposeAPipe(boolean isBigEndian) throws IOException {
    byte[] bytes =
        NpyFile.of(isBigEndian ? ">f4" : "<f4", true, List.of(2L, 3L)).bytes(new byte[24]);
    try (TensorFile file = TensorFile.of("standard input", new ByteArrayInputStream(bytes))) {
      TensorReader reader = file.only().reader();
      assertThat(file.only().isForwardOnly()).isTrue();
      assertThatExceptionOfType(FileFormatException.class)
          .isThrownBy(() -> reader.floats(0, 2))
          .withMessage(
              "standard input: is in Fortran order, expected C order (numpy.ascontiguousarray):"
                  + " in an archive or a pipe, elements can't be read at any place");
    }
  }

  @Test
  void oneAxisLongerThanOneIsInBothOrders() throws IOException {
    byte[] bytes = NpyFile.of("|u1", true, List.of(1L, 3L, 1L)).bytes((byte) 5, (byte) 6, (byte) 7);
    try (TensorFile file = TensorFile.of("pipe", new ByteArrayInputStream(bytes))) {
      assertThat(file.only().reader().integers(0, 3)).containsExactly(5, 6, 7);
    }
    assertThat(FortranOrder.isAnother(List.of(1L, 1L))).isFalse();
    assertThat(FortranOrder.isAnother(List.of(0L, 5L, 5L))).isFalse();
    assertThat(FortranOrder.isAnother(List.of(2L, 1L, 2L))).isTrue();
  }

  @Test
  void aFileThatBecomesShorterIsRefused() throws IOException {
    Path path = write("<f4", List.of(10L, 20L));
    try (TensorFile file = TensorFile.open(path)) {
      TensorReader reader = file.only().reader();
      Files.write(path, new byte[300]);
      assertThatExceptionOfType(FileFormatException.class)
          .isThrownBy(() -> reader.floats(0, 10))
          .withMessage(path + ": changed its length while it was being read");
    }
  }

  private Path write(String description, List<Long> shape) throws IOException {
    int width = width(description);
    int size = (int) StoredTensor.product(shape);
    ByteBuffer data = ByteBuffer.allocate(size * width);
    data.order(description.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int[] index = new int[shape.size()];
    for (int i = 0; i < size; i++) {
      int place = 0;
      for (int axis = shape.size() - 1; axis >= 0; axis--) {
        place = place * (int) (long) shape.get(axis) + index[axis];
      }
      put(data, place, description.substring(1), i);
      for (int axis = shape.size() - 1; axis >= 0 && ++index[axis] == shape.get(axis); axis--) {
        index[axis] = 0;
      }
    }
    return Files.write(
        folder.resolve("fortran.npy"), NpyFile.of(description, true, shape).bytes(data.array()));
  }

  private static void put(ByteBuffer data, int place, String type, int value) {
    switch (type) {
      case "u1" -> data.put(place, (byte) value);
      case "u2" -> data.putShort(2 * place, (short) value);
      case "u4" -> data.putInt(4 * place, value);
      case "u8" -> data.putLong(8 * place, value);
      case "f2" -> data.putShort(2 * place, float16(value));
      case "f4" -> data.putFloat(4 * place, value);
      default -> data.putDouble(8 * place, value);
    }
  }

  /** The bits of an integer from 0 to 2047. */
  private static short float16(int value) {
    int exponent = value == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(value);
    return (short)
        (value == 0 ? 0 : ((exponent + 15) << 10) | ((value << (10 - exponent)) & 0x3FF));
  }

  private static int width(String description) {
    return description.charAt(2) - '0';
  }
}
