/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;

/**
 * KL(P‖Q) of two rows of logits, in double throughout, so that nearly equal rows give a divergence
 * near 0 and not the rounding of float exponentials.
 *
 * <p>Mutable; belongs to one thread and one call.
 */
final class RowDivergence {

  private final WorkSpace space;
  private final TileKernel kernel;
  private final DoubleTiles tiles;
  private final RowReader p;
  private final RowReader q;
  private float maxP;
  private float maxQ;

  /** The divergence of the rows of {@code q} from the rows of {@code p}. */
  RowDivergence(RowReader p, RowReader q, WorkSpace space) {
    this.p = p;
    this.q = q;
    this.space = space;
    kernel = space.kernel;
    tiles = space.part(DoubleTiles.class, any -> new DoubleTiles());
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
    maxP = RowMaximum.max(space, p, -1);
    maxQ = RowMaximum.max(space, q, -1);
    if (!isDefined()) {
      return Double.NaN;
    }
    tiles.clearLanes();
    int length;
    for (int from = 0; from < p.classes(); from += length) {
      length = Math.min(TILE, p.classes() - from);
      addTile(from, length);
    }
    double sumP = Lanes.sum(tiles.first);
    double sumQ = Lanes.sum(tiles.second);
    double gap = Lanes.sum(tiles.third);
    // A divergence is never negative; only rounding could make it so.
    return Math.max(0, gap / sumP + (StrictMath.log(sumQ) - StrictMath.log(sumP)));
  }

  /** Adds Σ e^(p − max p), Σ e^(q − max q), and the first terms times the gaps between both. */
  private void addTile(int from, int length) {
    writeGaps(p, maxP, from, length, tiles.a);
    writeGaps(q, maxQ, from, length, tiles.b);
    DoubleTiles.subtract(tiles.a, tiles.b, length, tiles.c);
    kernel.writeExp(tiles.a, length, tiles.a);
    kernel.writeExp(tiles.b, length, tiles.b);
    kernel.addProducts(tiles.a, DoubleTiles.ones(), length, tiles.first);
    kernel.addProducts(tiles.b, DoubleTiles.ones(), length, tiles.second);
    kernel.addProducts(tiles.a, tiles.c, length, tiles.third);
  }

  private void writeGaps(RowReader row, double max, int from, int length, double[] gaps) {
    row.read(from, length, space.staging, 0);
    kernel.writeGaps(max, row.array(), row.offset(), length, gaps);
    DoubleTiles.negate(gaps, length);
  }

  private boolean isDefined() {
    return Float.isFinite(maxP) && Float.isFinite(maxQ);
  }

  /**
   * The first class with the largest logit of P in the current rows, after {@link #nats} of them;
   * −1 if the row has no probabilities.
   */
  int largestP() {
    return Float.isFinite(maxP) ? RowMaximum.indexOf(maxP, space, p) : -1;
  }

  /** The same of Q. */
  int largestQ() {
    return Float.isFinite(maxQ) ? RowMaximum.indexOf(maxQ, space, q) : -1;
  }
}
