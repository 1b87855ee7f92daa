/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;

/**
 * Tensors of shape (outer, classes, inner), whose class axis may have padding behind the classes.
 */
record PaddedLogits(int outer, int classes, int inner) {

  /** What stands in the padding. */
  private static final float[] RUBBISH = {Float.NaN, Float.POSITIVE_INFINITY, 64, -64};

  /** Where the elements lie. */
  enum Storage {
    ARRAY,
    OFFSET_ARRAY,
    READ_ONLY,
    DIRECT,
    BFLOAT16,
    FLOAT16;

    /** Values that every storage holds exactly. */
    FloatTensor tensor(float[] values, int... shape) {
      return switch (this) {
        case ARRAY -> FloatTensor.wrap(values, shape);
        case OFFSET_ARRAY -> {
          float[] longer = new float[values.length + 5];
          Arrays.fill(longer, Float.NaN);
          System.arraycopy(values, 0, longer, 3, values.length);
          yield FloatTensor.wrapAt(longer, 3, shape);
        }
        case READ_ONLY -> FloatTensor.wrap(FloatBuffer.wrap(values).asReadOnlyBuffer(), shape);
        case DIRECT -> FloatTensor.wrap(direct(values), shape);
        case BFLOAT16 -> FloatTensor.bfloat16(bfloat16(values), shape);
        case FLOAT16 -> FloatTensor.float16(float16(values), shape);
      };
    }

    private static FloatBuffer direct(float[] values) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(values.length * Float.BYTES);
      FloatBuffer buffer = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      return buffer.put(values).rewind();
    }

    private static ShortBuffer bfloat16(float[] values) {
      short[] halves = new short[values.length];
      for (int i = 0; i < halves.length; i++) {
        halves[i] = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
      }
      return ShortBuffer.wrap(halves);
    }

    /** Of values that are 0 or of an ordinary size, or not finite. */
    private static ShortBuffer float16(float[] values) {
      short[] halves = new short[values.length];
      for (int i = 0; i < halves.length; i++) {
        int bits = Float.floatToRawIntBits(values[i]);
        int magnitude =
            Float.isNaN(values[i])
                ? 0x7e00
                : Float.isInfinite(values[i])
                    ? 0x7c00
                    : values[i] == 0
                        ? 0
                        : (Math.getExponent(values[i]) + 15) << 10 | (bits >>> 13 & 0x3ff);
        halves[i] = (short) ((bits >>> 16 & 0x8000) | magnitude);
      }
      return ShortBuffer.wrap(halves);
    }
  }

  int rows() {
    return outer * inner;
  }

  int size() {
    return outer * classes * inner;
  }

  /** The shape with some padding, where the axis of one element is left out. */
  int[] shape(int padding) {
    int extent = classes + padding;
    return inner == 1 ? new int[] {outer, extent} : new int[] {outer, extent, inner};
  }

  int classAxis() {
    return inner == 1 ? -1 : 1;
  }

  /** One value a row. */
  IntTensor perRow(int[] values) {
    return inner == 1 ? IntTensor.wrap(values, outer) : IntTensor.wrap(values, outer, inner);
  }

  /** The tensor with rubbish in its padding; without padding if there is none. */
  FloatTensor tensor(Storage storage, float[] values, int padding) {
    return storage.tensor(padded(values, padding), shape(padding));
  }

  /** The elements with rubbish behind the classes. */
  float[] padded(float[] values, int padding) {
    int extent = classes + padding;
    float[] out = new float[outer * extent * inner];
    for (int i = 0; i < out.length; i++) {
      int c = i / inner % extent;
      out[i] = c < classes ? values[unpadded(i, extent)] : RUBBISH[i % RUBBISH.length];
    }
    return out;
  }

  private int unpadded(int i, int extent) {
    int c = i / inner % extent;
    return (i / inner / extent * classes + c) * inner + i % inner;
  }

  /** The results with a value behind the classes of each row. */
  float[] filled(float[] results, int padding, float value) {
    int extent = classes + padding;
    float[] out = new float[outer * extent * inner];
    for (int i = 0; i < out.length; i++) {
      out[i] = i / inner % extent < classes ? results[unpadded(i, extent)] : value;
    }
    return out;
  }
}
