/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.Arrays;

/**
 * The binary logarithms of magnitudes, of all numbers that are neither 0 nor a mask: infinite, or
 * the least of all.
 *
 * <p>Bounds stand between what right and wrong readings have in {@code DtypeAdviceTest}: real and
 * random logits, scaled from 1/1000 to 30, moved and masked. What these have stands beside the
 * bounds; deviations and medians are logarithms, so that 1 is a factor of 2.
 *
 * @param distinct how many different numbers there are
 * @param invalid the share of NaN and +infinity in all numbers
 * @param negative the share of negative numbers
 * @param range the distance of the least and the greatest number
 * @param crowd the share from 1 to 4
 * @param least the least logarithm
 * @param median their median
 * @param deviation their standard deviation
 */
record Magnitudes(
    int distinct,
    double invalid,
    double negative,
    double range,
    double crowd,
    double least,
    double median,
    double deviation) {

  /** Half the share among random bits of float16, and among float16 in the other byte order. */
  private static final double MOST_INVALID = 1.0 / 64;

  /** Nearly twice the deviation of normally distributed numbers, 1.6. */
  private static final double MOST_DEVIATION_OF_LOGITS = 3;

  /**
   * Right readings seldom have it. Float16 in the other byte order has 9, and read as bfloat16 9 to
   * 13.
   */
  private static final double STRANGE_DEVIATION = 4;

  /** Float32 and bfloat16 in the other byte order, or of random bits, have 63 to 74. */
  private static final double HOPELESS_DEVIATION = 20;

  /** Right readings have medians from -10.5 to 13.3, above 12 only if they are moved by -10,000. */
  private static final double MOST_MEDIAN_OF_LOGITS = 12;

  /** Beyond all right readings; float16 bits of logits about -40 read as bfloat16 have 35. */
  private static final double STRANGE_MEDIAN = 15;

  /** Token ids below 2,000 have -119 read as bfloat16, and -139 as float32. */
  private static final double HOPELESS_MEDIAN = 60;

  /** Fewer numbers of a sign may be outliers. */
  private static final double LEAST_OF_A_SIGN = 1.0 / 64;

  /**
   * Read as float16, bfloat16 numbers from 2^-7 to 2^9 are from 1 to 4. Among normally distributed
   * numbers, those below are 5 % if the standard deviation is 1/8, and fewer if it is larger.
   */
  private static final double LEAST_CROWD = 0.95;

  /** Logits of one sign have hardly any about 0. */
  private static final double LEAST_CROWD_OF_ONE_SIGN = 0.995;

  /** Read as float16, bfloat16 numbers from 2^-23 on are from 2^-2 on. */
  private static final double LEAST_BESIDE_CROWD = -2;

  /** Logits of mean -40 and standard deviation 8 have a range of 58, and 0.3 as deviation. */
  private static final double LEAST_RANGE_OF_ONE_SIGN = 30;

  /**
   * Float16 numbers from 1 to 4 read as bfloat16 have three bits of mantissa in the exponent, which
   * alone spread them by 2.3 if they are evenly distributed.
   */
  private static final double MOST_DEVIATION_OF_ONE_SIGN = 0.6;

  static Magnitudes of(float[] values) {
    float mask = Float.POSITIVE_INFINITY;
    int invalid = 0;
    for (float value : values) {
      mask = Math.min(mask, Float.isNaN(value) ? mask : value);
      invalid += Float.isNaN(value) || value == Float.POSITIVE_INFINITY ? 1 : 0;
    }
    float[] used = new float[values.length];
    int count = 0;
    for (float value : values) {
      if (Float.isFinite(value) && value != 0 && value != mask) {
        used[count++] = value;
      }
    }
    return of(Arrays.copyOf(used, count), (double) invalid / Math.max(1, values.length));
  }

  private static Magnitudes of(float[] used, double invalid) {
    int count = used.length;
    if (count == 0) {
      return new Magnitudes(0, invalid, 0, 0, 0, 0, 0, 0);
    }
    Arrays.sort(used);
    int distinct = 1;
    int negative = 0;
    int crowd = 0;
    double[] logarithms = new double[count];
    for (int i = 0; i < count; i++) {
      float magnitude = Math.abs(used[i]);
      distinct += i > 0 && used[i] != used[i - 1] ? 1 : 0;
      negative += used[i] < 0 ? 1 : 0;
      crowd += magnitude >= 1 && magnitude < 4 ? 1 : 0;
      logarithms[i] = Math.log(magnitude) / Math.log(2);
    }
    Arrays.sort(logarithms);
    return new Magnitudes(
        distinct,
        invalid,
        (double) negative / count,
        (double) used[count - 1] - used[0],
        (double) crowd / count,
        logarithms[0],
        logarithms[count / 2],
        deviation(logarithms));
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Math.sqrt(
        Arrays.stream(values).map(each -> (each - mean) * (each - mean)).average().orElse(0));
  }

  /** Whether they are of a few binades, and neither huge nor tiny. */
  boolean mayBeLogits() {
    return invalid <= MOST_INVALID
        && deviation <= MOST_DEVIATION_OF_LOGITS
        && Math.abs(median) <= MOST_MEDIAN_OF_LOGITS;
  }

  /** Whether logits would hardly be like this. */
  boolean areStrange() {
    return invalid > MOST_INVALID
        || deviation >= STRANGE_DEVIATION
        || Math.abs(median) >= STRANGE_MEDIAN;
  }

  /** Whether logits would never be like this. */
  boolean areHopeless() {
    return deviation >= HOPELESS_DEVIATION || Math.abs(median) >= HOPELESS_MEDIAN;
  }

  /** Whether there are some of each sign, so that a smooth distribution has some about 0. */
  boolean haveBothSigns() {
    return negative >= LEAST_OF_A_SIGN && negative <= 1 - LEAST_OF_A_SIGN;
  }

  /** Whether nearly all are from 1 to 4, as the bits of bfloat16 are in float16. */
  boolean areCrowded() {
    return crowd >= (haveBothSigns() ? LEAST_CROWD : LEAST_CROWD_OF_ONE_SIGN)
        && least >= LEAST_BESIDE_CROWD;
  }

  /** Whether they are like logits that all have one sign: far from 0, and far from each other. */
  boolean areFarFromZero() {
    return range >= LEAST_RANGE_OF_ONE_SIGN && deviation <= MOST_DEVIATION_OF_ONE_SIGN;
  }
}
