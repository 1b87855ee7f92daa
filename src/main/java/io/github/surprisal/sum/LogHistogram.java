/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Objects;

/**
 * Counts of values in buckets of nearly equal relative width, for quantiles in constant memory. The
 * bucket of a value is its sign, its exponent and the first {@value #FRACTION_BITS} bits of its
 * fraction, so a value finds it exactly and without a logarithm, and counts merge exactly: any
 * order and any partition of the values gives an equal histogram.
 *
 * <p>A bucket stands for its middle, which differs from each of its values by at most 1/256 of
 * them; that holds for every normal double, positive or negative. Zeros and infinities come back
 * exactly, as do the smallest and the largest value, which are kept. Subnormal values come back
 * within 2<sup>−1029</sup>. NaN is counted apart.
 *
 * <p>Buckets are allocated a power of two at a time (1 KiB), as values come: divergences of real
 * models take some 50 KiB, and no values take more than 5 MiB.
 */
public final class LogHistogram {
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
  private double minimum = Double.POSITIVE_INFINITY;
  private double maximum = Double.NEGATIVE_INFINITY;

  /** Counts a value. */
  public void add(double value) {
    if (Double.isNaN(value)) {
      nans++;
      return;
    }
    double number = value + 0.0; // −0.0 counts as 0.0
    int bucket = bucketOf(number);
    octave(bucket / BUCKETS)[bucket % BUCKETS]++;
    numbers++;
    minimum = Math.min(minimum, number);
    maximum = Math.max(maximum, number);
  }

