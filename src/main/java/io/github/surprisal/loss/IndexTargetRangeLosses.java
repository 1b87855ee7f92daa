/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.rows.RowWeights;
import io.github.surprisal.rows.RowWriter;
import io.github.surprisal.sum.ExactSum;
import java.util.Optional;

/** Cross-entropy against one target class a row, for a range of rows. */
final class IndexTargetRangeLosses extends LogitRangeLosses {

  private final RowTargets targets;
  private final SoftmaxWriter.Correction correction;

  /** Set where the losses of several rows are taken at a time. */
  private final Optional<BlockLosses> block;

  /** Set where rows stand side by side. */
  private final Optional<StridedBlockLosses> stridedBlock;

  private float upstreamSpread;

  /** For rows before {@code end}. */
  IndexTargetRangeLosses(
      FloatData logits,
      ClassRows rows,
      RowTargets targets,
      RowWeights weights,
      LossSettings settings,
      long end,
      WorkSpace space) {
    super(logits, rows, weights, settings, space);
    this.targets = targets;
    TargetSubtraction smoothed = new TargetSubtraction(row.weights, space);
    correction =
        row.smoothing == 0
            ? SoftmaxWriter.Correction.NONE
            : (from, length, out, offset) ->
                smoothed.subtract(from, length, upstreamSpread, out, offset);
    if (!settings.arePlain()) {
      stridedBlock = Optional.empty();
      block = Optional.empty();
    } else if (rows.stride() > 1) {
      stridedBlock = Optional.of(new StridedBlockLosses(logits, rows, end, targets, row, space));
      block = stridedBlock.map(strided -> strided);
    } else {
      stridedBlock = Optional.empty();
      block =
          ContiguousBlockLosses.take(logits, rows)
              ? Optional.of(new ContiguousBlockLosses(logits, rows, end, targets, row, space))
              : Optional.empty();
    }
  }

  @Override
  boolean isScored(long index) {
    return targets.isScored(index);
  }

  @Override
  public double loss(long index) {
    int target = targets.at(index);
    if (block.isPresent()) {
      return row.ofTarget(target, block.get().nll(index));
    }
    row.logits.moveTo(index);
    return row.loss(target);
  }

  @Override
  double lossWithGradient(long index, double upstream, RowWriter out) {
    int target = targets.at(index);
    Softmax softmax = row.softmaxForResults(target, out);
    double nll = softmax.nats;
    double logSumExp = row.logSumExp(softmax);
    // Before the logits may be overwritten. It may fill the softmax anew: of the same row.
    double loss = row.loss(target, softmax);
    upstreamSpread = (float) (upstream * row.spread);
    double zSlope = row.zSlope(logSumExp);
    writer.write(softmax, upstream * (weightOfAll(target) + zSlope), out, correction);
    out.set(target, (float) (upstream * (slope(target, nll) + timesProbability(zSlope, nll))));
    return row.withZLoss(loss, logSumExp);
  }

  @Override
  void addWithGradient(ExactSum sum, long from, long to, double upstream, float[] out) {
    if (stridedBlock.isEmpty()) {
      super.addWithGradient(sum, from, to, upstream, out);
      return;
    }
    StridedBlockLosses strided = stridedBlock.get();
    long next;
    for (long index = from; index < to; index = next) {
      int count =
          strided.takeWithResults(
              index, out, i -> upstream * weights.of(i) * weightOfAll(targets.at(i)));
      next = index + count;
      for (long i = index; i < next; i++) {
        if (isScored(i)) {
          double weight = weights.of(i);
          sum.add(weight * setSlope(strided.nll(i), i, upstream * weight, out));
        }
      }
    }
  }

  /** Sets the gradient at the target of a row; returns the row's loss. */
  private double setSlope(double nll, long index, double upstream, float[] out) {
    int target = targets.at(index);
    int at = (int) (rows.start(index) + target * rows.stride());
    out[at] = (float) (upstream * slope(target, nll));
    return row.ofTarget(target, nll);
  }

  /** What the probabilities are multiplied with in the gradient of a loss. */
  private double weightOfAll(int target) {
    return row.keep * row.weight(target) + row.spread * row.weightSum;
  }

  /** The derivative of a loss by the target's logit. */
  private double slope(int target, double nll) {
    return smoothed(target, nll) - row.keep * row.weight(target) * Softmax.complement(nll);
  }

  private static double timesProbability(double zSlope, double nll) {
    return zSlope == 0 ? 0 : zSlope * StrictMath.exp(-nll);
  }

  /** What smoothing adds to the gradient at the target. */
  private double smoothed(int target, double nll) {
    return row.smoothing == 0
        ? 0
        : row.spread * (row.weightSum * StrictMath.exp(-nll) - row.weight(target));
  }
}
