/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.HalfPrecision;
import io.github.surprisal.kernel.TileKernel;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** Where the elements of a {@link FloatData} lie; read, and never written. */
public sealed interface FloatStorage {
  /** The element at a position. */
  float at(int index);

  /**
   * Copies the elements {@code from + i * stride} to {@code destination[offset + i]}.
   *
   * @param stage where numbers of 16 bits are staged
   */
  void copyTo(int from, long stride, int count, float[] destination, int offset, Stage stage);

  /** Whether the elements may lie in an array of floats that can't be seen. */
  default boolean mayHideArray() {
    return false;
  }

  /** Elements in an array. */
  final class Array implements FloatStorage {
    final float[] data;

    public Array(float[] data) {
      this.data = data;
    }

    @Override
    public float at(int index) {
      return data[index];
    }

    @Override
    public void copyTo(
        int from, long stride, int count, float[] destination, int offset, Stage stage) {
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

    public Buffer(FloatBuffer data) {
      this.data = data;
    }

    /** That is so in a read-only heap buffer; any other is direct or a view of bytes here. */
    @Override
    public boolean mayHideArray() {
      return data.isReadOnly() && !data.isDirect();
    }

    @Override
    public float at(int index) {
      return data.get(index);
    }

    @Override
    public void copyTo(
        int from, long stride, int count, float[] destination, int offset, Stage stage) {
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

  /** Elements of 16 bits, widened when they are read. */
  final class Halves implements FloatStorage {
    private final ShortBuffer bits;
    private final Format format;

    public Halves(ShortBuffer bits, Format format) {
      this.bits = bits;
      this.format = format;
    }

    @Override
    public float at(int index) {
      return format.widen(bits.get(index));
    }

    @Override
    public void copyTo(
        int from, long stride, int count, float[] destination, int offset, Stage stage) {
      if (stride == 1) {
        copyRun(from, count, destination, offset, stage);
        return;
      }
      long index = from;
      for (int i = 0; i < count; i++, index += stride) {
        destination[offset + i] = at((int) index);
      }
    }

    private void copyRun(int from, int count, float[] destination, int offset, Stage stage) {
      if (bits.hasArray()) {
        int start = bits.arrayOffset() + from;
        format.widen(stage.kernel(), bits.array(), start, count, destination, offset);
        return;
      }
      short[] staged = stage.halves();
      int length;
      for (int done = 0; done < count; done += length) {
        length = Math.min(staged.length, count - done);
        bits.get(from + done, staged, 0, length);
        format.widen(stage.kernel(), staged, 0, length, destination, offset + done);
      }
    }
  }

  /** The two formats of 16 bits. */
  enum Format {
    /** The upper halves of float32 values: 8 bits of exponent, 7 of fraction. */
    BFLOAT16 {
      @Override
      float widen(short bits) {
        return HalfPrecision.fromBfloat16(bits);
      }

      @Override
      void widen(TileKernel kernel, short[] bits, int from, int length, float[] out, int offset) {
        kernel.widenBfloat16(bits, from, length, out, offset);
      }
    },

    /** IEEE 754 half precision: 5 bits of exponent, 10 of fraction. */
    FLOAT16 {
      @Override
      float widen(short bits) {
        return HalfPrecision.fromFloat16(bits);
      }

      @Override
      void widen(TileKernel kernel, short[] bits, int from, int length, float[] out, int offset) {
        kernel.widenFloat16(bits, from, length, out, offset);
      }
    };

    abstract float widen(short bits);

    abstract void widen(
        TileKernel kernel, short[] bits, int from, int length, float[] out, int offset);
  }
}
