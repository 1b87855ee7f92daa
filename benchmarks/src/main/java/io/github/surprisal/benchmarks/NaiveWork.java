/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

/** The loop that people write: the maximum, then {@code Math.exp} in double, summed up. */
final class NaiveWork {

  private static final double TOLERANCE = 1e-9;

  private NaiveWork() {}

  static Work of(String name, Batch batch) {
    if (!name.equals("loss")) {
      throw new IllegalArgumentException("no plain loop is called " + name);
    }
    Reference.of(batch).checkLoss(meanLoss(batch), 0, TOLERANCE);
    return () -> meanLoss(batch);
  }

  private static double meanLoss(Batch batch) {
    double total = 0;
    for (int row = 0; row < batch.rows(); row++) {
      int from = row * batch.classes();
      total += loss(batch.logits(), from, batch.classes(), batch.targets()[row]);
    }
    return total / batch.rows();
  }

  private static double loss(float[] logits, int from, int classes, int target) {
    float maximum = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < classes; i++) {
      maximum = Math.max(maximum, logits[from + i]);
    }
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      sum += Math.exp((double) logits[from + i] - maximum);
    }
    return maximum + Math.log(sum) - logits[from + target];
  }
}
