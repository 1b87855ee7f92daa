/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowWriter;

/**
 * The cross-entropy of the row of logits that a reader stands at, with class weights, label
 * smoothing and z-loss.
 *
 * <p>Belongs to the thread whose work space it uses.
 */
final class RowCrossEntropy {

  /** What may be left of a sum in double of terms that cancel. */
  private static final double SMALLEST_SHARE = 0x1p-20;

  final RowReader logits;
  final RowSoftmax softmax;
  final WeightedLogitSums weighted;
  private final WorkSpace space;

  final ClassWeights weights;

  /** The label smoothing, what it leaves to the target, and what it gives to each class. */
  final double smoothing;

  final double keep;
  final double spread;

  private final double zLoss;

  /** Σ w over the classes; 0 without smoothing, which alone needs it. */
  final double weightSum;

  RowCrossEntropy(RowReader logits, LossSettings settings, WorkSpace space) {
    this.logits = logits;
    this.space = space;
    weights = settings.weights();
    smoothing = settings.smoothing();
    zLoss = settings.zLoss();
    weighted = new WeightedLogitSums(logits, weights, space);
    softmax = new RowSoftmax(logits, space);
    keep = 1 - smoothing;
    spread = smoothing / logits.classes();
    weightSum = smoothing == 0 ? 0 : weights.sum(logits.classes());
  }

  /** The weight of a class. */
  double weight(int index) {
    return weights.of(index);
  }

  /** The loss of the current row for a target class in nats, with z-loss. */
  double loss(int target) {
    Softmax given = softmax.of(target, pass(target));
    double logSumExp = logSumExp(given);
    return withZLoss(loss(target, given), logSumExp);
  }

  /**
   * log Σ e<sup>y</sup> of the row whose softmax is given, before that is filled anew; 0 without
   * z-loss, which alone needs it.
   */
  double logSumExp(Softmax given) {
    return zLoss == 0 ? 0 : given.logSumExp();
  }

  /** A loss with what its row's z-loss adds. */
  double withZLoss(double loss, double logSumExp) {
    return zLoss == 0 ? loss : loss + zLoss * (logSumExp * logSumExp);
  }

  /** What z-loss multiplies probabilities with in the gradient. */
  double zSlope(double logSumExp) {
    return 2 * zLoss * logSumExp;
  }

  /** The loss of the current row, whose softmax is given, for a target class, without z-loss. */
  double loss(int target, Softmax given) {
    double nll = given.nats;
    double ofTarget = ofTarget(target, nll);
    if (smoothing == 0 || Double.isNaN(nll)) {
      return ofTarget;
    }
    double loss = ofTarget + spread * lossOverAllClasses(target, given);
    return keepsDigits(loss, keep * weight(target) + spread * weightSum, nll)
        ? loss
        : ofTarget + spread * lossOverAllClassesFromMaximum();
  }

  /** What the target alone adds to the loss, given −log softmax there. */
  double ofTarget(int target, double nll) {
    return LossSettings.weighted(keep * weight(target), unrounded(target, nll));
  }

  /** {@link Softmax#unrounded} of a class. */
  double unrounded(int index, double nll) {
    return Softmax.unrounded(nll, logits.rounding(index));
  }

  /** The softmax of the current row, whose terms are kept for results to be written to out. */
  Softmax softmaxForResults(int target, RowWriter out) {
    return softmax.of(target, pass(target), out);
  }

  /** What smoothing needs of all classes, taken in the same pass as the terms. */
  private TilePass pass(int target) {
    if (smoothing == 0) {
      return TilePass.NONE;
    }
    if (weights.areNone()) {
      return unweighted();
    }
    weighted.setReference(logits.at(target));
    return weighted;
  }

  /** Σ w·nll over all classes, from the target's: nll[c] = nll[t] + (x[t] − x[c]). */
  private double lossOverAllClasses(int target, Softmax given) {
    double nll = given.nats;
    if (Double.isInfinite(nll)) {
      weighted.sum(softmax.ofAll().nats);
      return weighted.gaps();
    }
    return weightSum * nll + sumOfGaps(target, given.hasPassed);
  }

  /** Σ w·(x[target] − x) over all classes. */
  private double sumOfGaps(int target, boolean hasPassed) {
    float targetLogit = logits.at(target);
    if (!weights.areNone()) {
      if (!hasPassed) {
        weighted.sum(targetLogit);
      }
      return weighted.gaps();
    }
    LogitSums sums = unweighted();
    if (!hasPassed) {
      sums.takeAlone(logits, space);
    }
    return (double) logits.classes() * targetLogit - sums.sum();
  }

  /** The sums that smoothing needs where there are no weights. */
  private LogitSums unweighted() {
    return space.part(LogitSums.class, own -> new LogitSums(own.kernel));
  }

  private double lossOverAllClassesFromMaximum() {
    int largest = RowMaximum.argmax(space, logits);
    double nll = softmax.of(largest, TilePass.NONE).nats;
    weighted.sum(logits.at(largest));
    return weightSum * nll + weighted.gaps();
  }

  /**
   * Whether Σ a·nll keeps its relative digits where it was taken from one class's nll, by nll[c] =
   * nll + (x − x[c]): the error of nll comes in Σ a times, also if gaps of both signs cancel most
   * of the sum. If not, it is to be taken from the largest logit: then no gap is negative, and no
   * nll less than the one that is known.
   *
   * @param loss Σ a·nll, as it came out
   * @param coefficients Σ a
   * @param nll the class's, +∞ if the sum was taken from log Σ e<sup>x</sup>
   */
  boolean keepsDigits(double loss, double coefficients, double nll) {
    double shareOfError = Math.max(Math.min(nll, 1), nll * SMALLEST_SHARE);
    return !weights.isAnyNegative() && !(Math.abs(loss) < Math.abs(coefficients) * shareOfError);
  }
}
