/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.file.ElementType;
import java.util.Optional;

/**
 * Tells logits that were read as another type or in another byte order than they were written, by
 * exponents that logits don't have.
 *
 * <p>Magnitudes of logits are of a few binades: log2 of a normally distributed number has a
 * standard deviation of 1.6, whatever its scale. A wrong reading makes mantissas exponents, and
 * spreads them, or makes exponents mantissas: bfloat16 bits read as float16 are from 1 to 4. A
 * reading is doubted if its magnitudes are spread, huge, tiny or crowded, and another reading of
 * the same bits has magnitudes that are none of these. Log-probabilities and probabilities, which
 * may be spread, are not doubted.
 */
final class DtypeAdvice {

  /** The most numbers that are looked at: enough to tell a share of 1 in 64. */
  private static final int MOST_NUMBERS = 8192;

  /** Fewer numbers, or fewer different ones, prove nothing. */
  private static final int LEAST_DISTINCT = 64;

  /** Token ids and counts of bytes are below: no vocabulary has as many tokens. */
  private static final int INTEGERS_END = 1 << 24;

  private DtypeAdvice() {}

  /**
   * Looks at the first rows of a block.
   *
   * @param block logits of shape (rows, columns)
   * @param type the type as which they were read
   * @return one line of advice, without a stop; empty if the numbers may be logits
   */
  static Optional<String> of(FloatTensor block, ElementType type) {
    return of(block, type, TensorLook.of(block, type));
  }

  /** {@link #of} for a block whose look is known. */
  static Optional<String> of(FloatTensor block, ElementType type, TensorLook look) {
    if (look != TensorLook.LOGITS) {
      return Optional.empty();
    }
    int[] bits = bits(block, type);
    Magnitudes read = Magnitudes.of(values(bits, type));
    if (read.distinct() < LEAST_DISTINCT) {
      return Optional.empty();
    }
    if (type == ElementType.FLOAT16 && read.areCrowded()) {
      Magnitudes other = Magnitudes.of(values(bits, ElementType.BFLOAT16));
      return other.mayBeLogits() && (read.haveBothSigns() || other.areFarFromZero())
          ? Optional.of(looksLike("bfloat16 bits read as float16: try --dtype bfloat16"))
          : Optional.empty();
    }
    return read.areStrange() ? advice(bits, type, read) : Optional.empty();
  }

  private static Optional<String> advice(int[] bits, ElementType type, Magnitudes read) {
    if (type == ElementType.BFLOAT16 && isPlausible(bits, ElementType.FLOAT16)) {
      return Optional.of(looksLike("float16 bits read as bfloat16: try --dtype float16"));
    }
    if (type != ElementType.FLOAT64 && isPlausible(reversed(bits, type), type)) {
      return Optional.of(
          looksLike(
              type
                  + " in the other byte order: save them with"
                  + " numpy.save(FILE, array.byteswap())"));
    }
    if (!read.areHopeless()) {
      return Optional.empty();
    }
    return Optional.of(
        areSmallIntegers(bits, type)
            ? looksLike("integers read as " + type + ": expected logits")
            : "values of type "
                + type
                + " are spread as no logits are: expected another type or byte order");
  }

  private static String looksLike(String what) {
    return "values look like " + what;
  }

  /** Whether a reading has the magnitudes of logits, neither spread nor crowded. */
  private static boolean isPlausible(int[] bits, ElementType type) {
    Magnitudes other = Magnitudes.of(values(bits, type));
    return other.mayBeLogits() && !(type == ElementType.FLOAT16 && other.areCrowded());
  }

  /** Whether the bits are token ids or counts, perhaps with the usual ignore index among them. */
  private static boolean areSmallIntegers(int[] bits, ElementType type) {
    int inRange = 0;
    for (int each : bits) {
      int value = type == ElementType.FLOAT32 ? each : (short) each;
      boolean isInRange = value >= CrossEntropyOptions.DEFAULT_IGNORE_INDEX && value < INTEGERS_END;
      inRange += isInRange ? 1 : 0;
    }
    return type != ElementType.FLOAT64 && inRange == bits.length;
  }

  /** The bits of numbers at equal distances in the first rows; of binary32 for float64. */
  private static int[] bits(FloatTensor block, ElementType type) {
    long columns = block.shape().axis(1);
    int rows = (int) Math.min(block.shape().axis(0), 1 + MOST_NUMBERS / columns);
    float[] values = block.slice(0, rows).toArray();
    int step = 1 + (values.length - 1) / MOST_NUMBERS;
    int[] bits = new int[(values.length + step - 1) / step];
    for (int i = 0; i < bits.length; i++) {
      int single = Float.floatToRawIntBits(values[i * step]);
      bits[i] =
          switch (type) {
            case FLOAT16 -> float16Bits(single);
            case BFLOAT16 -> single >>> Short.SIZE;
            default -> single;
          };
    }
    return bits;
  }

  /** The float16 bits of a number that was widened from them. */
  private static int float16Bits(int single) {
    int sign = single >>> 16 & 0x8000;
    int exponent = (single >>> 23 & 0xFF) - 127 + 15;
    int mantissa = single >>> 13 & 0x3FF;
    if (exponent > 31) {
      return sign | 0x7C00 | mantissa; // infinity or NaN
    }
    if (exponent > 0) {
      return sign | exponent << 10 | mantissa;
    }
    return sign | (int) Math.scalb(Math.abs(Float.intBitsToFloat(single)), 24); // subnormal
  }

  private static int[] reversed(int[] bits, ElementType type) {
    int[] reversed = new int[bits.length];
    for (int i = 0; i < bits.length; i++) {
      int swapped = Integer.reverseBytes(bits[i]);
      reversed[i] = type.bytes() == Short.BYTES ? swapped >>> Short.SIZE : swapped;
    }
    return reversed;
  }

  private static float[] values(int[] bits, ElementType type) {
    if (type == ElementType.FLOAT16) {
      short[] halves = new short[bits.length];
      for (int i = 0; i < bits.length; i++) {
        halves[i] = (short) bits[i];
      }
      return FloatTensor.float16(halves, bits.length).toArray();
    }
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] =
          Float.intBitsToFloat(type == ElementType.BFLOAT16 ? bits[i] << Short.SIZE : bits[i]);
    }
    return values;
  }
}
