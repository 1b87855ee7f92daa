/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowWriter;

/**
 * Writes the log-probabilities of the row that a reader stands at. One over −1 (a row has two at
 * the most) is the negative loss of its class, so that a log-probability of −1e-9 keeps its digits;
 * the others are x − log Σ e<sup>x</sup>, subtracted in two steps.
 */
final class LogSoftmaxWriter {

  /** Less than e^-1 by more than any rounding: no class of a smaller share is likely. */
  private static final double LIKELY_SHARE = 0.36;

  private final WorkSpace space;
  private final RowReader row;
  private final RowSoftmax softmax;

  LogSoftmaxWriter(RowReader row, WorkSpace space) {
    this.row = row;
    this.space = space;
    softmax = new RowSoftmax(row, space);
  }

  void write(RowWriter out) {
    // The terms are of no use here. But written one by one they bring the memory of the results to
    // the cache while the next ones are computed; results alone would be waited for.
    Softmax all = softmax.ofAll(out);
    double logSumExp = all.nats;
    float shift = all.shift;
    float high = shift == 0 ? (float) logSumExp : shift;
    float low = (float) (shift == 0 ? logSumExp - high : StrictMath.log(all.total));
    if (!Double.isFinite(logSumExp)) {
      low = Float.NaN;
    }
    double likely = LIKELY_SHARE * all.total / RowSoftmax.HEADROOM_UNIT;
    int classes = row.classes();
    int firstLikely = space.lanes.isAnyAtLeast(likely) ? nextLikely(0, high, low) : classes;
    int secondLikely = nextLikely(firstLikely + 1, high, low);
    float first = firstLikely < classes ? logProb(firstLikely) : 0;
    float second = secondLikely < classes ? logProb(secondLikely) : 0;
    writeShifted(out, high, low);
    if (firstLikely < classes) {
      out.set(firstLikely, first);
    }
    if (secondLikely < classes) {
      out.set(secondLikely, second);
    }
  }

  private float logProb(int target) {
    return (float) (0 - softmax.of(target, TilePass.NONE).nats);
  }

  private void writeShifted(RowWriter out, float high, float low) {
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      row.read(from, length, space.staging, 0);
      float[] array = out.array(from);
      space.kernel.subtract(row.array(), row.offset(), length, high, low, array, out.offset());
      out.store(from, length);
    }
  }

  /** The next class, from {@code start} on, whose log-probability is over −1. */
  private int nextLikely(int start, float high, float low) {
    return RowMaximum.firstAbove(space, row, start, high, low, -1f);
  }
}
