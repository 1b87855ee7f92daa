/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

/** The right results, computed in double in the plainest way. */
final class Reference {

  /** How many rows of a result as large as the logits are looked at. */
  private static final int ROWS_CHECKED = 16;

  private final Batch batch;
  private final double[] logSumExp;

  Reference(Batch batch) {
    this.batch = batch;
    this.logSumExp = new double[batch.rows];
    for (int row = 0; row < batch.rows; row++) {
      logSumExp[row] = logSumExp(batch.values, row * batch.classes, (row + 1) * batch.classes);
    }
  }

  private static double logSumExp(float[] logits, int from, int to) {
    double maximum = Double.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      maximum = Math.max(maximum, logits[i]);
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.exp(logits[i] - maximum);
    }
    return maximum + Math.log(sum);
  }

  /** Fails if a mean loss is farther from the right one than the tolerance, in nats. */
  void checkLoss(double actual, double smoothing, double tolerance) {
    double total = 0;
    for (int row = 0; row < batch.rows; row++) {
      double ofAll = 0;
      for (int i = 0; smoothing > 0 && i < batch.classes; i++) {
        ofAll += loss(row, i);
      }
      total += (1 - smoothing) * loss(row, batch.labels[row]) + smoothing / batch.classes * ofAll;
    }
    require("loss", 0, actual, total / batch.rows, tolerance);
  }

  /** Fails if a log-probability is off by more than the tolerance and 2 ulp. */
  void checkLogSoftmax(float[] actual, double tolerance) {
    for (int row = 0; row < batch.rows; row += step()) {
      for (int i = 0; i < batch.classes; i++) {
        double expected = -loss(row, i);
        double allowed = tolerance + 2 * Math.ulp((float) expected);
        require("log-softmax", at(row, i), actual[at(row, i)], expected, allowed);
      }
    }
  }

  /** Fails if a gradient of the mean loss is off by more than a part of the softmax and 2 ulp. */
  void checkGradient(float[] actual, double tolerance) {
    for (int row = 0; row < batch.rows; row += step()) {
      for (int i = 0; i < batch.classes; i++) {
        double softmax = Math.exp(-loss(row, i));
        double expected = (softmax - (i == batch.labels[row] ? 1 : 0)) / batch.rows;
        double allowed = tolerance * softmax / batch.rows + 2 * Math.ulp((float) expected);
        require("gradient", at(row, i), actual[at(row, i)], expected, allowed);
      }
    }
  }

  /**
   * Fails if the mean KL(P‖Q) of a teacher's rows P is off by more than the tolerance, or its
   * gradient by more than a part of both softmaxes and 2 ulp.
   */
  void checkDivergence(double mean, float[] gradient, float[] teacher, double tolerance) {
    double total = 0;
    for (int row = 0; row < batch.rows; row++) {
      int from = row * batch.classes;
      double ofTeacher = logSumExp(teacher, from, from + batch.classes);
      for (int i = 0; i < batch.classes; i++) {
        double logP = teacher[at(row, i)] - ofTeacher;
        double p = Math.exp(logP);
        double q = Math.exp(-loss(row, i));
        total += p * (logP + loss(row, i));
        double expected = (q - p) / batch.rows;
        double allowed = tolerance * (p + q) / batch.rows + 2 * Math.ulp((float) expected);
        if (row % step() == 0) {
          require("gradient", at(row, i), gradient[at(row, i)], expected, allowed);
        }
      }
    }
    require("divergence", 0, mean, total / batch.rows, tolerance);
  }

  /** Fails if an entropy is off by more than (1 + entropy) times the tolerance, in nats. */
  void checkEntropies(double[] actual, double tolerance) {
    for (int row = 0; row < batch.rows; row += step()) {
      double entropy = 0;
      for (int i = 0; i < batch.classes; i++) {
        entropy += Math.exp(-loss(row, i)) * loss(row, i);
      }
      require("entropy", row, actual[row], entropy, tolerance * (1 + entropy));
    }
  }

  /** Fails if a target does not stand where it should. */
  void checkRanks(int[] actual) {
    for (int row = 0; row < batch.rows; row += step()) {
      require("rank", row, actual[row], 1 + larger(row, batch.labels[row]), 0);
    }
  }

  /** Fails if the classes of a row are not its {@code k} likeliest, in order. */
  void checkLikeliest(int[] actual, int k) {
    for (int row = 0; row < batch.rows; row += step()) {
      for (int place = 0; place < k; place++) {
        int index = row * k + place;
        require("place of a class", index, larger(row, actual[index]), place, 0);
      }
    }
  }

  private int larger(int row, int index) {
    int count = 0;
    for (int i = 0; i < batch.classes; i++) {
      count += batch.values[at(row, i)] > batch.values[at(row, index)] ? 1 : 0;
    }
    return count;
  }

  private double loss(int row, int target) {
    return logSumExp[row] - batch.values[at(row, target)];
  }

  private int at(int row, int index) {
    return row * batch.classes + index;
  }

  private int step() {
    return Math.max(1, batch.rows / ROWS_CHECKED);
  }

  /** Fails if a result is not within what is allowed. */
  static void require(String what, int index, double actual, double expected, double allowed) {
    if (!(Math.abs(actual - expected) <= allowed)) {
      throw new IllegalStateException(
          what + " " + index + " is " + actual + ", expected " + expected + " within " + allowed);
    }
  }
}
