/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.file.ElementType;
import io.github.surprisal.file.StoredTensor;
import io.github.surprisal.file.TensorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Logits of real models, saved in any type and read as any type. */
final class RealLogits {

  private static final Path FOLDER = Path.of("src/test/resources/conformance/real");

  private RealLogits() {}

  static FloatTensor read(String name) throws IOException {
    try (TensorFile file = TensorFile.open(FOLDER.resolve(name + "_logits.npy"))) {
      StoredTensor logits = file.only();
      int columns = (int) (long) logits.shape().get(logits.shape().size() - 1);
      int rows = (int) (logits.size() / columns);
      return FloatTensor.copyOf(logits.reader().floats(0, rows).toArray(), rows, columns);
    }
  }

  static long[] integers(String name) throws IOException {
    try (TensorFile file = TensorFile.open(FOLDER.resolve(name + ".npy"))) {
      return file.only().reader().integers(0, (int) file.only().size());
    }
  }

  static FloatTensor logProbs(FloatTensor logits) {
    float[] values = logits.toArray();
    int columns = logits.shape().axis(1);
    for (int row = 0; row < values.length; row += columns) {
      double sum = 0;
      for (int i = row; i < row + columns; i++) {
        sum += Math.exp(values[i]);
      }
      for (int i = row; i < row + columns; i++) {
        values[i] = (float) (values[i] - Math.log(sum));
      }
    }
    return FloatTensor.wrap(values, logits.shape().toArray());
  }

  static FloatTensor exp(FloatTensor logProbs) {
    float[] values = logProbs.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.exp(values[i]);
    }
    return FloatTensor.wrap(values, logProbs.shape().toArray());
  }

  /** The bytes of the values in a type, little-endian, rounded to nearest. */
  static byte[] bytes(FloatTensor values, ElementType type) {
    float[] array = values.toArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(array.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : array) {
      switch (type) {
        case FLOAT64 -> bytes.putDouble(value);
        case FLOAT32 -> bytes.putFloat(value);
        case FLOAT16 -> bytes.putShort(float16(value));
        case BFLOAT16 -> bytes.putShort(bfloat16(value));
        case INT32 -> bytes.putInt((int) value);
        case INT16 -> bytes.putShort((short) value);
        default -> throw new IllegalArgumentException(type.toString());
      }
    }
    return bytes.array();
  }

  private static short bfloat16(float value) {
    int bits = Float.floatToIntBits(value);
    return (short)
        (Float.isFinite(value) ? (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16 : bits >>> 16);
  }

  private static short float16(float value) {
    int sign = value < 0 ? 0x8000 : 0;
    double magnitude = Math.abs((double) value);
    if (Double.isNaN(magnitude)) {
      return 0x7E00;
    }
    if (magnitude >= 65_520) {
      return (short) (sign | 0x7C00);
    }
    int exponent = Math.max(-14, Math.getExponent(magnitude));
    long mantissa = (long) Math.rint(Math.scalb(magnitude, 10 - exponent)); // 1024 to 2048
    return (short) (sign | (((exponent + 14) << 10) + (int) mantissa));
  }

  static byte[] reversed(byte[] bytes, int width) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[i / width * width + width - 1 - i % width];
    }
    return reversed;
  }

  /** Reads little-endian bytes as values of a type. */
  static FloatTensor read(byte[] bytes, ElementType type, FloatTensor like) {
    int[] shape = like.shape().toArray();
    return switch (type) {
      case FLOAT32 -> FloatTensor.float32(bytes, shape);
      case FLOAT16 -> FloatTensor.float16(bytes, shape);
      case BFLOAT16 -> FloatTensor.bfloat16(bytes, shape);
      default -> {
        float[] values = new float[bytes.length / 8];
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) data.getDouble();
        }
        yield FloatTensor.wrap(values, shape);
      }
    };
  }
}
