/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A fixed-point number that spans every finite double and every square of one, as an array of
 * digits of 32 bits, the least first. Each digit lies in a {@code long} and may be out of range, or
 * negative, until {@link #passCarries}: after that all but the last are in [0, 2<sup>32</sup>), and
 * the last is 0 or, in a negative number, −1. That form is the only one of its value.
 */
public final class FixedPoint {
  /** Bit 0 weighs 2^-BIAS: a multiple of 32 that reaches down to the least square, 2^-2148. */
  static final int BIAS = 2176;

  /** Bits of the largest magnitude: 2^62 squares, each below 2^2048. */
  static final int MAX_BITS = BIAS + 2048 + 62;

  /** Enough for the largest magnitude, and a last digit that holds only the sign. */
  static final int DIGITS = MAX_BITS / 32 + 2;

  static final long DIGIT_MASK = 0xffff_ffffL;

  private static final int LAST = DIGITS - 1;
  private static final int SIGNIFICAND_BITS = 53;

  /** The position of the least bit of a double, 2^-1074. */
  private static final int LEAST_POSITION = BIAS - 1074;

  private FixedPoint() {}

  /** Brings all digits into range; the value stays the same. */
  public static void passCarries(long[] digits) {
    for (int i = 0; i < LAST; i++) {
      digits[i + 1] += digits[i] >> 32;
      digits[i] &= DIGIT_MASK;
    }
  }

  /** Whether a number, whose digits may be out of range, is below 0. */
  public static boolean isNegative(long[] digits) {
    long carry = 0;
    for (long digit : digits) {
      carry = (digit + carry) >> 32;
    }
    return carry < 0;
  }

  /** The nearest double, ties to even, of a number whose digits may be out of range. */
  public static double toDouble(long[] digits) {
    long sign = isNegative(digits) ? -1 : 1;
    // Of the magnitude: the highest digit that is not 0, the two below it, and whether there is
    // anything below those.
    int top = 0;
    long head = 0;
    long tail = 0;
    boolean isInexact = false;
    long carry = 0;
    long lastTwo = 0;
    boolean isAnyBelow = false;
    for (int i = 0; i < DIGITS; i++) {
      long sum = sign * digits[i] + carry;
      long digit = sum & DIGIT_MASK;
      carry = sum >> 32;
      if (digit != 0) {
        top = i;
        head = digit;
        tail = lastTwo;
        isInexact = isAnyBelow;
      }
      isAnyBelow |= (lastTwo & DIGIT_MASK) != 0;
      lastTwo = digit << 32 | lastTwo >>> 32;
    }
    return sign * round(top, head, tail, isInexact);
  }

  /** Minus a number whose digits are in range, or nearly so; its own are in range. */
  public static long[] negated(long[] digits) {
    long[] negated = new long[DIGITS];
    Arrays.setAll(negated, i -> -digits[i]);
    passCarries(negated);
    return negated;
  }

  /** The digit above the highest that is not 0, in a number of 0 or more with digits in range. */
  public static int top(long[] digits) {
    int top = DIGITS;
    while (top > 0 && digits[top - 1] == 0) {
      top--;
    }
    return top;
  }

  /** The lowest digit that is not 0 of a number with digits in range, or {@link #DIGITS}. */
  public static int bottom(long[] digits) {
    int bottom = 0;
    while (bottom < DIGITS && digits[bottom] == 0) {
      bottom++;
    }
    return bottom;
  }

  /**
   * The nearest double of (head + tail / 2^64) · 2^(32·top − BIAS), and of a bit more if so, with
   * an unsigned tail.
   */
  private static double round(int top, long head, long tail, boolean isMore) {
    int length = 32 * top + Long.SIZE - Long.numberOfLeadingZeros(head);
    int kept = Math.max(length - SIGNIFICAND_BITS, LEAST_POSITION); // the last bit that has room
    int cut = kept - 1 - (32 * top - Long.SIZE); // bits of head and tail below the one after it
    long bits;
    boolean isAnyCut;
    if (cut < Long.SIZE) {
      bits = head << (Long.SIZE - cut) | tail >>> cut;
      isAnyCut = isMore || (tail & ((1L << cut) - 1)) != 0;
    } else {
      int cutOfHead = Math.min(cut - Long.SIZE, Integer.SIZE); // all, far below the least double
      bits = head >>> cutOfHead;
      isAnyCut = isMore || tail != 0 || (head & ((1L << cutOfHead) - 1)) != 0;
    }
    long significand = bits >>> 1;
    if ((bits & 1) != 0 && (isAnyCut || (significand & 1) != 0)) {
      significand++;
    }
    return Math.scalb((double) significand, kept - BIAS);
  }

  /** Whether a number of 0 or more with digits in range is a multiple of 2^exponent. */
  public static boolean isMultipleOf(int exponent, long[] digits) {
    int bottom = bottom(digits);
    return bottom == DIGITS
        || 32 * bottom + Long.numberOfTrailingZeros(digits[bottom]) - BIAS >= exponent;
  }

  /** The exact value of a number whose digits are in range. */
  public static BigDecimal toBigDecimal(long[] digits) {
    boolean isNegative = digits[LAST] < 0;
    long[] magnitude = isNegative ? negated(digits) : digits;
    int top = top(magnitude);
    if (top == 0) {
      return BigDecimal.ZERO;
    }
    int bottom = bottom(magnitude);
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (top - bottom));
    for (int i = top - 1; i >= bottom; i--) {
      bytes.putInt((int) magnitude[i]);
    }
    BigInteger integer = new BigInteger(isNegative ? -1 : 1, bytes.array());
    int zeros = integer.getLowestSetBit();
    int exponent = 32 * bottom + zeros - BIAS;
    BigInteger odd = integer.shiftRight(zeros);
    return exponent >= 0
        ? new BigDecimal(odd.shiftLeft(exponent))
        : new BigDecimal(odd.multiply(BigInteger.valueOf(5).pow(-exponent)), -exponent);
  }
}
