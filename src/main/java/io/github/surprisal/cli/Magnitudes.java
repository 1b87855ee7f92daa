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
    double mean = Arrays.stream(logarithms).average().orElse(0);
    double square =
        Arrays.stream(logarithms).map(each -> (each - mean) * (each - mean)).average().orElse(0);
    return new Magnitudes(
        distinct,
        invalid,
        (double) negative / count,
        (double) used[count - 1] - used[0],
        (double) crowd / count,
        logarithms[0],
        logarithms[count / 2],
        Math.sqrt(square));
  }

  /** Whether they are of a few binades, and neither huge nor tiny. */
  boolean mayBeLogits() {
    return invalid <= 1.0 / 64 && deviation <= 3 && median >= -12 && median <= 12;
  }

  /** Whether logits would hardly be like this. */
  boolean areStrange() {
    return invalid > 1.0 / 64 || deviation >= 4 || median <= -15 || median >= 15;
  }

  /** Whether logits would never be like this. */
  boolean areHopeless() {
    return deviation >= 20 || median <= -60 || median >= 60;
  }

  /** Whether there are some of each sign, so that a smooth distribution has some about 0. */
  boolean haveBothSigns() {
    return negative >= 1.0 / 64 && negative <= 63.0 / 64;
  }

  /** Whether nearly all are from 1 to 4, as the bits of bfloat16 are in float16. */
  boolean areCrowded() {
    return crowd >= (haveBothSigns() ? 0.95 : 0.995) && least >= -2;
  }

  /** Whether they are like logits that all have one sign: far from 0, and far from each other. */
  boolean areFarFromZero() {
    return range >= 30 && deviation <= 0.6;
  }
}
