/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.RowKernelProvider;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.rows.RowReader;
import java.util.Optional;

/**
 * The row of logits that a reader stands at, with class weights and label smoothing.
 *
 * <p>Belongs to the thread whose scratch it works in.
 */
final class LogitRow {

  /** What may be left of a sum in double of terms that cancel. */
  private static final double SMALLEST_SHARE = 0x1p-20;

  final RowKernels kernels = RowKernelProvider.kernels();
  final RowReader logits;
  final RowSoftmax softmax;
  final RowGaps gaps;

  /** Class weights, empty for none. */
  final float[] weights;

  /** The label smoothing, what it leaves to the target, and what it gives to each class. */
  final double smoothing;

  final double keep;
  final double spread;

  /** Σ w over the classes; 0 without smoothing, which alone needs it. */
  final double weightSum;

  private final boolean isAnyWeightNegative;

  LogitRow(RowReader logits, LossSettings settings, Scratch scratch) {
    this.logits = logits;
    weights = settings.weights();
    smoothing = settings.smoothing();
    gaps = new RowGaps(kernels, logits, weights, scratch);
    boolean weighsClasses = smoothing != 0 && weights.length > 0;
    softmax =
        new RowSoftmax(
            kernels, logits, scratch, weighsClasses ? Optional.of(gaps) : Optional.empty());
    keep = 1 - smoothing;
    spread = smoothing / logits.classes();
    weightSum = smoothing == 0 ? 0 : settings.weightSum(logits.classes());
    isAnyWeightNegative = settings.isAnyWeightNegative();
  }

  /** The weight of a class. */
  double weight(int index) {
    return weights.length == 0 ? 1 : weights[index];
  }

  /** The loss for a target class in nats. */
  double loss(int target) {
    return loss(target, nll(target));
  }

  /** −log softmax, and in the same pass what smoothing needs of all classes. */
  double nll(int target) {
    if (smoothing != 0) {
      softmax.takeSums();
    }
    return softmax.nll(target);
  }

  /** The loss for a target class, given −log softmax there. */
  double loss(int target, double nll) {
    double ofTarget = LossSettings.weighted(keep * weight(target), nll);
    if (smoothing == 0 || Double.isNaN(nll)) {
      return ofTarget;
    }
    double loss = ofTarget + spread * lossOverAllClasses(nll);
    return keepsDigits(loss, keep * weight(target) + spread * weightSum, nll)
        ? loss
        : ofTarget + spread * lossOverAllClassesFromMaximum();
  }

  /** Σ w·nll over all classes, from the target's: nll[c] = nll[t] + (x[t] − x[c]). */
  private double lossOverAllClasses(double nll) {
    if (Double.isInfinite(nll)) {
      gaps.sum(softmax.logSumExp());
      return gaps.gaps();
    }
    return weightSum * nll + softmax.sumOfGaps();
  }

  private double lossOverAllClassesFromMaximum() {
    int largest = RowMaximum.argmax(kernels, logits);
    double nll = softmax.nll(largest);
    gaps.sum(logits.at(largest));
    return weightSum * nll + gaps.gaps();
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
    return !isAnyWeightNegative && !(Math.abs(loss) < Math.abs(coefficients) * shareOfError);
  }
}
