/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the tensor encodings that the conformance data's README describes. */
final class JsonTensors {
  private JsonTensors() {}

  static int[] shape(JsonNode array) {
    int[] shape = new int[array.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = array.get(i).intValue();
    }
    return shape;
  }

  static FloatTensor floats(JsonNode tensor) {
    int[] shape = shape(tensor.get("shape"));
    float[] values = tensor.has("hash") ? hashed(tensor, size(shape)) : plain(tensor);
    return FloatTensor.copyOf(values, shape);
  }

  private static float[] plain(JsonNode tensor) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(tensor.get("f32").binaryValue());
      float[] values = new float[bytes.remaining() / Float.BYTES];
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] hashed(JsonNode tensor, int size) {
    JsonNode hash = tensor.get("hash");
    boolean absolute = tensor.path("abs").asBoolean();
    int seed = (int) hash.get("seed").longValue();
    int exponent = -hash.get("exp").intValue();
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      int z = (i + 1) * 0x9E3779B9 + seed;
      z ^= z >>> 16;
      z *= 0x21F0AAAD;
      z ^= z >>> 15;
      z *= 0x735A2D97;
      z ^= z >>> 15;
      values[i] = Math.scalb((float) ((z >>> 8) - 8388608), exponent);
      values[i] = absolute ? Math.abs(values[i]) : values[i];
    }
    for (JsonNode spike : hash.path("spikes")) {
      values[spike.get(0).intValue()] = (float) spike.get(1).doubleValue();
    }
    return values;
  }

  static float[] hexFloats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(Integer.parseUnsignedInt(array.get(i).textValue(), 16));
    }
    return values;
  }

  /** Integers as they are: they may lie beyond int. */
  static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).longValue();
    }
    return values;
  }

  /** A number, or one of the strings "NaN", "Infinity", "-Infinity", or a decimal string. */
  static double number(JsonNode node) {
    return node.isTextual() ? Double.parseDouble(node.textValue()) : node.doubleValue();
  }

  static double[] numbers(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(array.get(i));
    }
    return values;
  }

  static int size(int[] shape) {
    int size = 1;
    for (int axis : shape) {
      size *= axis;
    }
    return size;
  }
}
