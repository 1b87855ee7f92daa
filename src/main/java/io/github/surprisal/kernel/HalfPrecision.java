/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/** Numbers of 16 bits, widened to float exactly. */
public final class HalfPrecision {

  /** Magnitude bits of float16 infinity; above it stands NaN. */
  public static final int FLOAT16_INFINITY = 0x7c00;

  /** Bits between the fractions of float16 and float32. */
  public static final int FRACTION_SHIFT = 23 - 10;

  /** Makes up for the difference of the exponents' biases, 127 − 15; subnormals come out right. */
  public static final float REBIAS = 0x1p112f;

  private HalfPrecision() {}

  /** The value of bfloat16 bits: the upper half of a float32. */
  public static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The value of float16 bits: 5 bits of exponent, 10 of fraction. */
  public static float fromFloat16(short bits) {
    int magnitude = bits & 0x7fff;
    int sign = (bits & 0x8000) << 16;
    float value = Float.intBitsToFloat(magnitude << FRACTION_SHIFT) * REBIAS;
    int special = magnitude >= FLOAT16_INFINITY ? 0x7f800000 : 0;
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) | special | sign);
  }
}
