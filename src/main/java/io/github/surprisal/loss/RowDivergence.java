/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/**
 * KL(P‖Q) of two rows of logits, in double throughout, so that nearly equal rows give a divergence
 * near 0 and not the rounding of float exponentials.
 *
 * <p>Mutable; belongs to one thread and one call.
 */
public final class RowDivergence {

  private final RowKernels kernels;
  private final RowReader p;
  private final RowReader q;
  private final Scratch scratch;
  private float maxP;
  private float maxQ;

  /** The divergence of the rows of {@code q} from those of {@code p}. */
  public RowDivergence(RowKernels kernels, RowReader p, RowReader q, Scratch scratch) {
    this.kernels = kernels;
    this.p = p;
    this.q = q;
    this.scratch = scratch;
  }

  /** p·(log p − log q), 0 where p is 0. */
  public static double pointwise(double p, double logQ) {
    return p == 0 ? 0 : p * (StrictMath.log(p) - logQ);
  }

  /** p·(log p − log q), 0 where p is 0, given log p. */
  public static double pointwiseOfLogs(double logP, double logQ) {
    return logP == Double.NEGATIVE_INFINITY ? 0 : StrictMath.exp(logP) * (logP - logQ);
  }

  /** KL(P‖Q) of the current rows in nats; NaN where either row's softmax is NaN. */
  public double nats() {
    maxP = RowMaximum.max(kernels, p, -1);
    maxQ = RowMaximum.max(kernels, q, -1);
    if (!isDefined()) {
      return Double.NaN;
    }
    Arrays.fill(scratch.first, 0);
    Arrays.fill(scratch.second, 0);
    Arrays.fill(scratch.third, 0);
    int step;
    for (int from = 0; from < p.classes(); from += step) {
      step = Math.min(p.runLength(from), q.runLength(from));
      p.read(from);
      q.read(from);
      kernels.addDivergence(
          p.array(),
          p.offset(),
          maxP,
          q.array(),
          q.offset(),
          maxQ,
          step,
          scratch.first,
          scratch.second,
          scratch.third);
    }
    double sumP = Lanes.sum(scratch.first);
    double sumQ = Lanes.sum(scratch.second);
    double gap = Lanes.sum(scratch.third);
    // A divergence is never negative; only rounding could make it so.
    return Math.max(0, gap / sumP + (StrictMath.log(sumQ) - StrictMath.log(sumP)));
  }

  private boolean isDefined() {
    return Float.isFinite(maxP) && Float.isFinite(maxQ);
  }

  /**
   * Whether the largest logits of the current rows, after {@link #nats} of them, belong to the same
   * class; the first of several that are equal counts. Not where the divergence is NaN.
   */
  public boolean sameLargest() {
    return isDefined()
        && RowMaximum.indexOf(maxP, kernels, p) == RowMaximum.indexOf(maxQ, kernels, q);
  }
}
