/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.surprisal.kernel.KernelProvider;
import io.github.surprisal.rows.Stage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FloatTensorTest {
  private static final float[] SIX = {1, -2, 0.5f, 4, -0.0f, 6};

  private static FloatBuffer direct(ByteOrder order, float... values) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(Float.BYTES * values.length).order(order).asFloatBuffer();
    return buffer.put(values).flip();
  }

  private static ShortBuffer shorts(int... bits) {
    ShortBuffer buffer = ShortBuffer.allocate(bits.length);
    for (int value : bits) {
      buffer.put((short) value);
    }
    return buffer.flip();
  }

  /** The values of {@link #SIX} in shape (2, 3), in every kind of memory. */
  static List<FloatTensor> kinds() {
    ByteBuffer heapBytes = ByteBuffer.allocate(24);
    heapBytes.asFloatBuffer().put(SIX);
    FloatBuffer offset = FloatBuffer.wrap(new float[] {9, 9, 1, -2, 0.5f, 4, -0.0f, 6, 9});
    FloatBuffer directOffset = direct(ByteOrder.nativeOrder(), 9, 1, -2, 0.5f, 4, -0.0f, 6, 9);
    return List.of(
        FloatTensor.of(new float[][] {{1, -2, 0.5f}, {4, -0.0f, 6}}),
        FloatTensor.copyOf(SIX, 2, 3),
        FloatTensor.wrap(SIX, 2, 3),
        FloatTensor.wrapAt(new float[] {9, 1, -2, 0.5f, 4, -0.0f, 6, 9}, 1, 2, 3),
        FloatTensor.wrap(FloatBuffer.wrap(SIX), 2, 3),
        FloatTensor.wrap(offset.position(1).slice().position(1), 2, 3),
        FloatTensor.wrap(FloatBuffer.wrap(SIX).asReadOnlyBuffer(), 2, 3),
        FloatTensor.wrap(heapBytes.asFloatBuffer(), 2, 3),
        FloatTensor.wrap(direct(ByteOrder.BIG_ENDIAN, SIX), 2, 3),
        FloatTensor.wrap(direct(ByteOrder.LITTLE_ENDIAN, SIX), 2, 3),
        FloatTensor.wrap(directOffset.position(1), 2, 3),
        FloatTensor.of(9, 1, -2, 0.5f, 4, -0.0f, 6, 9).slice(1, 7).reshape(2, 3),
        FloatTensor.wrap(directOffset, 7).slice(0, 6).reshape(2, 3),
        FloatTensor.bfloat16(shorts(0x3f80, 0xc000, 0x3f00, 0x4080, 0x8000, 0x40c0), 2, 3),
        FloatTensor.float16(shorts(0x3c00, 0xc000, 0x3800, 0x4400, 0x8000, 0x4600), 2, 3));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void readsTheSameFromEveryKindOfMemory(FloatTensor tensor) {
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(tensor.size()).isEqualTo(6);
    assertThat(tensor.rank()).isEqualTo(2);
    assertThat(tensor.toArray()).containsExactly(SIX);
    assertThat(tensor.get(0, 2)).isEqualTo(0.5f);
    assertThat(tensor.get(1, 0)).isEqualTo(4f);
    assertThat(tensor.at(5)).isEqualTo(6f);
    assertThat(tensor)
        .isEqualTo(FloatTensor.copyOf(SIX, 2, 3))
        .hasSameHashCodeAs(FloatTensor.copyOf(SIX, 2, 3))
        .hasToString("FloatTensor(2, 3)[[1.0, -2.0, 0.5], [4.0, -0.0, 6.0]]");
    assertThat(FloatTensor.copyOf(SIX, 2, 3)).isEqualTo(tensor);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void copiesWithStride(FloatTensor tensor) {
    float[] destination = new float[4];
    tensor.data().copyTo(1, 1, 3, destination, 1, new Stage(KernelProvider.newKernel()));
    assertThat(destination).containsExactly(0, -2, 0.5f, 4);
    tensor.data().copyTo(2, 3, 2, destination, 0, new Stage(KernelProvider.newKernel()));
    assertThat(destination).containsExactly(0.5f, 6, 0.5f, 4);
    tensor.data().copyTo(0, 2, 3, destination, 1, new Stage(KernelProvider.newKernel()));
    assertThat(destination).containsExactly(0.5f, 1, 0.5f, -0.0f);
    tensor.data().copyTo(3, 1L << 40, 1, destination, 0, new Stage(KernelProvider.newKernel()));
    assertThat(destination).containsExactly(4, 1, 0.5f, -0.0f);
    tensor.data().copyTo(6, 1, 0, destination, 4, new Stage(KernelProvider.newKernel()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void slicesAlongTheFirstAxis(FloatTensor tensor) {
    FloatTensor second = tensor.slice(1, 2);
    assertThat(second).isEqualTo(FloatTensor.copyOf(new float[] {4, -0.0f, 6}, 1, 3));
    assertThat(tensor.slice(0, 2)).isEqualTo(tensor);
    assertThat(tensor.slice(1, 1).shape()).isEqualTo(Shape.of(0, 3));
    assertThat(tensor.slice(2, 2).size()).isZero();
    assertThat(tensor.reshape(6).slice(2, 5).slice(1, 3).toArray()).containsExactly(4, -0.0f);
  }

  @Test
  void arraysAreReadInPlace() {
    List<Boolean> inPlace =
        List.of(
            true, true, true, true, true, true, false, false, false, false, false, true, false,
            false, false);
    List<FloatTensor> kinds = kinds();
    for (int i = 0; i < kinds.size(); i++) {
      FloatTensor tensor = kinds.get(i);
      assertThat(tensor.isArray()).as("kind %d", i).isEqualTo(inPlace.get(i));
      if (tensor.isArray()) {
        assertThat(tensor.array()[tensor.arrayOffset() + 3]).isEqualTo(4f);
      } else {
        assertThatIllegalStateException()
            .isThrownBy(tensor::array)
            .withMessage("the elements do not lie in an array");
      }
    }
  }

  @Test
  void copiesAreIndependent() {
    float[] data = SIX.clone();
    float[][] rows = {{1, 2}};
    float[][][] planes = {{{1, 2}}};
    List<FloatTensor> copies =
        List.of(
            FloatTensor.copyOf(data, 6),
            FloatTensor.of(data),
            FloatTensor.of(rows),
            FloatTensor.of(planes));
    data[0] = 7;
    rows[0][0] = 7;
    planes[0][0][0] = 7;
    for (FloatTensor copy : copies) {
      copy.toArray()[0] = 7;
      assertThat(copy.at(0)).isEqualTo(1f);
    }
  }

  @Test
  void wrapAndViewsShareMemory() {
    float[] data = SIX.clone();
    FloatBuffer buffer = direct(ByteOrder.nativeOrder(), SIX);
    FloatTensor array = FloatTensor.wrap(data, 6);
    FloatTensor memory = FloatTensor.wrap(buffer, 6);
    assertThat(array.array()).isSameAs(data);
    data[4] = 7;
    buffer.put(4, 7);
    assertThat(array.reshape(3, 2).slice(2, 3).get(0, 0)).isEqualTo(7f);
    assertThat(memory.reshape(3, 2).slice(2, 3).get(0, 0)).isEqualTo(7f);
  }

  @Test
  void bufferPositionsAreLeftAloneAndDoNotMatterLater() {
    FloatBuffer heap = FloatBuffer.wrap(SIX.clone()).position(2);
    FloatBuffer memory = direct(ByteOrder.nativeOrder(), SIX).position(2);
    ShortBuffer bits = shorts(0, 0, 0x3f80).position(2);
    FloatTensor first = FloatTensor.wrap(heap, 2);
    FloatTensor second = FloatTensor.wrap(memory, 2);
    FloatTensor third = FloatTensor.bfloat16(bits, 1);
    FloatTensor fourth = FloatTensor.float16(bits, 1);
    assertThat(List.of(heap.position(), memory.position(), bits.position())).containsOnly(2);
    heap.clear().limit(0);
    memory.clear().limit(0);
    bits.clear().limit(0);
    assertThat(first.toArray()).containsExactly(0.5f, 4);
    assertThat(second.toArray()).containsExactly(0.5f, 4);
    assertThat(third.toArray()).containsExactly(1);
    assertThat(fourth.toArray()).containsExactly(1.875f);
  }

  @Test
  void scalars() {
    FloatTensor scalar = FloatTensor.scalar(2.5f);
    assertThat(scalar.rank()).isZero();
    assertThat(scalar.size()).isEqualTo(1);
    assertThat(scalar.get()).isEqualTo(2.5f);
    assertThat(scalar).hasToString("FloatTensor() 2.5");
    assertThat(scalar.reshape(1, 1)).isEqualTo(FloatTensor.copyOf(new float[] {2.5f}, 1, 1));
    assertThat(FloatTensor.of(2.5f).reshape()).isEqualTo(scalar);
  }

  @Test
  void nestedArrays() {
    assertThat(FloatTensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}}))
        .isEqualTo(FloatTensor.copyOf(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    assertThat(FloatTensor.of(new float[][][] {{{1, 2}, {3, 4}, {5, 6}}, {{7, 8}, {9, 0}, {1, 2}}}))
        .isEqualTo(FloatTensor.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2).reshape(2, 3, 2));
    assertThat(FloatTensor.of().shape()).isEqualTo(Shape.of(0));
    assertThat(FloatTensor.of(new float[0][]).shape()).isEqualTo(Shape.of(0, 0));
    assertThat(FloatTensor.of(new float[2][0]).shape()).isEqualTo(Shape.of(2, 0));
    assertThat(FloatTensor.of(new float[0][][]).shape()).isEqualTo(Shape.of(0, 0, 0));
    assertThat(FloatTensor.of(new float[2][0][]).shape()).isEqualTo(Shape.of(2, 0, 0));
    assertThat(FloatTensor.of(new float[2][3][0]).shape()).isEqualTo(Shape.of(2, 3, 0));
  }

  @Test
  void refusesRaggedArrays() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.of(new float[][] {{1, 2}, {3, 4}, {5}}))
        .withMessage("row 2 has length 1, expected 2 as in row 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.of(new float[][][] {{{1}, {2}}, {{3}}}))
        .withMessage("plane 1 has length 1, expected 2 as in plane 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.of(new float[][][] {{{1}, {2}}, {{3}, {4, 5}}}))
        .withMessage("row 3 has length 2, expected 1 as in row 0");
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.copyOf(SIX, 2, 2))
        .withMessage("data has length 6, expected 4 for shape (2, 2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrap(SIX, 7))
        .withMessage("data has length 6, expected 7 for shape (7)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrap(SIX))
        .withMessage(
            "data has length 6, expected 1 for shape (); the shape is missing: give its extents after the data");
    assertThatIllegalArgumentException() // 2^32 + 2 elements, 2 in an int
        .isThrownBy(() -> FloatTensor.wrap(new float[2], 2, 715827883, 3))
        .withMessage("data has length 2, expected 4294967298 for shape (2, 715827883, 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrap(SIX, -6))
        .withMessage("axis 0 of shape (-6) is negative: -6");
  }

  @Test
  void refusesBuffersThatAreTooShort() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrap(FloatBuffer.wrap(SIX).position(1), 2, 3))
        .withMessage("data has 5 elements remaining, expected at least 6 for shape (2, 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrap(direct(ByteOrder.BIG_ENDIAN, SIX).limit(3), 4))
        .withMessage("data has 3 elements remaining, expected at least 4 for shape (4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.bfloat16(shorts(1, 2), 3))
        .withMessage("data has 2 elements remaining, expected at least 3 for shape (3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.float16(shorts(1, 2), 3))
        .withMessage("data has 2 elements remaining, expected at least 3 for shape (3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrapAt(SIX, 3, 2, 2))
        .withMessage("data has 3 elements remaining, expected at least 4 for shape (2, 2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrapAt(SIX, -1, 2))
        .withMessage("offset -1 is outside data of length 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrapAt(SIX, 7, 0))
        .withMessage("offset 7 is outside data of length 6");
    assertThat(FloatTensor.wrapAt(SIX, 6, 0).size()).isZero();
  }

  /** Of a buffer, a missing shape would be one element, and all others would be lost. */
  @Test
  void aMissingShapeIsNamed() {
    String missing = "; the shape is missing: give its extents after the data";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrap(FloatBuffer.wrap(SIX)))
        .withMessage("data has 6 elements remaining, expected 1 for shape ()" + missing);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.wrapAt(SIX, 2))
        .withMessage("data has 4 elements remaining, expected 1 for shape ()" + missing);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.bfloat16(shorts(1, 2)))
        .withMessage("data has 2 elements remaining, expected 1 for shape ()" + missing);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.float16(new short[2]))
        .withMessage("data has length 2, expected 1 for shape ()" + missing);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.float32(new byte[8]))
        .withMessage("data has 8 bytes, expected 1 elements of 4 bytes for shape ()" + missing);
    assertThat(FloatTensor.wrap(FloatBuffer.wrap(SIX).position(5)).get()).isEqualTo(6f);
  }

  @Test
  void doublesAreRounded() {
    FloatTensor expected = FloatTensor.of(0.1f, 16777216f, Float.MIN_VALUE, 0f);
    double[] values = {0.1, 16777217, 1e-45, 1e-300};
    assertThat(FloatTensor.of(values)).isEqualTo(expected);
    assertThat(FloatTensor.of(0.1, 16777217, 1e-45, 1e-300)).isEqualTo(expected);
    assertThat(FloatTensor.copyOf(values, 2, 2)).isEqualTo(expected.reshape(2, 2));
    assertThat(FloatTensor.of(new double[][] {values})).isEqualTo(expected.reshape(1, 4));
    assertThat(FloatTensor.of(new double[][][] {{values}, {values}}).slice(1, 2))
        .isEqualTo(expected.reshape(1, 1, 4));
    assertThat(FloatTensor.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0, Float.MAX_VALUE))
        .isEqualTo(FloatTensor.of(Float.NaN, Float.NEGATIVE_INFINITY, -0.0f, Float.MAX_VALUE));
  }

  @Test
  void doublesTooLargeForAFloatAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.of(1, -1e39))
        .withMessage("value -1.0E39 at index 1 is too large for a float");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.of(new double[][] {{1, 2}, {3, 4e38}}))
        .withMessage("value 4.0E38 at index 3 is too large for a float");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.copyOf(new double[3], 2))
        .withMessage("data has length 3, expected 2 for shape (2)");
  }

  @Test
  void halvesFromArrays() {
    short[] bfloat16 = {0x3f80, (short) 0xc000, 0x3f00, 0x4080, (short) 0x8000, 0x40c0};
    short[] float16 = {0x3c00, (short) 0xc000, 0x3800, 0x4400, (short) 0x8000, 0x4600};
    FloatTensor expected = FloatTensor.copyOf(SIX, 2, 3);
    FloatTensor shared = FloatTensor.bfloat16(bfloat16, 2, 3);
    assertThat(shared).isEqualTo(expected);
    assertThat(FloatTensor.float16(float16, 2, 3)).isEqualTo(expected);
    bfloat16[0] = 0x40c0;
    assertThat(shared.get(0, 0)).isEqualTo(6f);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.bfloat16(bfloat16, 2, 2))
        .withMessage("data has length 6, expected 4 for shape (2, 2)");
  }

  @Test
  void littleEndianBytesAsFilesHaveThem() {
    byte[] floats = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0};
    byte[] bfloat16 = {(byte) 0x80, 0x3f, 0, (byte) 0xc0};
    byte[] float16 = {0, 0x3c, 0, (byte) 0xc0};
    FloatTensor expected = FloatTensor.of(new float[][] {{1}, {-2}});
    assertThat(FloatTensor.float32(floats, 2, 1)).isEqualTo(expected);
    assertThat(FloatTensor.bfloat16(bfloat16, 2, 1)).isEqualTo(expected);
    assertThat(FloatTensor.float16(float16, 2, 1)).isEqualTo(expected);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.float32(floats, 3))
        .withMessage("data has 8 bytes, expected 3 elements of 4 bytes for shape (3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.bfloat16(new byte[5], 2))
        .withMessage("data has 5 bytes, expected 2 elements of 2 bytes for shape (2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.float16(new byte[5], 2))
        .withMessageStartingWith("data has 5 bytes, expected 2 elements of 2 bytes");
  }

  /** Logits of ordinary size, written in one byte order and read in another. */
  @Nested
  class ByteOrders {
    private static final int COUNT = 500;
    private final Random random = new Random(7);

    private ByteBuffer floats(ByteBuffer bytes, ByteOrder order) {
      bytes.order(order);
      for (int i = 0; i < COUNT; i++) {
        float logit = (float) (3 * random.nextGaussian());
        bytes.putFloat(i % 50 == 7 ? 0 : i % 50 == 8 ? Float.NEGATIVE_INFINITY : logit);
      }
      return bytes.flip().order(ByteOrder.BIG_ENDIAN);
    }

    private ShortBuffer bfloat16(ByteOrder order) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(2 * COUNT).order(order);
      for (int i = 0; i < COUNT; i++) {
        bytes.putShort((short) (Float.floatToIntBits((float) random.nextGaussian()) >> 16));
      }
      return bytes.flip().order(ByteOrder.BIG_ENDIAN).asShortBuffer();
    }

    private ShortBuffer float16(ByteOrder order) {
      ByteBuffer bytes = ByteBuffer.allocate(2 * COUNT).order(order);
      for (int i = 0; i < COUNT; i++) {
        bytes.putShort((short) (0x3400 + random.nextInt(0x1400) | random.nextInt(2) << 15));
      }
      return bytes.flip().order(ByteOrder.BIG_ENDIAN).asShortBuffer();
    }

    private void assertRefused(String method, ThrowingCallable call) {
      assertThatIllegalArgumentException()
          .isThrownBy(call)
          .withMessage(
              "data looks like little-endian numbers in a big-endian buffer: call"
                  + " order(ByteOrder.LITTLE_ENDIAN) on the ByteBuffer before "
                  + method
                  + ", or copy the numbers to an array if they are right as they are");
    }

    @Test
    void aForgottenOrderIsRefused() {
      FloatBuffer heap =
          floats(ByteBuffer.allocate(4 * COUNT), ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      FloatBuffer direct =
          floats(ByteBuffer.allocateDirect(4 * COUNT), ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      assertRefused("asFloatBuffer", () -> FloatTensor.wrap(heap, COUNT));
      assertRefused("asFloatBuffer", () -> FloatTensor.wrap(heap.asReadOnlyBuffer(), 100));
      assertRefused("asFloatBuffer", () -> FloatTensor.wrap(direct, COUNT));
      ShortBuffer bfloat16 = bfloat16(ByteOrder.LITTLE_ENDIAN);
      assertRefused("asShortBuffer", () -> FloatTensor.bfloat16(bfloat16, COUNT));
      ShortBuffer float16 = float16(ByteOrder.LITTLE_ENDIAN);
      assertRefused("asShortBuffer", () -> FloatTensor.float16(float16, COUNT));
      float[] copy = new float[COUNT];
      heap.get(0, copy);
      assertThat(FloatTensor.wrap(copy, COUNT).size()).isEqualTo(COUNT);
    }

    @Test
    void bigEndianNumbersAreFine() {
      ByteBuffer bytes = floats(ByteBuffer.allocate(4 * COUNT), ByteOrder.BIG_ENDIAN);
      FloatBuffer view = bytes.asFloatBuffer();
      assertThat(FloatTensor.wrap(view, COUNT).get(3)).isEqualTo(view.get(3));
      assertThat(FloatTensor.bfloat16(bfloat16(ByteOrder.BIG_ENDIAN), COUNT).size())
          .isEqualTo(COUNT);
      assertThat(FloatTensor.float16(float16(ByteOrder.BIG_ENDIAN), COUNT).size()).isEqualTo(COUNT);
    }

    /** Whatever the bits, unless they make ordinary numbers in the other order. */
    @Test
    void otherNumbersAreFine() {
      ByteBuffer bytes = ByteBuffer.allocate(4 * COUNT);
      FloatBuffer floats = bytes.asFloatBuffer();
      ShortBuffer shorts = bytes.asShortBuffer();
      for (int round = 0; round < 2000; round++) {
        random.nextBytes(bytes.array());
        FloatTensor.wrap(floats, COUNT);
        FloatTensor.bfloat16(shorts, COUNT);
        FloatTensor.float16(shorts, COUNT);
      }
      for (float value : new float[] {0, 3000, 1e-30f, Float.NaN, Float.NEGATIVE_INFINITY}) {
        for (int i = 0; i < COUNT; i++) {
          floats.put(i, value);
        }
        FloatTensor.wrap(floats, COUNT);
      }
      for (int bits = 0; bits < 1 << 16; bits++) { // every constant, and near it
        for (int i = 0; i < 100; i++) {
          shorts.put(i, (short) (bits + i % 10));
        }
        FloatTensor.bfloat16(shorts, 100);
        FloatTensor.float16(shorts, 100);
      }
    }
  }

  @Test
  void getNamesAxisIndexAndExtent() {
    FloatTensor tensor = FloatTensor.wrap(SIX, 2, 3);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> tensor.get(0, 3))
        .withMessage("index 3 is outside axis 1 of extent 3 in shape (2, 3)");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> tensor.get(-1, 0))
        .withMessage("index -1 is outside axis 0 of extent 2 in shape (2, 3)");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> tensor.get(1))
        .withMessage("1 indexes given for shape (2, 3) of rank 2");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> FloatTensor.scalar(1).get(0))
        .withMessage("1 indexes given for shape () of rank 0");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> tensor.slice(0, 0).get(0, 0))
        .withMessage("index 0 is outside axis 0 of extent 0 in shape (0, 3)");
  }

  @Nested
  class Reshape {
    private final FloatTensor tensor = FloatTensor.wrap(SIX, 2, 3);

    @Test
    void keepsRowMajorOrder() {
      FloatTensor reshaped = tensor.reshape(3, 1, 2);
      assertThat(reshaped.shape()).isEqualTo(Shape.of(3, 1, 2));
      assertThat(reshaped.get(1, 0, 1)).isEqualTo(4f);
      assertThat(reshaped.array()).isSameAs(SIX);
    }

    @Test
    void worksOutOneAxis() {
      assertThat(tensor.reshape(-1).shape()).isEqualTo(Shape.of(6));
      assertThat(tensor.reshape(3, -1).shape()).isEqualTo(Shape.of(3, 2));
      assertThat(tensor.reshape(-1, 6, 1).shape()).isEqualTo(Shape.of(1, 6, 1));
      assertThat(FloatTensor.of().reshape(-1, 5).shape()).isEqualTo(Shape.of(0, 5));
    }

    @Test
    void keepsTheCallersExtents() {
      int[] extents = {3, -1};
      assertThat(tensor.reshape(extents).shape()).isEqualTo(Shape.of(3, 2));
      assertThat(extents).containsExactly(3, -1);
    }

    @Test
    void allowsZeroAxes() {
      FloatTensor empty = FloatTensor.wrap(new float[0], 0, 3);
      assertThat(empty.reshape(3, 0)).isNotEqualTo(empty);
      assertThat(empty.reshape(3, 0).reshape(0, 3)).isEqualTo(empty);
    }

    @Test
    void refusesAnotherSize() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tensor.reshape(2, 2))
          .withMessage("shape (2, 3) of 6 elements cannot be reshaped to (2, 2)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tensor.reshape(-1, 4))
          .withMessage("shape (2, 3) of 6 elements cannot be reshaped to (-1, 4)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tensor.reshape(-1, 0))
          .withMessage("shape (2, 3) of 6 elements cannot be reshaped to (-1, 0)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> FloatTensor.of().reshape(-1, 0))
          .withMessage("shape (0) of 0 elements cannot be reshaped to (-1, 0)");
    }

    @Test
    void refusesTwoFreeAxesAndNegativeOnes() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tensor.reshape(-1, 2, -1))
          .withMessage("shape (-1, 2, -1) has more than one axis of -1");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tensor.reshape(-2, -3))
          .withMessage("axis 0 of shape (-2, -3) is negative: -2");
    }
  }

  @Test
  void refusesSlicesOutsideTheFirstAxis() {
    FloatTensor tensor = FloatTensor.wrap(SIX, 2, 3);
    int[][] wrong = {{-1, 1}, {0, 3}, {2, 1}};
    for (int[] slice : wrong) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tensor.slice(slice[0], slice[1]))
          .withMessage(
              "slice [%d, %d) is outside axis 0 of extent 2 in shape (2, 3)", slice[0], slice[1]);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.scalar(1).slice(0, 1))
        .withMessage("shape () has no axis to slice");
    assertThat(tensor.slice(0, 0).slice(0, 0).shape()).isEqualTo(Shape.of(0, 3));
  }

  @Test
  void equalsComparesBits() {
    float otherNan = Float.intBitsToFloat(0x7fc00001);
    assertThat(FloatTensor.of(Float.NaN))
        .isEqualTo(FloatTensor.of(otherNan))
        .hasSameHashCodeAs(FloatTensor.of(otherNan));
    assertThat(FloatTensor.of(otherNan)).isEqualTo(FloatTensor.of(Float.NaN));
    assertThat(FloatTensor.of(0.0f)).isNotEqualTo(FloatTensor.of(-0.0f));
    assertThat(FloatTensor.of(1, 2)).isNotEqualTo(FloatTensor.of(1, 3));
    assertThat(FloatTensor.of(1)).isNotEqualTo(FloatTensor.scalar(1));
    assertThat(FloatTensor.of(1)).isNotEqualTo(1f);
  }

  @Nested
  class Text {
    private FloatTensor zeros(int... shape) {
      return FloatTensor.wrap(new float[(int) Shape.of(shape).size()], shape);
    }

    @Test
    void showsEightEntriesInFull() {
      assertThat(FloatTensor.of(1, 2, 3, 4, 5, 6, 7, 8))
          .hasToString("FloatTensor(8)[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]");
    }

    @Test
    void abbreviatesMore() {
      assertThat(FloatTensor.of(1, 2, 3, 4, 5, 6, 7, 8, Float.NEGATIVE_INFINITY))
          .hasToString("FloatTensor(9)[1.0, 2.0, 3.0, …, 7.0, 8.0, -Infinity]");
      assertThat(zeros(10, 1))
          .hasToString("FloatTensor(10, 1)[[0.0], [0.0], [0.0], …, [0.0], [0.0], [0.0]]");
    }

    @Test
    void showsEmptyAxes() {
      assertThat(zeros(0)).hasToString("FloatTensor(0)[]");
      assertThat(zeros(0, 3)).hasToString("FloatTensor(0, 3)[]");
      assertThat(zeros(3, 0)).hasToString("FloatTensor(3, 0)[[], [], []]");
      assertThat(zeros(2147483647, 0))
          .hasToString("FloatTensor(2147483647, 0)[[], [], [], …, [], [], []]");
    }

    @Test
    void neverGrowsLong() {
      Stream.of(
              zeros(4, 4, 4, 4, 4, 4, 4, 4), zeros(100, 100, 100), zeros(8, 8, 8), zeros(1, 100000))
          .forEach(tensor -> assertThat(tensor.toString()).hasSizeLessThanOrEqualTo(2000));
      assertThat(zeros(8, 8, 8).toString()).hasSize(2000).endsWith("…");
    }
  }

  @Test
  void bfloat16IsTheUpperHalfOfAFloat() {
    short[] bits = new short[1 << 16];
    float[] expected = new float[1 << 16];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
      expected[i] = Float.intBitsToFloat(i << 16);
    }
    assertSameBits(FloatTensor.bfloat16(ShortBuffer.wrap(bits), 1 << 16).toArray(), expected);
  }

  @Test
  void float16IsExactForEveryBitPattern() {
    short[] bits = new short[1 << 16];
    float[] expected = new float[1 << 16];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
      expected[i] = half(i);
    }
    FloatTensor tensor = FloatTensor.float16(ShortBuffer.wrap(bits), 1 << 16);
    assertSameBits(tensor.toArray(), expected);
    for (int i = 0; i < bits.length; i++) {
      assertThat(Float.floatToIntBits(tensor.at(i))).isEqualTo(Float.floatToIntBits(expected[i]));
    }
  }

  /** The value of a half by the definition of the format, in double arithmetic, which is exact. */
  private static float half(int bits) {
    double sign = bits >> 15 == 0 ? 1 : -1;
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    if (exponent == 31) {
      return fraction == 0 ? (float) (sign * Double.POSITIVE_INFINITY) : Float.NaN;
    }
    return (float)
        (exponent == 0
            ? sign * fraction * Math.pow(2, -24)
            : sign * (1024 + fraction) * Math.pow(2, exponent - 25));
  }

  private static void assertSameBits(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(Float.floatToIntBits(actual[i]))
          .as("element %d", i)
          .isEqualTo(Float.floatToIntBits(expected[i]));
    }
  }

  @Test
  void float16LandmarksAreRight() {
    FloatTensor tensor =
        FloatTensor.float16(
            shorts(
                0x0000, 0x8000, 0x0001, 0x8001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0x7c00, 0xfc00,
                0x7e00, 0x7c01),
            12);
    assertSameBits(
        tensor.toArray(),
        new float[] {
          0.0f,
          -0.0f,
          5.9604645e-8f,
          -5.9604645e-8f,
          6.097555e-5f,
          6.1035156e-5f,
          0.33325195f,
          65504f,
          Float.POSITIVE_INFINITY,
          Float.NEGATIVE_INFINITY,
          Float.NaN,
          Float.NaN
        });
  }
}
