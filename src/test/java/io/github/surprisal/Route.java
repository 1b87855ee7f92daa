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

/** The ways in which the same rows may reach the library. */
enum Route {
  ARRAY,
  OFFSET_ARRAY {
    @Override
    FloatTensor tensor(float[] values, int rows, int classes) {
      float[] longer = new float[values.length + 16];
      Arrays.fill(longer, Float.NaN);
      System.arraycopy(values, 0, longer, 13, values.length);
      return FloatTensor.wrapAt(longer, 13, rows, classes);
    }
  },
  READ_ONLY {
    @Override
    FloatTensor tensor(float[] values, int rows, int classes) {
      return FloatTensor.wrap(FloatBuffer.wrap(values).asReadOnlyBuffer(), rows, classes);
    }
  },
  DIRECT_LITTLE_ENDIAN {
    @Override
    FloatTensor tensor(float[] values, int rows, int classes) {
      return direct(values, ByteOrder.LITTLE_ENDIAN, rows, classes);
    }
  },
  DIRECT_BIG_ENDIAN {
    @Override
    FloatTensor tensor(float[] values, int rows, int classes) {
      return direct(values, ByteOrder.BIG_ENDIAN, rows, classes);
    }
  },
  /** The upper halves of values that are bfloat16; others as an array. */
  BFLOAT16 {
    @Override
    FloatTensor tensor(float[] values, int rows, int classes) {
      short[] halves = new short[values.length];
      for (int i = 0; i < halves.length; i++) {
        halves[i] = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
      }
      return ifEqual(FloatTensor.bfloat16(ShortBuffer.wrap(halves), rows, classes), values);
    }
  },
  /** Values that are IEEE halves as such; others as an array. */
  FLOAT16 {
    @Override
    FloatTensor tensor(float[] values, int rows, int classes) {
      short[] halves = new short[values.length];
      for (int i = 0; i < halves.length; i++) {
        halves[i] = (short) half(values[i]);
      }
      return ifEqual(FloatTensor.float16(ShortBuffer.wrap(halves), rows, classes), values);
    }
  },
  SEQUENTIAL {
    @Override
    CrossEntropyOptions options() {
      return CrossEntropyOptions.defaults().parallel(false);
    }
  },
  /** Shape (1, classes, rows). */
  CLASS_AXIS_1 {
    @Override
    FloatTensor tensor(float[] values, int rows, int classes) {
      return FloatTensor.wrap(transposed(values, rows, classes), 1, classes, rows);
    }

    @Override
    IntTensor perRow(int[] values) {
      return IntTensor.wrap(values, 1, values.length);
    }

    @Override
    CrossEntropyOptions options() {
      return CrossEntropyOptions.defaults().classAxis(1);
    }

    @Override
    float[] rowMajor(float[] result, int rows, int classes) {
      return transposed(result, classes, rows);
    }
  };

  FloatTensor tensor(float[] values, int rows, int classes) {
    return FloatTensor.wrap(values.clone(), rows, classes);
  }

  /** Whether logits come in fewer bits than a float. */
  boolean isNarrow() {
    return this == BFLOAT16 || this == FLOAT16;
  }

  /** A tensor of one value a row. */
  IntTensor perRow(int[] values) {
    return IntTensor.of(values);
  }

  /** The options with the class axis of the tensors. */
  CrossEntropyOptions options() {
    return CrossEntropyOptions.defaults();
  }

  /** A result of the tensors' layout, row by row. */
  float[] rowMajor(float[] result, int rows, int classes) {
    return result;
  }

  private static FloatTensor ifEqual(FloatTensor narrow, float[] values) {
    FloatTensor plain = FloatTensor.wrap(values.clone(), narrow.shape().toArray());
    return narrow.equals(plain) ? narrow : plain;
  }

  private static int half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int exponent = Math.getExponent(value);
    if (Float.isNaN(value)) {
      return 0x7e00;
    }
    if (exponent > 15) {
      return sign | 0x7c00;
    }
    return sign
        | (exponent < -14
            ? (int) Math.abs(value * 0x1p24f)
            : (exponent + 15) << 10 | (bits >>> 13 & 0x3ff));
  }

  private static FloatTensor direct(float[] values, ByteOrder order, int rows, int classes) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect((values.length + 3) * Float.BYTES).order(order).asFloatBuffer();
    buffer.position(3).put(values).position(3);
    return FloatTensor.wrap(buffer, rows, classes);
  }

  private static float[] transposed(float[] values, int rows, int columns) {
    float[] transposed = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      transposed[i % columns * rows + i / columns] = values[i];
    }
    return transposed;
  }
}
