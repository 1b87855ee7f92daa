/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/**
 * What the row of logits that a reader stands at says of its classes: which is the likeliest, how
 * probable each is, where it stands, and how sure all of that is.
 *
 * <p>A log-probability is taken from the likeliest class, as −(nll + (max − x)): no nll is less, so
 * the relative error of each is no greater, and equal logits have equal ones.
 *
 * <p>The entropy is nll + Σ p·(max − x) with that nll: no part is negative, and so none has a
 * greater error than the whole may have.
 *
 * <p>Belongs to the thread whose work space it uses.
 */
final class RowPrediction {

  private final WorkSpace space;
  private final RowReader row;
  private final RowSoftmax softmax;
  private final double[] gaps = new double[TileKernel.LANES];
  private float max;
  private int predicted;
  private Softmax ofPredicted = new Softmax();

  RowPrediction(RowReader row, WorkSpace space) {
    this.row = row;
    this.space = space;
    softmax = new RowSoftmax(row, space);
  }

  /** Takes the row that the reader stands at now. */
  void take() {
    max = RowMaximum.max(space, row, -1);
    predicted = isDefined() ? RowMaximum.indexOf(max, space, row) : -1;
    if (isDefined()) {
      ofPredicted = softmax.of(predicted, TilePass.NONE);
    }
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
    return 0 - (ofPredicted.nats + ((double) max - logit));
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

  /** −Σ p·log p in nats; NaN if the row has no probabilities. */
  double entropy() {
    if (!isDefined()) {
      return Double.NaN;
    }
    Arrays.fill(gaps, 0);
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      TileTerms.write(space, row, from, length, ofPredicted.shift, ofPredicted.exponent);
      space.kernel.addWeightedGaps(
          row.array(), row.offset(), space.terms, 0, length, max, gaps); // terms times distances
    }
    return ofPredicted.nats + Lanes.sum(gaps) / ofPredicted.total;
  }
}
