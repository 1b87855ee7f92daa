/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import static io.github.surprisal.sum.FixedPoint.BIAS;
import static io.github.surprisal.sum.FixedPoint.DIGITS;
import static io.github.surprisal.sum.FixedPoint.DIGIT_MASK;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Objects;

/**
 * A Kulisch accumulator: the exact sum of doubles and of products of two doubles, associative and
 * commutative to the bit, since nothing is rounded before the end. Mutable, and not to be written
 * by several threads at once; methods that return a result change nothing.
 *
 * <p>The sum is a {@link FixedPoint} number that spans the range of all products of two doubles, as
 * in U. Kulisch and W. L. Miranker, <i>The arithmetic of the digital computer: A new approach</i>,
 * SIAM Review 28 (1986), doi:10.1137/1028001. Its digits are kept redundantly, with 31 bits of
 * headroom, so that carries are propagated only once in 2<sup>28</sup> additions. A narrower
 * number, such as two longs with a resolution of 2<sup>−64</sup>, would be smaller, but it would
 * lose a loss of 1e-65 and overflow on one of 1e30; this one keeps both. NaN and infinities are
 * counted apart. Up to 2<sup>62</sup> values can be added.
 */
public final class ExactSum {
  /** Additions after which carries are propagated; twice as many would still be safe. */
  private static final int MAX_PENDING = 1 << 28;

  /** Flags of the serial form: a negative sum, and the first of three counts that follow. */
  private static final int NEGATIVE = 1;

  private static final int COUNT = 2;

  private static final long IMPLICIT_BIT = 1L << 52;

  private final long[] digits = new long[DIGITS];
  private int pending;
  private long nans;
  private long positiveInfinities;
  private long negativeInfinities;

  /** A sum that holds a count. */
  public static ExactSum ofCount(long count) {
    ExactSum sum = new ExactSum();
    sum.add((double) (count & DIGIT_MASK));
    sum.add((double) (count >> 32) * 0x1p32);
    return sum;
  }

  /** Adds a value. */
  public void add(double value) {
    if (Double.isFinite(value)) {
      long sign = Double.doubleToRawLongBits(value) >> 63;
      addBits(significand(value), BIAS + exponent(value), sign);
    } else {
      addNonFinite(value);
    }
  }

  /** Adds the square of a value, exactly: it neither overflows nor underflows. */
  public void addSquare(double value) {
    addProduct(value, value);
  }

