/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** Where the elements of a {@link FloatTensor} lie; read, and never written. */
sealed interface FloatStorage {
  /** The element at a position. */
  float at(int index);

  /** Copies the elements {@code from + i * stride} to {@code destination[offset + i]}. */
  void copyTo(int from, long stride, int count, float[] destination, int offset);

  /** Elements in an array. */
  final class Array implements FloatStorage {
    final float[] data;

    Array(float[] data) {
      this.data = data;
    }

    @Override
    public float at(int index) {
      return data[index];
    }

    @Override
    public void copyTo(int from, long stride, int count, float[] destination, int offset) {
      if (stride == 1) {
        System.arraycopy(data, from, destination, offset, count);
        return;
      }
      long index = from;
      for (int i = 0; i < count; i++, index += stride) {
        destination[offset + i] = data[(int) index];
      }
    }
  }

  /** Elements in a buffer without an accessible array: direct, read-only or a view of bytes. */
  final class Buffer implements FloatStorage {
    private final FloatBuffer data;

    Buffer(FloatBuffer data) {
      this.data = data;
    }

    @Override
    public float at(int index) {
      return data.get(index);
    }

    @Override
    public void copyTo(int from, long stride, int count, float[] destination, int offset) {
      if (stride == 1) {
        data.get(from, destination, offset, count);
        return;
      }
      long index = from;
      for (int i = 0; i < count; i++, index += stride) {
        destination[offset + i] = data.get((int) index);
      }
    }
  }

  /** The upper halves of float32 values: 8 bits of exponent, 7 of fraction. */
  final class Bfloat16 implements FloatStorage {
    private final ShortBuffer bits;

    Bfloat16(ShortBuffer bits) {
      this.bits = bits;
    }

    @Override
    public float at(int index) {
      return widen(bits.get(index));
    }

    @Override
    public void copyTo(int from, long stride, int count, float[] destination, int offset) {
      long index = from;
      for (int i = 0; i < count; i++, index += stride) {
        destination[offset + i] = widen(bits.get((int) index));
      }
    }

    private static float widen(short upperHalf) {
      return Float.intBitsToFloat(upperHalf << 16);
    }
  }

  /** IEEE 754 half precision: 5 bits of exponent, 10 of fraction. */
  final class Float16 implements FloatStorage {
    private static final int INFINITY = 0x7c00;
    private static final int SMALLEST_NORMAL = 0x0400;
    private static final int FRACTION_SHIFT = 23 - 10;
    private static final int EXPONENT_SHIFT = (127 - 15) << 23;

    private final ShortBuffer bits;

    Float16(ShortBuffer bits) {
      this.bits = bits;
    }

    @Override
    public float at(int index) {
      return widen(bits.get(index));
    }

    @Override
    public void copyTo(int from, long stride, int count, float[] destination, int offset) {
      long index = from;
      for (int i = 0; i < count; i++, index += stride) {
        destination[offset + i] = widen(bits.get((int) index));
      }
    }

    private static float widen(short half) {
      int magnitude = half & 0x7fff;
      int sign = (half & 0x8000) << 16;
      int widened = magnitude << FRACTION_SHIFT;
      if (magnitude >= INFINITY) {
        widened |= 0x7f800000;
      } else if (magnitude >= SMALLEST_NORMAL) {
        widened += EXPONENT_SHIFT;
      } else {
        widened = Float.floatToRawIntBits(magnitude * 0x1p-24f);
      }
      return Float.intBitsToFloat(widened | sign);
    }
  }
}
