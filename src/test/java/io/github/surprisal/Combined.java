/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/** Two accumulators in one, for chains of calls. */
final class Combined {

  private Combined() {}

  /** The first one, after it has taken in the other. */
  static LossAccumulator of(LossAccumulator accumulator, LossAccumulator other) {
    accumulator.combine(other);
    return accumulator;
  }

  /** The first one, after it has taken in the other. */
  static ComparisonAccumulator of(ComparisonAccumulator accumulator, ComparisonAccumulator other) {
    accumulator.combine(other);
    return accumulator;
  }
}
