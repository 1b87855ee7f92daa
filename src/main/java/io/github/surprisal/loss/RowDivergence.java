/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.rows.RowReader;

/**
 * KL(P‖Q) of two rows of logits, in double throughout, so that nearly equal rows give a divergence
 * near 0 and not the rounding of float exponentials.
 *
 * <p>Mutable; belongs to one thread and one call.
 */
final class RowDivergence {

  private final WorkSpace space;
  private final PairTiles pair;
  private final DoubleTiles sums;

  /** Σ e^(y − max y) of P, after {@link #addUp}. */
  double sumP;

  /** The same of Q. */
  double sumQ;

  private double gap;

  /** The divergence of the rows of {@code q} from the rows of {@code p}, over a temperature. */
  RowDivergence(RowReader p, RowReader q, double temperature, WorkSpace space) {
    this(new PairTiles(p, q, temperature, false, space), space);
  }

  /** The divergence of the second rows of a pair from the first. */
  RowDivergence(PairTiles pair, WorkSpace space) {
    this.pair = pair;
    this.space = space;
    sums = space.part(DoubleTiles.class, any -> new DoubleTiles());
  }

  /** p·(log p − log q), 0 where p is 0. */
  static double pointwise(double p, double logQ) {
    return p == 0 ? 0 : p * (StrictMath.log(p) - logQ);
  }

  /** p·(log p − log q), 0 where p is 0, given log p. */
  static double pointwiseOfLogs(double logP, double logQ) {
    return logP == Double.NEGATIVE_INFINITY ? 0 : StrictMath.exp(logP) * (logP - logQ);
  }

  /** KL(P‖Q) of the current rows in nats; NaN where either row's softmax is NaN. */
  double nats() {
    pair.begin();
    if (!pair.areDefined()) {
      return Double.NaN;
    }
    addUp();
    // A divergence is never negative; only rounding could make it so.
    return Math.max(0, gap / sumP + logOfSums());
  }

  /** log Σ e^(y − max y) of Q, less that of P. */
  double logOfSums() {
    return StrictMath.log(sumQ) - StrictMath.log(sumP);
  }

  /** Adds up the exponentials of the current pair, and those of P times the gaps between both. */
  void addUp() {
    sums.clearLanes();
    for (int from = 0; from < pair.classes(); from += pair.length(from)) {
      int length = pair.length(from);
      pair.take(from);
      space.kernel.addProducts(pair.a, DoubleTiles.ones(), length, sums.first);
      space.kernel.addProducts(pair.b, DoubleTiles.ones(), length, sums.second);
      space.kernel.addProducts(pair.a, pair.c, length, sums.third);
    }
    sumP = Lanes.sum(sums.first);
    sumQ = Lanes.sum(sums.second);
    gap = Lanes.sum(sums.third);
  }

  /**
   * The first class with the largest logit of P in the current rows, after {@link #nats} of them;
   * −1 if the row has no probabilities.
   */
  int largestP() {
    return pair.largestP();
  }

  /** The same of Q. */
  int largestQ() {
    return pair.largestQ();
  }
}
