/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.loss.RowSoftmax.RunCorrection;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowWriter;

/** Cross-entropy against a distribution over the classes, for a range of rows. */
final class SoftTargetRangeLosses extends LogitRangeLosses {

  private final RowReader probabilities;
  private final RunCorrection correction;

  // The last row's: class of the largest probability, or of the largest logit if the loss had to be
  // taken from that, its loss, and Σ w·p.
  private int reference;
  private double nll;
  private double mass;

  private float keepUpstream;
  private float spreadUpstream;

  SoftTargetRangeLosses(
      FloatData logits,
      ClassRows rows,
      FloatData probabilities,
      LossSettings settings,
      WorkSpace space) {
    super(logits, rows, settings, space);
    this.probabilities = RowReaders.of(rows, probabilities, scratch.secondStage);
    correction =
        (from, length, array, offset) ->
            logitRow.gaps.subtract(
                this.probabilities, from, length, keepUpstream, spreadUpstream, array, offset);
  }

  @Override
  boolean isScored(long row) {
    return true;
  }

  @Override
  public double loss(long row) {
    logitRow.logits.moveTo(row);
    probabilities.moveTo(row);
    reference = RowMaximum.argmax(logitRow.kernels, probabilities);
    if (reference < 0) {
      logitRow.softmax.logSumExp();
      nll = Double.NaN;
      mass = Double.NaN;
      return Double.NaN;
    }
    nll = logitRow.softmax.nll(reference);
    double loss =
        Double.isInfinite(nll)
            ? lossFrom(logitRow.softmax.logSumExp(), 0)
            : lossFrom(logitRow.logits.at(reference), nll);
    if (!Double.isFinite(mass)) { // by a probability that is not
      mass = Double.NaN;
      return Double.NaN;
    }
    return logitRow.keepsDigits(loss, coefficients(), nll) ? loss : lossFromMaximum();
  }

  private double lossFromMaximum() {
    reference = RowMaximum.argmax(logitRow.kernels, logitRow.logits);
    if (reference < 0) {
      return Double.NaN;
    }
    nll = logitRow.softmax.nll(reference);
    return lossFrom(logitRow.logits.at(reference), nll);
  }

  /** Σ w·q. */
  private double coefficients() {
    return logitRow.keep * mass + logitRow.spread * logitRow.weightSum;
  }

  /** Σ w·q·nll, from one value of nll and the gaps between its logit and the others. */
  private double lossFrom(double logit, double nllOfReference) {
    logitRow.gaps.sum(probabilities, logit);
    mass = logitRow.gaps.coefficients();
    double ofTargets =
        LossSettings.weighted(logitRow.keep, mass * nllOfReference + logitRow.gaps.gaps());
    if (logitRow.smoothing == 0) {
      return ofTargets;
    }
    logitRow.gaps.sum(logit);
    return ofTargets
        + logitRow.spread * (logitRow.weightSum * nllOfReference + logitRow.gaps.gaps());
  }

  @Override
  double lossWithGradient(long row, double upstream, RowWriter out) {
    double loss = loss(row);
    keepUpstream = (float) (upstream * logitRow.keep);
    spreadUpstream = (float) (upstream * logitRow.spread);
    double all = coefficients();
    logitRow.softmax.writeSoftmax(upstream * all, out, correction);
    if (reference >= 0) {
      double own =
          logitRow.weight(reference)
              * (logitRow.keep * probabilities.at(reference) + logitRow.spread);
      double others = (all - own) * StrictMath.exp(-nll);
      out.set(reference, (float) (upstream * (others - own * RowSoftmax.complement(nll))));
    }
    return loss;
  }
}
