/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.Logarithm;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import java.util.Optional;

/**
 * What the row of logits that a reader stands at says of its classes: which is the likeliest, how
 * probable each is, where it stands, and how sure all of that is.
 *
 * <p>An ordinary row is read once: its terms are summed around the largest of the first logits,
 * {@link TermStatistics} takes the rest along, and the sum of all classes but the likeliest, of
 * which its loss is made, comes out of the sums of the tiles.
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
  private final TermSum terms;
  private final TermStatistics statistics;
  private final RowSoftmax softmax;

  private Optional<TileMaxima> maxima = Optional.empty();

  // What the terms were summed with, and their sum.
  private float shift;
  private int exponent;
  private double total;

  /** Whether the sums of the tiles still stand in the work space. */
  private boolean hasSums;

  private float max;
  private int predicted;
  private double nllOfPredicted;
  private double gaps;
  private int rank;

  RowPrediction(RowReader row, WorkSpace space) {
    this.row = row;
    this.space = space;
    terms = new TermSum(row, space);
    statistics = new TermStatistics(row, space);
    softmax = new RowSoftmax(row, space);
  }

  /** Takes the row that the reader stands at now. */
  void take() {
    takeWithLimit(Float.POSITIVE_INFINITY);
  }

  /** Has {@link #take()} find the largest logit of each tile, in place of the entropy. */
  void find(TileMaxima maxima) {
    this.maxima = Optional.of(maxima);
  }

  /** {@link #take()}, with the rank of a target class. */
  void take(int target) {
    float logit = row.at(target);
    boolean isMasked = logit == Float.NEGATIVE_INFINITY;
    takeWithLimit(isMasked ? Float.POSITIVE_INFINITY : logit);
    rank = !isDefined() ? 0 : 1 + (isMasked ? unmasked() : statistics.above());
  }

  /**
   * {@link #take(int)}; returns −log softmax of the target, to the bits that {@link RowSoftmax}
   * gives.
   */
  double takeWithNll(int target) {
    take(target);
    if (!isDefined()) {
      return Double.NaN;
    }
    return target == predicted ? nllOfPredicted : nll(target, row.at(target));
  }

  private void takeWithLimit(float limit) {
    float first = firstMaximum();
    statistics.set(first, limit);
    predicted = -1;
    if (!(Math.abs(first) <= Exponential.DIRECT_LIMIT)
        || !(sumAround(first) < Exponential.OVERFLOW)) {
      max = RowMaximum.max(space, row, -1);
      if (!isDefined()) {
        return;
      }
      statistics.set(max, limit);
      sumAround(max);
    }
    if (maxima.isPresent()) {
      maxima.get().findMaximum();
      max = maxima.get().max();
      predicted = maxima.get().predicted();
      gaps = Double.NaN;
    } else {
      max = statistics.max();
      predicted = statistics.predicted();
      gaps = statistics.gaps();
    }
    nllOfPredicted = nll(predicted, max);
  }

  /** The largest of the first logits, which as a rule is not far from the row's. */
  private float firstMaximum() {
    int length = Math.min(TileKernel.TILE, row.classes());
    row.read(0, length, space.staging, 0);
    return space.kernel.max(row.array(), row.offset(), length);
  }

  private double sumAround(float reference) {
    boolean isDirect = Math.abs(reference) <= Exponential.DIRECT_LIMIT;
    shift = isDirect ? 0 : reference;
    exponent = isDirect ? Exponential.exponentOf(reference) : 0;
    TermPass pass = maxima.isPresent() ? maxima.get() : statistics;
    total = terms.of(shift, exponent - RowSoftmax.HEADROOM, pass);
    hasSums = true;
    return total;
  }

  /** The number of logits above −∞. */
  private int unmasked() {
    int count = 0;
    for (int i = 0; i < row.classes(); i++) {
      count += row.at(i) > Float.NEGATIVE_INFINITY ? 1 : 0;
    }
    return count;
  }

  /** −log softmax of a class, to the bits that {@link RowSoftmax} gives. */
  private double nll(int index, float logit) {
    if (hasSums && shift == 0 && Math.abs(logit) <= Exponential.DIRECT_LIMIT) {
      int own = Exponential.exponentOf(logit);
      double unit = Math.scalb(RowSoftmax.HEADROOM_UNIT, exponent - own);
      double others = terms.without(index) * unit;
      if (RowSoftmax.isComfortable(others)) {
        return Logarithm.log1p(others / Exponential.exp(logit - own * RowSoftmax.LN2));
      }
    }
    hasSums = false; // they make room for others
    return softmax.of(index, TilePass.NONE).nats;
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
    return 0 - (nllOfPredicted + ((double) max - logit));
  }

  /**
   * 1 + the number of classes with a larger logit than the target; 0 if the row has no
   * probabilities.
   */
  int rank() {
    return rank;
  }

  /** −Σ p·log p in nats; NaN if the row has no probabilities, or maxima were found instead. */
  double entropy() {
    return isDefined() ? Math.max(0, nllOfPredicted + gaps / total) : Double.NaN;
  }
}
