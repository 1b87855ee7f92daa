/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The loop that people write: the maximum, then {@code Math.exp} in double, summed up. */
public class NaiveLoop extends Timed {

  private static final double TOLERANCE = 1e-9;

  /** Logits, targets and the mean loss. */
  @State(Scope.Benchmark)
  public static class Rows extends Batch {
    double loss;

    @Override
    void check(Reference reference) {
      reference.checkLoss(loss, 0, TOLERANCE);
    }
  }

  /** The mean loss. */
  @Benchmark
  public double loss(Rows in) {
    double total = 0;
    for (int row = 0; row < in.rows; row++) {
      total += loss(in.values, row * in.classes, in.classes, in.labels[row]);
    }
    return in.loss = total / in.rows;
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
