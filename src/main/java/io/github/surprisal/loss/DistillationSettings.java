/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/**
 * How a student is compared with its teacher, already checked.
 *
 * @param divergence which divergence of their distributions
 * @param temperature what logits are divided by: finite and above 0
 * @param isTimesSquare whether the result is multiplied by the square of the temperature
 * @param beta the weight of the teacher in the mixture, above 0 and below 1
 * @param isParallel whether rows may be spread over threads
 */
public record DistillationSettings(
    Divergence divergence,
    double temperature,
    boolean isTimesSquare,
    double beta,
    boolean isParallel) {

  /** A divergence of a teacher's distribution P and a student's Q. */
  public enum Divergence {
    /** KL(P‖Q). */
    FORWARD,
    /** KL(Q‖P). */
    REVERSE,
    /** β·KL(P‖M) + (1 − β)·KL(Q‖M), M = β·P + (1 − β)·Q. */
    JENSEN_SHANNON
  }

  /** What a divergence is multiplied by. */
  double times(double divergence) {
    return isTimesSquare ? divergence * temperature * temperature : divergence;
  }

  /**
   * What the slopes of a divergence by the scaled logits are multiplied by, for the mean over
   * {@code count} rows; finite, so that a slope of 0 stays 0.
   */
  double scale(double count) {
    return Math.min((isTimesSquare ? temperature : 1 / temperature) / count, Double.MAX_VALUE);
  }
}
