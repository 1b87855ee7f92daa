/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.util.Collections;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a report says of predictions, or the standard error of each.
 *
 * @param entropy of the mean entropy in nats
 * @param calibrationGap of the mean of −log P(target) − entropy in nats
 * @param meanReciprocalRank of the mean of 1 / rank
 * @param accuracy of the share of tokens whose target is the likeliest class
 * @param topAccuracies of the shares of tokens of rank 1, of rank 1 to 2, and so on
 * @param calibrationError of the expected calibration error
 */
public record PredictionFigures(
    double entropy,
    double calibrationGap,
    double meanReciprocalRank,
    double accuracy,
    List<Double> topAccuracies,
    double calibrationError) {

  /** The largest k of the top-k accuracies. */
  public static final int MOST_RANK = 10;

  /** How many of the figures are ratios of sums, in the order of the components. */
  static final int RATIOS = 4 + MOST_RANK;

  /** The first ratios of shares of tokens. */
  static final int FIRST_SHARE = 3;

  /** Figures where there are no predictions. */
  public static final PredictionFigures UNDEFINED =
      new PredictionFigures(
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Collections.nCopies(MOST_RANK, Double.NaN),
          Double.NaN);

  /** The figures of ratios by their number, and of the calibration error. */
  static PredictionFigures of(IntToDoubleFunction ratio, double calibrationError) {
    return new PredictionFigures(
        ratio.applyAsDouble(0),
        ratio.applyAsDouble(1),
        ratio.applyAsDouble(2),
        ratio.applyAsDouble(FIRST_SHARE),
        IntStream.range(FIRST_SHARE + 1, RATIOS).mapToDouble(ratio).boxed().toList(),
        calibrationError);
  }

  /** The figure of the top-k accuracy. */
  public double topAccuracy(int k) {
    return topAccuracies.get(k - 1);
  }
}
