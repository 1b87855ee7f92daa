/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.loss.RowSoftmax.complement;

import io.github.surprisal.loss.RowSoftmax.RunCorrection;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.rows.RowWriter;
import io.github.surprisal.sum.ExactSum;
import java.util.Optional;

/** Cross-entropy against one target class a row, for a range of rows. */
final class IndexTargetRangeLosses extends LogitRangeLosses {

  private final FloatData logits;
  private final RowTargets targets;
  private final long end;
  private final RunCorrection correction;

  /** Set where the losses of several rows are taken at a time. */
  private final Optional<RowsTogether> together;

  /** Set where rows stand side by side. */
  private final Optional<RowsSideBySide> sideBySide;

  private float upstreamSpread;

  /** For rows before {@code end}. */
  IndexTargetRangeLosses(
      FloatData logits,
      ClassRows rows,
      RowTargets targets,
      LossSettings settings,
      long end,
      WorkSpace space) {
    super(logits, rows, settings, space);
    this.logits = logits;
    this.targets = targets;
    this.end = end;
    correction =
        logitRow.smoothing == 0
            ? RunCorrection.NONE
            : (from, length, out, offset) ->
                logitRow.gaps.subtract(from, length, upstreamSpread, out, offset);
    sideBySide = sideBySide();
    together = sideBySide.<RowsTogether>map(rowsTogether -> rowsTogether).or(this::shortRows);
  }

  @Override
  boolean isScored(long row) {
    return targets.isScored(row);
  }

  private Optional<RowsSideBySide> sideBySide() {
    if (rows.stride() == 1 || logitRow.smoothing != 0) {
      return Optional.empty();
    }
    return Optional.of(new RowsSideBySide(logits, rows, end, targets, logitRow, scratch));
  }

  private Optional<RowsTogether> shortRows() {
    if (!ShortRows.are(logits, rows, logitRow.kernels) || logitRow.smoothing != 0) {
      return Optional.empty();
    }
    return Optional.of(new ShortRows(logits, rows, end, targets, logitRow, scratch));
  }

  @Override
  public double loss(long row) {
    if (together.isPresent()) {
      return logitRow.loss(targets.at(row), together.get().nll(row));
    }
    logitRow.logits.moveTo(row);
    return logitRow.loss(targets.at(row));
  }

  @Override
  double lossWithGradient(long row, double upstream, RowWriter out) {
    int target = targets.at(row);
    double nll = logitRow.nll(target);
    double loss = logitRow.loss(target, nll);
    upstreamSpread = (float) (upstream * logitRow.spread);
    logitRow.softmax.writeSoftmax(upstream * weightOfAll(target), out, correction);
    out.set(target, (float) (upstream * slope(target, nll)));
    return loss;
  }

  @Override
  void addWithGradient(ExactSum sum, long from, long to, double upstream, float[] out) {
    if (sideBySide.isEmpty()) {
      super.addWithGradient(sum, from, to, upstream, out);
      return;
    }
    RowsSideBySide block = sideBySide.get();
    long next;
    for (long row = from; row < to; row = next) {
      next = row + block.takeForResults(row, out);
      addLosses(block, row, next, upstream, sum);
      block.writeResults(out);
      setSlopes(block, row, next, upstream, out);
    }
  }

  private void addLosses(RowsSideBySide block, long from, long to, double upstream, ExactSum sum) {
    block.beginResults();
    for (long row = from; row < to; row++) {
      if (isScored(row)) {
        int target = targets.at(row);
        sum.add(logitRow.loss(target, block.nll(row)));
        block.scaleSoftmax(row, upstream * weightOfAll(target));
      }
    }
  }

  private void setSlopes(RowsSideBySide block, long from, long to, double upstream, float[] out) {
    for (long row = from; row < to; row++) {
      if (isScored(row)) {
        int target = targets.at(row);
        int index = (int) (rows.start(row) + target * rows.stride());
        out[index] = (float) (upstream * slope(target, block.nll(row)));
      }
    }
  }

  /** What the probabilities are multiplied with in the gradient of a loss. */
  private double weightOfAll(int target) {
    return logitRow.keep * logitRow.weight(target) + logitRow.spread * logitRow.weightSum;
  }

  /** The derivative of a loss by the target's logit. */
  private double slope(int target, double nll) {
    return smoothed(target, nll) - logitRow.keep * logitRow.weight(target) * complement(nll);
  }

  /** What smoothing adds to the gradient at the target. */
  private double smoothed(int target, double nll) {
    return logitRow.smoothing == 0
        ? 0
        : logitRow.spread * (logitRow.weightSum * StrictMath.exp(-nll) - logitRow.weight(target));
  }
}
