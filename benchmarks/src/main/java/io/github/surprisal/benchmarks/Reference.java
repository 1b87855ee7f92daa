/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.stream.IntStream;

/**
 * The right results, computed in double in the plainest way, and how far from them a result may be.
 *
 * @param batch the logits and targets
 * @param logSumExp log Σ e^x of each row
 */
record Reference(Batch batch, double[] logSumExp) {

  /** How many rows of a result as large as the logits are looked at. */
  private static final int ROWS_CHECKED = 16;

  static Reference of(Batch batch) {
    double[] logSumExp =
        IntStream.range(0, batch.rows()).parallel().mapToDouble(row -> of(batch, row)).toArray();
    return new Reference(batch, logSumExp);
  }

  private static double of(Batch batch, int row) {
    int from = row * batch.classes();
    int to = from + batch.classes();
    double maximum = Double.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      maximum = Math.max(maximum, batch.logits()[i]);
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.exp(batch.logits()[i] - maximum);
    }
    return maximum + Math.log(sum);
  }

  /** The mean loss with label smoothing. */
  double loss(double smoothing) {
    int classes = batch.classes();
    return IntStream.range(0, batch.rows())
        .parallel()
        .mapToDouble(
            row -> {
              double sum = 0;
              for (int i = row * classes; smoothing > 0 && i < (row + 1) * classes; i++) {
                sum += logSumExp[row] - batch.logits()[i];
              }
              double target = batch.logits()[row * classes + batch.targets()[row]];
              return (1 - smoothing) * (logSumExp[row] - target) + smoothing / classes * sum;
            })
        .average()
        .orElseThrow();
  }

  /** Fails if a mean loss is farther from the right one than the tolerance, in nats. */
  void checkLoss(double actual, double smoothing, double tolerance) {
    require("loss", 0, actual, loss(smoothing), tolerance);
  }

  /** Fails if a log-probability is off by more than the tolerance and 2 ulp. */
  void checkLogSoftmax(float[] actual, double tolerance) {
    for (int row = 0; row < batch.rows(); row += step()) {
      for (int i = row * batch.classes(); i < (row + 1) * batch.classes(); i++) {
        double expected = batch.logits()[i] - logSumExp[row];
        double allowed = tolerance + 2 * Math.ulp((float) expected);
        require("log-softmax", i, actual[i], expected, allowed);
      }
    }
  }

  /** Fails if a gradient of the mean loss is off by more than a part of the softmax and 2 ulp. */
  void checkGradient(float[] actual, double tolerance) {
    for (int row = 0; row < batch.rows(); row += step()) {
      for (int i = 0; i < batch.classes(); i++) {
        int at = row * batch.classes() + i;
        double softmax = Math.exp(batch.logits()[at] - logSumExp[row]);
        double expected = (softmax - (i == batch.targets()[row] ? 1 : 0)) / batch.rows();
        double allowed = tolerance * softmax / batch.rows() + 2 * Math.ulp((float) expected);
        require("gradient", at, actual[at], expected, allowed);
      }
    }
  }

  private int step() {
    return Math.max(1, batch.rows() / ROWS_CHECKED);
  }

  private static void require(
      String what, int index, double actual, double expected, double allowed) {
    if (!(Math.abs(actual - expected) <= allowed)) {
      throw new IllegalStateException(
          what + " " + index + " is " + actual + ", expected " + expected + " within " + allowed);
    }
  }
}
