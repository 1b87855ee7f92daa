/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;

/** Asserts each value within its bound, and keeps the largest errors and their mean square. */
final class ErrorTally {
  /** From here on the spacing of doubles exceeds the bounds; such values keep their share only. */
  private static final double ENORMOUS = 1e9;

  private double largest;
  private double largestShare;
  private double squares;
  private long count;

  /**
   * Asserts that {@code got} is {@code exact} within {@code bound}; NaN and infinities must be
   * equal.
   */
  void check(String what, double got, double exact, double bound) {
    count++;
    if (got == exact || (Double.isNaN(got) && Double.isNaN(exact))) {
      return;
    }
    double error = Math.abs(got - exact);
    assertThat(Double.isFinite(exact) && error <= bound)
        .as("%s: got %s, exact %s, error %s, bound %s", what, got, exact, error, bound)
        .isTrue();
    largestShare = Math.max(largestShare, error / bound);
    if (Math.abs(exact) < ENORMOUS) {
      largest = Math.max(largest, error);
      squares += error * error;
    }
  }

  double largest() {
    return largest;
  }

  /** The largest error as a part of its own bound. */
  double largestShare() {
    return largestShare;
  }

  double rootMeanSquare() {
    return Math.sqrt(squares / count);
  }

  void include(ErrorTally other) {
    largest = Math.max(largest, other.largest);
    largestShare = Math.max(largestShare, other.largestShare);
    squares += other.squares;
    count += other.count;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "largest error %.1e, rms %.1e, %.0f %% of the bound at most",
        largest,
        rootMeanSquare(),
        100 * largestShare);
  }
}
