/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static io.github.surprisal.FixedPoint.BIAS;
import static io.github.surprisal.FixedPoint.DIGITS;
import static io.github.surprisal.FixedPoint.DIGIT_MASK;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Objects;

/**
 * The exact sum of doubles and of products of two doubles: associative and commutative to the bit,
 * since nothing is rounded before the end. Mutable, and not to be written by several threads at
 * once; methods that return a result change nothing.
 *
 * <p>The sum is a {@link FixedPoint} number whose digits have 31 bits of headroom, so that carries
 * are passed on only once in some hundred million additions. A narrower number, such as two longs
 * with a resolution of 2<sup>−64</sup>, would be smaller, but it would lose a loss of 1e-65 and
 * overflow on one of 1e30; this one keeps both. NaN and infinities are counted apart. Up to
 * 2<sup>62</sup> values can be added.
 */
final class ExactSum {
  /** After so many additions carries are passed on; twice as many would still be safe. */
  private static final int MAX_PENDING = 1 << 28;

  private static final long IMPLICIT_BIT = 1L << 52;

  private final long[] digits = new long[DIGITS];
  private int pending;
  private long nans;
  private long positiveInfinities;
  private long negativeInfinities;

  /** Adds a value. */
  void add(double value) {
    if (Double.isFinite(value)) {
      long sign = Double.doubleToRawLongBits(value) >> 63;
      addBits(significand(value), BIAS + exponent(value), sign);
    } else {
      addNonFinite(value);
    }
  }

  /** Adds the square of a value, exactly: it neither overflows nor underflows. */
  void addSquare(double value) {
    addProduct(value, value);
  }

  /** Adds the product of two values, exactly: it neither overflows nor underflows. */
  void addProduct(double first, double second) {
    if (!Double.isFinite(first) || !Double.isFinite(second)) {
      addNonFinite(first * second);
      return;
    }
    long significand = significand(first);
    long other = significand(second);
    int position = BIAS + exponent(first) + exponent(second);
    long sign = (Double.doubleToRawLongBits(first) ^ Double.doubleToRawLongBits(second)) >> 63;
    addBits(significand * other, position, sign);
    addBits(Math.multiplyHigh(significand, other), position + 64, sign);
  }

  private static long significand(double value) {
    long fraction = Double.doubleToRawLongBits(value) & (IMPLICIT_BIT - 1);
    return Math.getExponent(value) < Double.MIN_EXPONENT ? fraction : fraction | IMPLICIT_BIT;
  }

  private static int exponent(double value) {
    return Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - 52;
  }

  /** Adds an unsigned number at a bit position, negated if the sign is −1 and not if it is 0. */
  private void addBits(long unsigned, int position, long sign) {
    makeRoom(1);
    int digit = position >>> 5;
    int shift = position & 31;
    long low = (unsigned & DIGIT_MASK) << shift;
    long high = (unsigned >>> 32) << shift;
    digits[digit] += ((low & DIGIT_MASK) ^ sign) - sign;
    digits[digit + 1] += (((low >>> 32) + (high & DIGIT_MASK)) ^ sign) - sign;
    digits[digit + 2] += ((high >>> 32) ^ sign) - sign;
  }

  /** Counts additions that leave each digit less than 2^33 further from zero. */
  private void makeRoom(int additions) {
    if (pending + additions > MAX_PENDING) {
      FixedPoint.passCarries(digits);
      pending = 0;
    }
    pending += additions;
  }

  private void addNonFinite(double value) {
    if (Double.isNaN(value)) {
      nans++;
    } else if (value > 0) {
      positiveInfinities++;
    } else {
      negativeInfinities++;
    }
  }

  /** Adds everything another sum holds, which may be this one. */
  void add(ExactSum other) {
    makeRoom(other.pending + 1);
    for (int i = 0; i < DIGITS; i++) {
      digits[i] += other.digits[i];
    }
    nans += other.nans;
    positiveInfinities += other.positiveInfinities;
    negativeInfinities += other.negativeInfinities;
  }

  private long[] canonicalDigits() {
    long[] canonical = digits.clone();
    FixedPoint.passCarries(canonical);
    return canonical;
  }

  /** Whether no NaN and no infinity was added. */
  boolean isFinite() {
    return nans == 0 && positiveInfinities == 0 && negativeInfinities == 0;
  }

  /**
   * The exact sum, rounded once to the nearest double, ties to even; 0.0 for an empty sum. NaN if a
   * NaN or infinities of both signs were added, otherwise an infinity if one was.
   */
  double toDouble() {
    if (nans > 0 || (positiveInfinities > 0 && negativeInfinities > 0)) {
      return Double.NaN;
    }
    if (positiveInfinities > 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (negativeInfinities > 0) {
      return Double.NEGATIVE_INFINITY;
    }
    return FixedPoint.toDouble(canonicalDigits());
  }

  /** The exact sum of the finite values. */
  BigDecimal toBigDecimal() {
    return FixedPoint.toBigDecimal(canonicalDigits());
  }

  /** Another sum that holds the same. */
  ExactSum copy() {
    ExactSum copy = new ExactSum();
    copy.add(this);
    return copy;
  }

  /** Whether the finite parts are the same number, and as many NaN and infinities were added. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ExactSum that
        && nans == that.nans
        && positiveInfinities == that.positiveInfinities
        && negativeInfinities == that.negativeInfinities
        && Arrays.equals(canonicalDigits(), that.canonicalDigits());
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        Arrays.hashCode(canonicalDigits()), nans, positiveInfinities, negativeInfinities);
  }

  @Override
  public String toString() {
    return "ExactSum[" + toDouble() + "]";
  }
}