  /** Adds the product of two values, exactly: it neither overflows nor underflows. */
  public void addProduct(double first, double second) {
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

  /**
   * Adds the product of two sums, exactly. A sum that a double can't hold counts as an infinity
   * here.
   */
  public void addProduct(ExactSum first, ExactSum second) {
    double left = first.toDouble();
    double right = second.toDouble();
    if (!Double.isFinite(left) || !Double.isFinite(right)) {
      addNonFinite(left * right);
      return;
    }
    long[] a = first.magnitude();
    long[] b = second.magnitude();
    long sign = first.isNegative() == second.isNegative() ? 0 : -1;
    for (int i = FixedPoint.bottom(a); i < FixedPoint.top(a); i++) {
      for (int j = FixedPoint.bottom(b); j < FixedPoint.top(b); j++) {
        addBits(a[i] * b[j], 32 * (i + j) - BIAS, sign);
      }
    }
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
  public void add(ExactSum other) {
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

  private boolean isNegative() {
    return FixedPoint.isNegative(digits);
  }

  private long[] magnitude() {
    long[] canonical = canonicalDigits();
    return canonical[DIGITS - 1] < 0 ? FixedPoint.negated(canonical) : canonical;
  }

  /** Whether no NaN and no infinity was added. */
  public boolean isFinite() {
    return nans == 0 && positiveInfinities == 0 && negativeInfinities == 0;
  }

  /** Whether this is what an empty sum is: 0, without a NaN or an infinity. */
  public boolean isZero() {
    return isFinite() && FixedPoint.top(magnitude()) == 0;
  }

  /** How many NaN and infinities were added. */
  public long nonFinite() {
    return nans + positiveInfinities + negativeInfinities;
  }

  public long nans() {
    return nans;
  }

  public long positiveInfinities() {
    return positiveInfinities;
  }

  public long negativeInfinities() {
    return negativeInfinities;
  }

  /** Whether no count is below 0, and at most {@code values} values are NaN or infinite. */
  public boolean countsUpTo(long values) {
    return nans >= 0 && positiveInfinities >= 0 && negativeInfinities >= 0 && nonFinite() <= values;
  }

  /** Whether the finite part is a multiple of 2^exponent. */
  public boolean isMultipleOf(int exponent) {
    return FixedPoint.isMultipleOf(exponent, magnitude());
  }

  /** Whether this counts as many NaN and infinities as the squares of what another has added. */
  public boolean countsLikeSquaresOf(ExactSum other) {
    return nans == other.nans
        && positiveInfinities == other.positiveInfinities + other.negativeInfinities
        && negativeInfinities == 0;
  }

  /** The same, but for squares of sums that another is the sum of. */
  public boolean countsLikeSquaresOfPartsOf(ExactSum other) {
    long bothInfinities = Math.min(other.positiveInfinities, other.negativeInfinities);
    return (nonFinite() > 0) == (other.nonFinite() > 0)
        && nonFinite() <= other.nonFinite()
        && nans >= Math.min(other.nans, 1)
        && nans <= other.nans + bothInfinities
        && negativeInfinities == 0;
  }

  /** Whether this may count the NaN and infinities of products x·y, given Σx² and Σy². */
  public boolean countsLikeProductsOf(ExactSum xx, ExactSum yy) {
    return nonFinite() >= Math.max(xx.nonFinite(), yy.nonFinite())
        && nonFinite() - xx.nonFinite() <= yy.nonFinite()
        && nans >= Math.max(xx.nans, yy.nans);
  }

  /**
   * The exact sum, rounded once to the nearest double, ties to even; 0.0 for an empty sum. NaN if a
   * NaN or infinities of both signs were added, otherwise an infinity if one was.
   */
  public double toDouble() {
    if (nans > 0 || (positiveInfinities > 0 && negativeInfinities > 0)) {
      return Double.NaN;
    }
    if (positiveInfinities > 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (negativeInfinities > 0) {
      return Double.NEGATIVE_INFINITY;
    }
    return FixedPoint.toDouble(digits);
  }

  /** The exact sum of the finite values. */
  public BigDecimal toBigDecimal() {
    return FixedPoint.toBigDecimal(canonicalDigits());
  }

  /** Minus this: the sum of the same values with the other sign. */
  public ExactSum negated() {
    ExactSum negated = new ExactSum();
    System.arraycopy(FixedPoint.negated(canonicalDigits()), 0, negated.digits, 0, DIGITS);
    negated.pending = 1;
    negated.nans = nans;
    negated.positiveInfinities = negativeInfinities;
    negated.negativeInfinities = positiveInfinities;
    return negated;
  }

  /** What has been added besides another sum; it counts below 0 what was not. */
  public ExactSum without(ExactSum other) {
    ExactSum rest = copy();
    rest.add(other.negated());
    rest.nans = nans - other.nans;
    rest.positiveInfinities = positiveInfinities - other.positiveInfinities;
    rest.negativeInfinities = negativeInfinities - other.negativeInfinities;
    return rest;
  }

  /** Makes this the empty sum. */
  public void clear() {
    Arrays.fill(digits, 0);
    pending = 0;
    nans = 0;
    positiveInfinities = 0;
    negativeInfinities = 0;
  }

  /** Another sum that holds the same. */
  public ExactSum copy() {
    ExactSum copy = new ExactSum();
    copy.add(this);
    return copy;
  }

  /**
   * Writes the sum in its one form: flags, the lowest and the number of the digits from the first
   * that is not 0 to the last, those digits, lowest first, of the magnitude, and the counts of NaN
   * and infinities that are not 0. Equal sums give equal bytes, an ordinary one about 20.
   */
  public void writeTo(SerialWriter out) {
    long[] magnitude = magnitude();
    int top = FixedPoint.top(magnitude);
    int bottom = top == 0 ? 0 : FixedPoint.bottom(magnitude);
    long[] counts = {nans, positiveInfinities, negativeInfinities};
    int flags = isNegative() ? NEGATIVE : 0;
    for (int i = 0; i < counts.length; i++) {
      flags |= counts[i] > 0 ? COUNT << i : 0;
    }
    out.writeByte(flags);
    out.writeByte(bottom);
    out.writeByte(top - bottom);
    for (int i = bottom; i < top; i++) {
      out.writeInt((int) magnitude[i]);
    }
    for (long count : counts) {
      if (count > 0) {
        out.writeLong(count);
      }
    }
  }

  /**
   * Reads a sum that {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  public static ExactSum readFrom(SerialReader in) {
    ExactSum sum = new ExactSum();
    int flags = in.readByte();
    in.require(flags < COUNT << 3, "a sum has the flags " + flags);
    sum.readDigits(in, (flags & NEGATIVE) != 0 ? -1 : 1);
    sum.nans = readCount(in, flags, 0);
    sum.positiveInfinities = readCount(in, flags, 1);
    sum.negativeInfinities = readCount(in, flags, 2);
    in.require(
        sum.nans <= Long.MAX_VALUE - sum.positiveInfinities
            && sum.nans + sum.positiveInfinities <= Long.MAX_VALUE - sum.negativeInfinities,
        "a sum counts more values than any can");
    return sum;
  }

  private void readDigits(SerialReader in, int sign) {
    int bottom = in.readByte();
    int top = bottom + in.readByte();
    in.require(top < DIGITS, "a sum has " + top + " digits, expected fewer than " + DIGITS);
    for (int i = bottom; i < top; i++) {
      digits[i] = sign * (in.readInt() & DIGIT_MASK);
    }
    pending = 1;
    boolean canonical =
        top == bottom ? top == 0 && sign > 0 : digits[bottom] != 0 && digits[top - 1] != 0;
    in.require(canonical, "a sum is not in its shortest form");
    in.require(
        Math.abs(digits[DIGITS - 2]) >>> (FixedPoint.MAX_BITS % 32) == 0,
        "a sum is larger than any");
  }

  private static long readCount(SerialReader in, int flags, int index) {
    if ((flags & COUNT << index) == 0) {
      return 0;
    }
    long count = in.readCount("the number of values that are not finite");
    in.require(count > 0, "a sum is not in its shortest form");
    return count;
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
