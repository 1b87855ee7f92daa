/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowWeights;
import io.github.surprisal.sum.Mean;

/** Cross-entropy of rows of logits: losses, and their gradients by the logits. */
public abstract class LogitLosses extends RowLosses {

  final FloatData logits;

  LogitLosses(FloatData logits, ClassRows rows, RowWeights weights, LossSettings settings) {
    super(rows, weights, settings);
    this.logits = logits;
  }

  @Override
  FloatData[] data() {
    return new FloatData[] {logits};
  }

  @Override
  abstract LogitRangeLosses range(long end, WorkSpace space);

  /** {@link #reduce}, with its gradient by the logits written to {@code out}. */
  public final double reduceWithGradient(float[] out) {
    double divisor = divisor();
    double upstream = Mean.of(1, divisor) / settings.temperature().value(); // dy/dx = 1/t
    double sum =
        sumOfRanges(
            (part, space, from, to) ->
                range(to, space).addWithGradient(part, from, to, upstream, out));
    return Mean.of(sum, divisor);
  }
}
