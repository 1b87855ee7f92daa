/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.Logarithm;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;

/**
 * The probability of a set of classes in the row that a reader stands at. The classes inside and
 * outside of the set are summed apart, each relative to the largest of them, so that neither a
 * probability near 1 nor a tiny one loses digits.
 */
final class RowSetProbability {

  /** Where in the work space the logits inside are gathered; those outside stand before it. */
  private static final int INSIDE = WorkSpace.TILE_DISTANCE;

  private final WorkSpace space;
  private final RowReader row;
  private final DoubleTiles tiles;
  private final int[] members;
  private int next;

  /** The set of some classes, in ascending order, each of them once. */
  RowSetProbability(int[] members, RowReader row, WorkSpace space) {
    this.members = members;
    this.row = row;
    this.space = space;
    tiles = space.part(DoubleTiles.class, any -> new DoubleTiles());
  }

  /**
   * The logarithm of the set's probability in nats: −log(1 + outside / inside). NaN if the row has
   * no probabilities.
   */
  double logProb() {
    float inside = Float.NEGATIVE_INFINITY;
    float outside = Float.NEGATIVE_INFINITY;
    int length;
    next = 0;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      int count = split(from, length);
      inside = Math.max(inside, space.kernel.max(space.terms, INSIDE, count));
      outside = Math.max(outside, space.kernel.max(space.terms, 0, length));
    }
    if (!Float.isFinite(Math.max(inside, outside))) {
      return Double.NaN;
    }
    if (inside == Float.NEGATIVE_INFINITY) {
      return Double.NEGATIVE_INFINITY;
    }
    return outside == Float.NEGATIVE_INFINITY ? 0 : logProb(inside, outside);
  }

  /** Given the largest logits. */
  private double logProb(float inside, float outside) {
    tiles.clearLanes();
    int length;
    next = 0;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      int count = split(from, length);
      addTerms(INSIDE, count, inside, tiles.first);
      addTerms(0, length, outside, tiles.second);
    }
    double logRatio = StrictMath.log(Lanes.sum(tiles.second) / Lanes.sum(tiles.first));
    double excess = ((double) outside - inside) + logRatio;
    return excess > 0
        ? -(excess + Logarithm.log1p(StrictMath.exp(-excess)))
        : 0 - Logarithm.log1p(StrictMath.exp(excess));
  }

  /**
   * Puts the logits of a tile where they are summed; returns the number of those inside. Outside,
   * −∞ stands in for each of these.
   */
  private int split(int from, int length) {
    row.read(from, length, space.staging, 0);
    System.arraycopy(row.array(), row.offset(), space.terms, 0, length);
    int first = next;
    while (next < members.length && members[next] - from < length) {
      int at = members[next] - from;
      space.terms[INSIDE + next - first] = space.terms[at];
      space.terms[at] = Float.NEGATIVE_INFINITY;
      next++;
    }
    return next - first;
  }

  private void addTerms(int offset, int length, float max, double[] lanes) {
    space.kernel.writeDifferences(space.terms, offset, length, max, tiles.a);
    space.kernel.writeExp(tiles.a, length, tiles.b);
    space.kernel.addProducts(tiles.b, DoubleTiles.ones(), length, lanes);
  }
}