  private static int bucketOf(double number) {
    return (int) (Double.doubleToRawLongBits(number) >>> SHIFT);
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
  public void add(LogHistogram other) {
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
    minimum = Math.min(minimum, other.minimum);
    maximum = Math.max(maximum, other.maximum);
  }

  /** Values counted, NaN included. */
  public long count() {
    return numbers + nans;
  }

  /** The smallest value, exactly; NaN for no values, and if one of them is NaN. */
  public double minimum() {
    return isDefined() ? minimum : Double.NaN;
  }

  /** The largest value, exactly; NaN for no values, and if one of them is NaN. */
  public double maximum() {
    return isDefined() ? maximum : Double.NaN;
  }

  private boolean isDefined() {
    return numbers > 0 && nans == 0;
  }

  /**
   * The quantile as numpy and R define it by default: with the values in order and counted from 0,
   * the one at position q·(count − 1), interpolated linearly between two neighbours. The first and
   * the last value are known exactly, the others to {@link #RELATIVE_ERROR}. NaN for no values, and
   * if one of them is NaN.
   *
   * @param q from 0 (the smallest value) to 1 (the largest)
   * @throws IllegalArgumentException if q is NaN or outside [0, 1]
   */
  public double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("quantile is " + q + ", expected 0 to 1");
    }
    if (!isDefined()) {
      return Double.NaN;
    }
    double position = q * (numbers - 1);
    long before = Math.min((long) position, numbers - 1);
    double low = atRank(before);
    double share = position - before;
    double high = share > 0 ? atRank(before + 1) : low;
    return low == high ? low : (1 - share) * low + share * high;
  }

  /** The value with {@code rank} values before it in sorted order, as far as it is known. */
  private double atRank(long rank) {
    if (rank == 0) {
      return minimum;
    }
    return rank == numbers - 1
        ? maximum
        : Math.min(Math.max(middle(bucketAtRank(rank)), minimum), maximum);
  }

  private int bucketAtRank(long rank) {
    long after = rank;
    for (int index = OCTAVES - 1; index >= POSITIVE_OCTAVES; index--) {
      for (int i = BUCKETS - 1; octaves[index] != null && i >= 0; i--) {
        after -= octaves[index][i];
        if (after < 0) {
          return index * BUCKETS + i;
        }
      }
    }
    for (int index = 0; index < POSITIVE_OCTAVES; index++) {
      for (int i = 0; octaves[index] != null && i < BUCKETS; i++) {
        after -= octaves[index][i];
        if (after < 0) {
          return index * BUCKETS + i;
        }
      }
    }
    throw new IllegalArgumentException("rank is " + rank + ", expected less than " + numbers);
  }

  private static double middle(int bucket) {
    long least = (long) bucket << SHIFT;
    boolean exact = bucket / BUCKETS % POSITIVE_OCTAVES == INFINITE || 2 * least == 0;
    return Double.longBitsToDouble(exact ? least : least | 1L << (SHIFT - 1)) + 0.0;
  }

  /**
   * Writes the counts in their one form: NaN, extremes, the number of buckets that are not empty,
   * and for each of those its distance from the one before and its count.
   */
  public void writeTo(SerialWriter out) {
    out.writeVariable(nans);
    out.writeDouble(minimum);
    out.writeDouble(maximum);
    out.writeVariable(filledBuckets());
    int last = -1;
    for (int index = 0; index < OCTAVES; index++) {
      for (int i = 0; octaves[index] != null && i < BUCKETS; i++) {
        long count = octaves[index][i];
        if (count > 0) {
          int bucket = index * BUCKETS + i;
          out.writeVariable(bucket - last);
          out.writeVariable(count);
          last = bucket;
        }
      }
    }
  }

  private long filledBuckets() {
    return Arrays.stream(octaves)
        .filter(Objects::nonNull)
        .flatMapToLong(Arrays::stream)
        .filter(count -> count > 0)
        .count();
  }

  /**
   * Reads counts that {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  public static LogHistogram readFrom(SerialReader in) {
    LogHistogram histogram = new LogHistogram();
    histogram.nans = in.readVariable("the number of NaN");
    histogram.minimum = in.readDouble();
    histogram.maximum = in.readDouble();
    histogram.readBuckets(in);
    in.require(
        histogram.extremesFit(),
        "a histogram does not reach from " + histogram.minimum + " to " + histogram.maximum);
    return histogram;
  }

  private void readBuckets(SerialReader in) {
    long filled = in.readVariable("the number of buckets");
    long bucket = -1;
    for (long i = 0; i < filled; i++) {
      long gap = in.readVariable("the distance of two buckets");
      long count = in.readVariable("the count of a bucket");
      bucket += Math.min(gap, Integer.MAX_VALUE);
      in.require(gap > 0 && isBucket(bucket), "a histogram has no bucket " + bucket);
      in.require(count > 0, "a histogram holds an empty bucket");
      octave((int) bucket / BUCKETS)[(int) bucket % BUCKETS] = count;
      numbers += count;
      in.require(count() >= 0, "a histogram counts more values than any can");
    }
  }

  /** Whether the extremes lie in the first and the last bucket that is not empty. */
  private boolean extremesFit() {
    if (numbers == 0) {
      return minimum == Double.POSITIVE_INFINITY && maximum == Double.NEGATIVE_INFINITY;
    }
    boolean ordered = numbers == 1 ? minimum == maximum : minimum <= maximum;
    return ordered
        && bucketOf(minimum) == bucketAtRank(0)
        && bucketOf(maximum) == bucketAtRank(numbers - 1);
  }

  /** Whether all numbers that were counted are in a range; true for none. */
  public boolean isWithin(double least, double most) {
    return numbers == 0 || (minimum >= least && maximum <= most);
  }

  /** Whether values with these counts can have these moments. */
  public boolean mayBeOf(Moments moments) {
    Moments low = new Moments();
    Moments high = new Moments();
    for (int index = 0; index < OCTAVES; index++) {
      for (int i = 0; octaves[index] != null && i < BUCKETS; i++) {
        if (octaves[index][i] > 0 && index % POSITIVE_OCTAVES != INFINITE) {
          addBounds(index * BUCKETS + i, octaves[index][i], low, high);
        }
      }
    }
    return moments.sum.nans() == nans
        && moments.sum.positiveInfinities() == infinities(INFINITE)
        && moments.sum.negativeInfinities() == infinities(INFINITE + POSITIVE_OCTAVES)
        && isBetween(low.sum, moments.sum, high.sum)
        && isBetween(low.squares, moments.squares, high.squares);
  }

  private long infinities(int octave) {
    return octaves[octave] == null ? 0 : octaves[octave][0];
  }

  private static boolean isBetween(ExactSum low, ExactSum sum, ExactSum high) {
    BigDecimal finite = sum.toBigDecimal();
    return low.toBigDecimal().compareTo(finite) <= 0 && finite.compareTo(high.toBigDecimal()) <= 0;
  }

  /** Adds what the numbers of a bucket add up to at least and at most, and their squares. */
  private void addBounds(int bucket, long count, Moments low, Moments high) {
    double first = edge(bucket);
    double end = edge(bucket + 1L);
    for (double part : new double[] {(double) (count >>> 32) * 0x1p32, (count & 0xffff_ffffL)}) {
      low.sum.addProduct(part, Math.max(Math.min(first, end), minimum));
      high.sum.addProduct(part, Math.min(Math.max(first, end), maximum));
      low.squares.addProduct(part * first, first); // first and end have 8 bits: exactly
      high.squares.addProduct(part * end, end);
    }
  }

  private static double edge(long bucket) {
    return Double.longBitsToDouble(bucket << SHIFT);
  }

  /** Whether a bucket has this number; the numbers of NaN belong to none. */
  private static boolean isBucket(long bucket) {
    return bucket < OCTAVES * BUCKETS
        && (bucket / BUCKETS % POSITIVE_OCTAVES != INFINITE || bucket % BUCKETS == 0);
  }

  /** Another histogram of the same counts. */
  public LogHistogram copy() {
    LogHistogram copy = new LogHistogram();
    copy.add(this);
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogHistogram that
        && nans == that.nans
        && minimum == that.minimum
        && maximum == that.maximum
        && Arrays.deepEquals(octaves, that.octaves);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.deepHashCode(octaves), nans, minimum, maximum);
  }

  @Override
  public String toString() {
    return "LogHistogram[" + numbers + " numbers, " + nans + " NaN]";
  }
}
