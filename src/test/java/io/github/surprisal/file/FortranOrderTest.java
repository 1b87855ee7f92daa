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
    long mask = mask(description);
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
    new FortranOrder(counting, List.of(rows, columns), 4)
        .read(from * columns * 4, ByteBuffer.allocate(bytes));
    assertThat(asked.get()).isBetween(1L, calls);
    assertThat(most.get()).isLessThanOrEqualTo(1 << 20);
  }

  @ParameterizedTest
  @CsvSource({"STORED, |u1", "STORED, >u4", "DEFLATED, <u2", "DEFLATED, >u8"})
  void archives(Zip zip, String description) throws IOException {
    Random random = new Random(9);
    for (int rank = 0; rank <= 5; rank++) {
      for (int round = 0; round < 4; round++) {
        List<Long> shape = shape(random, rank);
        Path path = Files.write(folder.resolve("x.npz"), zip.of(bytes(description, shape)));
        try (TensorFile file = TensorFile.open(path)) {
          StoredTensor tensor = file.tensor("a");
          assertThat(tensor.isForwardOnly()).isTrue();
          TensorReader reader = tensor.reader();
          int size = (int) tensor.size();
          for (int trial = 0; trial < 30; trial++) {
            int from = random.nextInt(size + 1);
            int count = random.nextInt(size - from + 1);
            assertCounts(reader.integers(from, count), from, mask(description));
          }
          assertCounts(reader.integers(0, size), 0, mask(description));
        }
      }
    }
  }

  private enum Zip {
    STORED,
    DEFLATED;

    byte[] of(byte... member) {
      return this == STORED ? TestFiles.storedZip("a.npy", member) : TestFiles.zip(member, "a.npy");
    }
  }

  private static void assertCounts(long[] values, long from, long mask) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] != ((from + i) & mask)) {
        assertThat(values[i]).as("element %s from %s", i, from).isEqualTo((from + i) & mask);
      }
    }
  }

  /** Each block takes a pass over all elements, and so does a range that is larger than a block. */
  @ParameterizedTest
  @CsvSource({"<u2, 8", "<u4, 16", "<u8, 64", "|u1, 1", "<u4, 100000"})
  void blocksOfAnArchive(String description, int blockBytes) throws IOException {
    Random random = new Random(10);
    int width = width(description);
    for (List<Long> shape :
        List.of(List.of(7L, 9L), List.of(3L, 4L, 5L), List.of(2L, 1L, 3L, 6L))) {
      Passes passes = new Passes(elements(description, shape));
      int size = passes.bytes.length / width;
      FortranOrderStream stream =
          new FortranOrderStream("f", passes, shape, width, false, blockBytes);
      ElementType type = NpyType.of(description).type();
      TensorReader reader = new TensorReader("f", type, size, shape.get(shape.size() - 1), stream);
      for (int from = 0; from < size; from++) {
        assertCounts(reader.integers(from, 1), from, mask(description));
      }
      assertThat(passes.count).isEqualTo((passes.bytes.length + blockBytes - 1) / blockBytes);
      for (int trial = 0; trial < 300; trial++) {
        int from = random.nextInt(size + 1);
        int before = passes.count;
        int count = random.nextInt(size - from + 1);
        assertCounts(reader.integers(from, count), from, mask(description));
        assertThat(passes.count - before).isLessThanOrEqualTo(count * width > blockBytes ? 1 : 2);
      }
    }
  }

  /** What can be read from the front again and again. */
  private static final class Passes implements ElementSource {

    private final byte[] bytes;
    private int next;
    private int count;

    Passes(byte... bytes) {
      this.bytes = bytes;
    }

    @Override
    public void read(long start, ByteBuffer into) {
      assertThat(start).isIn(0L, (long) next);
      count += start == 0 ? 1 : 0;
      next = (int) start + into.remaining();
      into.put(bytes, (int) start, into.remaining());
    }

    @Override
    public boolean isForwardOnly() {
      return true;
    }
  }

  /** Also at the second try: of a pass that failed, nothing is kept. */
  @Test
  void holdsAnArchiveAgainstItsChecksum() throws IOException {
    byte[] bytes = Zip.STORED.of(bytes("<u4", List.of(20L, 30L)));
    bytes[bytes.length - 1000] ^= 1; // of 2,400 that are elements
    Path path = Files.write(folder.resolve("x.npz"), bytes);
    try (TensorFile file = TensorFile.open(path)) {
      TensorReader reader = file.only().reader();
      for (int trial = 0; trial < 2; trial++) {
        assertThatExceptionOfType(FileFormatException.class)
            .isThrownBy(() -> reader.integers(0, 1))
            .withMessageMatching(
                ".*x\\.npz:a: is damaged: its CRC-32 is [0-9a-f]{8}, expected [0-9a-f]{8}");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<f4", ">f4"})
  void pipes(String description) throws IOException {
    byte[] bytes = bytes(description, List.of(4L, 5L));
    try (TensorFile file = TensorFile.of("standard input", new ByteArrayInputStream(bytes))) {
      TensorReader reader = file.only().reader();
      assertThat(file.only().isForwardOnly()).isTrue();
      assertThat(reader.floats(1, 2).toArray()).containsExactly(5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
      assertThat(reader.floats(0, 1).toArray()).containsExactly(0, 1, 2, 3, 4);
    }
  }

  /** As many bytes as a block has are read, and not one more. */
  @Test
  void longPipesAreRefused() throws IOException {
    List<Long> shape = List.of(2L, 3L);
    byte[] elements = {0, 3, 1, 4, 2, 5};
    FortranOrderStream fits = new FortranOrderStream("f", new Passes(elements), shape, 1, true, 6);
    ByteBuffer into = ByteBuffer.allocate(6);
    fits.read(0, into);
    assertThat(into.array()).containsExactly(0, 1, 2, 3, 4, 5);
    FortranOrderStream tooLong =
        new FortranOrderStream("f", new Passes(elements), shape, 1, true, 5);
    assertThatExceptionOfType(FileFormatException.class)
        .isThrownBy(() -> tooLong.read(0, ByteBuffer.allocate(1)))
        .withMessage(
            "f: has 6 bytes in Fortran order, expected at most 5 of them in a pipe, or C order"
                + " (numpy.ascontiguousarray), or a file on a disk");
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
    return Files.write(folder.resolve("fortran.npy"), bytes(description, shape));
  }

  private static byte[] bytes(String description, List<Long> shape) {
    return NpyFile.of(description, true, shape).bytes(elements(description, shape));
  }

  private static byte[] elements(String description, List<Long> shape) {
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
    return data.array();
  }

  private static long mask(String description) {
    return (1L << Math.min(62, 8 * width(description))) - 1;
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
