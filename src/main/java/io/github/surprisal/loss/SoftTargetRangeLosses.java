/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowWeights;
import io.github.surprisal.rows.RowWriter;

/** Cross-entropy against a distribution over the classes, for a range of rows. */
final class SoftTargetRangeLosses extends LogitRangeLosses {

  private final RowReader probabilities;
  private final SoftmaxWriter.Correction correction;

  // What the loss of the current row was taken from, and Σ w·p.
  private int reference;
  private double nll;
  private double mass;

  private float keepUpstream;
  private float spreadUpstream;

  SoftTargetRangeLosses(
      FloatData logits,
      ClassRows rows,
      FloatData probabilities,
      RowWeights weights,
      LossSettings settings,
      WorkSpace space) {
    super(logits, rows, weights, settings, space);
    this.probabilities = RowReaders.of(rows, probabilities, space.second);
    TargetSubtraction targets = new TargetSubtraction(row.weights, space);
    correction =
        (from, length, array, offset) ->
            targets.subtract(
                this.probabilities, from, length, keepUpstream, spreadUpstream, array, offset);
  }

  @Override
  boolean isScored(long index) {
    return weights.isScored(index);
  }

  @Override
  public double loss(long index) {
    moveTo(index);
    if (reference < 0) {
      return Double.NaN;
    }
    Softmax softmax = row.softmax.of(reference, TilePass.NONE);
    double logSumExp = row.logSumExp(softmax);
    return row.withZLoss(loss(softmax), logSumExp);
  }

  /** Chooses a row, and the class of its largest probability as what its loss is taken from. */
  private void moveTo(long index) {
    row.logits.moveTo(index);
    probabilities.moveTo(index);
    reference = RowMaximum.argmax(space, probabilities);
    nll = Double.NaN;
    mass = Double.NaN;
  }

  private double loss(Softmax softmax) {
    nll = softmax.nats;
    double loss =
        Double.isInfinite(nll)
            ? lossFrom(row.softmax.ofAll().nats, 0)
            : lossFrom(row.logits.at(reference), row.unrounded(reference, nll));
    if (!Double.isFinite(mass)) { // by a probability that is not
      mass = Double.NaN;
      return Double.NaN;
    }
    return row.keepsDigits(loss, coefficients(), nll) ? loss : lossFromMaximum();
  }

  private double lossFromMaximum() {
    reference = RowMaximum.argmax(space, row.logits);
    if (reference < 0) {
      return Double.NaN;
    }
    nll = row.softmax.of(reference, TilePass.NONE).nats;
    return lossFrom(row.logits.at(reference), row.unrounded(reference, nll));
  }

  /** Σ w·q. */
  private double coefficients() {
    return row.keep * mass + row.spread * row.weightSum;
  }

  /** Σ w·q·nll, from one value of nll and the gaps between its logit and the others. */
  private double lossFrom(double logit, double nllOfReference) {
    row.weighted.sum(probabilities, logit);
    mass = row.weighted.coefficients();
    double ofTargets = LossSettings.weighted(row.keep, mass * nllOfReference + row.weighted.gaps());
    if (row.smoothing == 0) {
      return ofTargets;
    }
    row.weighted.sum(logit);
    return ofTargets + row.spread * (row.weightSum * nllOfReference + row.weighted.gaps());
  }

  @Override
  double lossWithGradient(long index, double upstream, RowWriter out) {
    moveTo(index);
    Softmax softmax =
        reference < 0 ? row.softmax.ofAll(out) : row.softmax.of(reference, TilePass.NONE, out);
    double logSumExp = row.logSumExp(softmax);
    double loss = reference < 0 ? Double.NaN : loss(softmax);
    keepUpstream = (float) (upstream * row.keep);
    spreadUpstream = (float) (upstream * row.spread);
    double all = coefficients();
    double zSlope = row.zSlope(logSumExp);
    writer.write(softmax, upstream * (all + zSlope), out, correction);
    if (reference >= 0) {
      double own = row.weight(reference) * (row.keep * probabilities.at(reference) + row.spread);
      double others = (all - own + zSlope) * StrictMath.exp(-nll);
      out.set(reference, (float) (upstream * (others - own * Softmax.complement(nll))));
    }
    return row.withZLoss(loss, logSumExp);
  }
}
