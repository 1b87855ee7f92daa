/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/**
 * What the forks of a benchmark, or of a pair of them, have shown.
 *
 * @param sorted one value for each round, the least first
 */
record Spread(double[] sorted) {

  /** What differs by more from one round to another has measured something else than the code. */
  private static final double PLAUSIBLE = 2;

  static <T> Spread of(Collection<T> rounds, ToDoubleFunction<T> value) {
    double[] values = rounds.stream().mapToDouble(value).toArray();
    Arrays.sort(values);
    return new Spread(values);
  }

  double least() {
    return sorted[0];
  }

  double median() {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  double greatest() {
    return sorted[sorted.length - 1];
  }

  boolean isPlausible() {
    return greatest() <= PLAUSIBLE * least();
  }
}
