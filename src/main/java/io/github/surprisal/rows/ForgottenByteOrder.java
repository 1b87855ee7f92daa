/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Tells numbers of a view of bytes whose order was left big-endian, as a {@link
 * java.nio.ByteBuffer} is until it is told, and that are little-endian.
 *
 * <p>Numbers of ordinary size have hardly any byte order but one: reversed, their lowest bits
 * become the exponent. So a view is refused if a fourth of its first numbers are out of the
 * ordinary, and hardly one is in the other order. Numbers that are right hardly ever look so;
 * copied to an array they are not asked.
 */
public final class ForgottenByteOrder {
  private static final int MOST = 256;
  private static final int LEAST = 64;
  private static final int LEAST_DISTINCT = 16;
  private static final double SMALL = 0x1p-10;
  private static final double LARGE = 0x1p10;

  private ForgottenByteOrder() {}

  /** Refuses floats that look reversed; those in an array have no order that could be wrong. */
  public static void check(FloatBuffer data, long count) {
    if (isSuspect(data.hasArray(), data.order())) {
      check(
          count,
          data::get,
          i -> Float.intBitsToFloat(Integer.reverseBytes(Float.floatToRawIntBits(data.get(i)))),
          "asFloatBuffer");
    }
  }

  /** Refuses halves that look reversed. */
  public static void check(ShortBuffer bits, FloatStorage.Format format, long count) {
    if (isSuspect(bits.hasArray(), bits.order())) {
      check(
          count,
          i -> format.widen(bits.get(i)),
          i -> format.widen(Short.reverseBytes(bits.get(i))),
          "asShortBuffer");
    }
  }

  private static boolean isSuspect(boolean isArray, ByteOrder order) {
    return !isArray && order == ByteOrder.BIG_ENDIAN;
  }

  private static void check(
      long count, IntToDoubleFunction data, IntToDoubleFunction reversed, String method) {
    boolean looksReversed;
    try {
      looksReversed = looksReversed((int) Math.min(count, MOST), data, reversed);
    } catch (RuntimeException unreadable) {
      return; // from this thread, perhaps: what reads all of it will tell
    }
    if (looksReversed) {
      throw new IllegalArgumentException(
          "data looks like little-endian numbers in a big-endian buffer: call"
              + " order(ByteOrder.LITTLE_ENDIAN) on the ByteBuffer before "
              + method
              + ", or copy the numbers to an array if they are right as they are");
    }
  }

  private static boolean looksReversed(
      int count, IntToDoubleFunction data, IntToDoubleFunction reversed) {
    int used = count(count, i -> !isMask(reversed.applyAsDouble(i)));
    return used >= LEAST
        && IntStream.range(0, count).mapToDouble(data).distinct().count() >= LEAST_DISTINCT
        && count(count, i -> !isMaskOrOrdinary(reversed.applyAsDouble(i))) <= count / 32
        && count(count, i -> !isMaskOrOrdinary(data.applyAsDouble(i))) >= used / 4;
  }

  private static int count(int count, IntPredicate condition) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      found += condition.test(i) ? 1 : 0;
    }
    return found;
  }

  private static boolean isMaskOrOrdinary(double value) {
    return isMask(value) || (SMALL <= Math.abs(value) && Math.abs(value) <= LARGE);
  }

  private static boolean isMask(double value) {
    return value == 0 || value == Double.NEGATIVE_INFINITY;
  }
}
