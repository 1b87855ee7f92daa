/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Arrays;

/**
 * Counts of values in buckets of nearly equal relative width, for quantiles in constant memory. The
 * bucket of a value is its sign, its exponent and the first {@value #FRACTION_BITS} bits of its
 * fraction, so a value finds it exactly and without a logarithm, and counts merge exactly: any
 * order and any partition of the values gives an equal histogram.
 *
 * <p>A bucket stands for its middle, which differs from each of its values by at most 1/256 of
 * them; that holds for every normal double, positive or negative. Zeros and infinities come back
 * exactly. Subnormal values come back within 2<sup>−1029</sup>. NaN is counted apart.
 *
 * <p>Buckets are allocated a power of two at a time (1 KiB), as values come: divergences of real
 * models take some 20 to 40 KiB, and no values take more than 4 MiB.
 */
final class LogHistogram {
  private static final int FRACTION_BITS = 7;

  /** The most by which a quantile of normal doubles may be off, relative to the exact one. */
  static final double RELATIVE_ERROR = 0x1p-8;

  private static final int BUCKETS = 1 << FRACTION_BITS;
  private static final int SHIFT = 52 - FRACTION_BITS;

  /** Powers of two from 0 upwards, and the negative ones after them. */
  private static final int OCTAVES = 1 << 12;

  private static final int POSITIVE_OCTAVES = OCTAVES / 2;
  private static final int INFINITE = POSITIVE_OCTAVES - 1;

  private final long[][] octaves = new long[OCTAVES][];
  private long numbers;
  private long nans;

  /** Counts a value. */
  void add(double value) {
    if (Double.isNaN(value)) {
      nans++;
      return;
    }
    int bucket = bucketOf(value);
    octave(bucket / BUCKETS)[bucket % BUCKETS]++;
    numbers++;
  }

  private static int bucketOf(double value) {
    return (int) (Double.doubleToRawLongBits(value + 0.0) >>> SHIFT); // −0.0 counts as 0.0
  }

  private long[] octave(int index) {
    long[] octave = octaves[index];
    if (octave == null) {
      octave = new long[BUCKETS];
      octaves[index] = octave;
    }
    return octave;
  }

  /** Adds all that another histogram has counted, which may be this one. */
  void add(LogHistogram other) {
    for (int index = 0; index < OCTAVES; index++) {
      long[] from = other.octaves[index];
      if (from != null) {
        long[] octave = octave(index);
        for (int i = 0; i < BUCKETS; i++) {
          octave[i] += from[i];
        }
      }
    }
    numbers += other.numbers;
    nans += other.nans;
  }

  /** Values counted, NaN included. */
  long count() {
    return numbers + nans;
  }

  /**
   * The quantile as numpy and R define it by default: with the values in order and counted from 0,
   * the one at position q·(count − 1), interpolated linearly between two neighbours. Each of them
   * is known to {@link #RELATIVE_ERROR}. NaN for no values, and if one of them is NaN.
   *
   * @param q from 0 (the smallest value) to 1 (the largest)
   * @throws IllegalArgumentException if q is NaN or outside [0, 1]
   */
  double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("quantile is " + q + ", expected 0 to 1");
    }
    if (numbers == 0 || nans > 0) {
      return Double.NaN;
    }
    double position = q * (numbers - 1);
    long before = Math.min((long) position, numbers - 1);
    double low = atRank(before);
    double share = position - before;
    double high = share > 0 ? atRank(before + 1) : low;
    return low == high ? low : (1 - share) * low + share * high;
  }

  /** What stands for the value that has so many smaller ones before it. */
  private double atRank(long rank) {
    long after = rank;
    for (int index = OCTAVES - 1; index >= POSITIVE_OCTAVES; index--) {
      for (int i = BUCKETS - 1; octaves[index] != null && i >= 0; i--) {
        after -= octaves[index][i];
        if (after < 0) {
          return middle(index, i);
        }
      }
    }
    for (int index = 0; index < POSITIVE_OCTAVES; index++) {
      for (int i = 0; octaves[index] != null && i < BUCKETS; i++) {
        after -= octaves[index][i];
        if (after < 0) {
          return middle(index, i);
        }
      }
    }
    throw new IllegalArgumentException("rank is " + rank + ", expected less than " + numbers);
  }

  private static double middle(int octave, int bucket) {
    long least = ((long) octave * BUCKETS + bucket) << SHIFT;
    boolean exact = octave % POSITIVE_OCTAVES == INFINITE || 2 * least == 0;
    return Double.longBitsToDouble(exact ? least : least | 1L << (SHIFT - 1)) + 0.0;
  }

  /** Another histogram of the same counts. */
  LogHistogram copy() {
    LogHistogram copy = new LogHistogram();
    copy.add(this);
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogHistogram that
        && nans == that.nans
        && Arrays.deepEquals(octaves, that.octaves);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.deepHashCode(octaves) + Long.hashCode(nans);
  }

  @Override
  public String toString() {
    return "LogHistogram[" + numbers + " numbers, " + nans + " NaN]";
  }
}
