/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Map;
import java.util.TreeMap;

/**
 * The bits of results by name, as 16 hexadecimal digits: the bits of one double, or a hash of
 * several numbers (FNV-1a of 64 bits over the bytes of each number, lowest first). NaN is always
 * the same NaN.
 */
final class BitRecord {
  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final String prefix;
  private final Map<String, String> bits = new TreeMap<>();

  /** A record of results whose names begin with the input's. */
  BitRecord(String input) {
    prefix = input + "/";
  }

  void put(String result, double value) {
    putBits(result, Double.doubleToLongBits(value));
  }

  void put(String result, double[] values) {
    long hash = FNV_BASIS;
    for (double value : values) {
      hash = hash(hash, Double.doubleToLongBits(value), Double.BYTES);
    }
    putBits(result, hash);
  }

  void put(String result, float[] values) {
    long hash = FNV_BASIS;
    for (float value : values) {
      hash = hash(hash, Float.floatToIntBits(value), Float.BYTES);
    }
    putBits(result, hash);
  }

  private static long hash(long start, long bits, int bytes) {
    long hash = start;
    for (int i = 0; i < bytes; i++) {
      hash = (hash ^ (bits >>> (8 * i) & 0xff)) * FNV_PRIME;
    }
    return hash;
  }

  private void putBits(String result, long value) {
    if (bits.put(prefix + result, String.format("%016x", value)) != null) {
      throw new IllegalStateException(prefix + result + " is there twice");
    }
  }

  /** Digits by name, in the order of the names. */
  Map<String, String> bits() {
    return bits;
  }
}
