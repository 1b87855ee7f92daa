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
public final class LogitRow {

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
    weightSum = smoothing == 0 ? 0 : gaps.sumOfWeights();
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
    double ofTarget = RowLosses.weighted(keep * weight(target), nll);
    if (smoothing == 0 || Double.isNaN(nll)) {
      return ofTarget;
    }
    return ofTarget + spread * lossOverAllClasses(nll);
  }

  /** Σ w·nll over all classes, from the target's: nll[c] = nll[t] + (x[t] − x[c]). */
  private double lossOverAllClasses(double nll) {
    if (Double.isInfinite(nll)) {
      gaps.sum(softmax.logSumExp());
      return gaps.gaps();
    }
    return weightSum * nll + softmax.sumOfGaps();
  }
}
