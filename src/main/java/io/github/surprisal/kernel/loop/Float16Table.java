/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.loop;

import io.github.surprisal.kernel.HalfPrecision;

/**
 * The values of all float16 bits: C2 does not vectorise {@code intBitsToFloat}, and a load takes
 * less than the arithmetic, since logits share few exponents and their part of the table stays in
 * the first-level cache.
 */
final class Float16Table {

  private static final float[] VALUES = new float[1 << Short.SIZE];

  static {
    for (int bits = 0; bits < VALUES.length; bits++) {
      VALUES[bits] = HalfPrecision.fromFloat16((short) bits);
    }
  }

  private Float16Table() {}

  /** Widens {@code length} bits. */
  static void widen(short[] bits, int offset, int length, float[] out, int outOffset) {
    float[] values = VALUES;
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = values[bits[offset + i] & 0xffff];
    }
  }
}
