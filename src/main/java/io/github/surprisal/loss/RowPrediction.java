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
 * What the row of logits that a reader stands at says of its classes: which is the likeliest, how
 * probable each is, where it stands, and how sure all of that is.
 *
 * <p>A log-probability is taken from the likeliest class, as −(nll + (max − x)): no nll is less, so
 * the relative error of each is no greater, and equal logits have equal ones.
 *
 * <p>Belongs to the thread whose work space it uses.
 */
final class RowPrediction {

  private final WorkSpace space;
  private final RowReader row;
  private final RowSoftmax softmax;
  private final DoubleTiles tiles;
  private float max;
  private int predicted;
  private double nll;
  private boolean hasNll;

  RowPrediction(RowReader row, WorkSpace space) {
    this.row = row;
    this.space = space;
    softmax = new RowSoftmax(row, space);
    tiles = space.doubleTiles();
  }

  /** Takes the row that the reader stands at now. */
  void take() {
    max = RowMaximum.max(space, row, -1);
    predicted = isDefined() ? RowMaximum.indexOf(max, space, row) : -1;
    hasNll = false;
  }

  /** Whether the row has probabilities: no NaN, no +∞, and not −∞ alone. */
  boolean isDefined() {
    return Float.isFinite(max);
  }

  /** The first class with the largest logit; −1 if the row has no probabilities. */
  int predicted() {
    return predicted;
  }

  /** The log-probability of a class in nats; NaN if the row has no probabilities. */
  double logProb(int index) {
    return isDefined() ? logProb(row.at(index)) : Double.NaN;
  }

  /** The log-probability of a logit of a row that has probabilities. */
  double logProb(float logit) {
    return 0 - (nllOfPredicted() + ((double) max - logit));
  }

  private double nllOfPredicted() {
    if (!hasNll) {
      nll = softmax.of(predicted, TilePass.NONE).nats;
      hasNll = true;
    }
    return nll;
  }

  /** 1 + the number of classes with a larger logit; 0 if the row has no probabilities. */
  int rank(int index) {
    if (!isDefined()) {
      return 0;
    }
    float logit = row.at(index);
    int rank = 1;
    int length;
    for (int from = 0; logit < max && from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      row.read(from, length, space.staging, 0);
      rank += space.kernel.countAbove(row.array(), row.offset(), length, logit);
    }
    return rank;
  }

  /**
   * −Σ p·log p in nats, which is log S + Σ e<sup>x − max</sup>·(max − x) / S, in double: no part is
   * negative. NaN if the row has no probabilities.
   */
  double entropy() {
    if (!isDefined()) {
      return Double.NaN;
    }
    tiles.clearLanes();
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      addTile(from, length);
    }
    double others = Lanes.sum(tiles.first);
    return Logarithm.log1p(others) + Lanes.sum(tiles.second) / (1 + others);
  }

  /** Adds the terms of all classes but the likeliest, whose term is 1, and these times the gaps. */
  private void addTile(int from, int length) {
    TileKernel kernel = space.kernel;
    row.read(from, length, space.staging, 0);
    kernel.writeGaps(max, row.array(), row.offset(), length, tiles.a);
    System.arraycopy(tiles.a, 0, tiles.b, 0, length);
    DoubleTiles.negate(tiles.b, length);
    kernel.writeExp(tiles.b, length, tiles.b);
    int left = predicted - from;
    if (left >= 0 && left < length) {
      tiles.b[left] = 0;
    }
    kernel.addProducts(tiles.b, DoubleTiles.ones(), length, tiles.first);
    kernel.addProducts(tiles.b, tiles.a, length, tiles.second);
  }
}
