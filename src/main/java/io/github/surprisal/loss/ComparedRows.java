/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.IntData;
import io.github.surprisal.rows.RowRanges;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.rows.Temperature;
import io.github.surprisal.rows.TemperedRowReader;
import io.github.surprisal.sum.ComparisonBatch;
import io.github.surprisal.sum.ComparisonSink;
import io.github.surprisal.sum.ComparisonSums;
import io.github.surprisal.sum.LossSink;
import java.util.Optional;

/** The logits of two models for the same tokens, compared row by row. */
public final class ComparedRows {

  private final ClassRows rows;
  private final ClassRows rowsQ;
  private final FloatData logitsP;
  private final FloatData logitsQ;
  private final RowTargets targets;
  private final Temperature temperature;

  /** The rows of two tensors, over a temperature; they differ in their padding at the most. */
  public ComparedRows(
      ClassRows rows,
      ClassRows rowsQ,
      FloatData logitsP,
      FloatData logitsQ,
      RowTargets targets,
      Temperature temperature) {
    this.rows = rows;
    this.rowsQ = rowsQ;
    this.temperature = temperature;
    this.logitsP = logitsP;
    this.logitsQ = logitsQ;
    this.targets = targets;
  }

  /**
   * Adds the comparison of all rows to sums or, if any of it fails, nothing.
   *
   * @param tokenBytes the bytes of text that each target stands for, if they are known
   */
  public void addTo(ComparisonSums sums, Optional<IntData> tokenBytes, boolean isParallel) {
    boolean isSmall = rows.rows() <= ComparisonBatch.MAX_TOKENS;
    if (!isSmall || RowRanges.areSeveral(rows, isParallel)) {
      sums.append(sumsApart(sums, tokenBytes, isParallel));
      return;
    }
    try (WorkSpace space = WorkSpace.lend()) {
      ComparisonBatch batch = space.part(ComparisonBatch.class, any -> new ComparisonBatch());
      batch.clear();
      new Range(space, tokenBytes).add(0, rows.rows(), batch);
      sums.add(batch);
    }
  }

  private ComparisonSums sumsApart(
      ComparisonSums like, Optional<IntData> tokenBytes, boolean isParallel) {
    ComparisonSums all = like.empty();
    WorkSpace.lendToRanges(
        rows,
        isParallel,
        (space, from, to) -> {
          ComparisonSums part = to - from == rows.rows() ? all : like.empty();
          part.startAt(from);
          new Range(space, tokenBytes).add(from, to, part);
          if (part != all) {
            synchronized (all) {
              all.add(part);
            }
          }
        },
        logitsP,
        logitsQ);
    return all;
  }

  /** A range of the rows, in a work space of its own. */
  private final class Range {
    private final RowReader p;
    private final RowReader q;
    private final RowDivergence divergence;
    private final RowReader temperedP;
    private final RowReader temperedQ;
    private final RowSoftmax softmaxP;
    private final RowSoftmax softmaxQ;
    private final Optional<IntData> tokenBytes;

    Range(WorkSpace space, Optional<IntData> tokenBytes) {
      this.tokenBytes = tokenBytes;
      p = RowReaders.of(rows, logitsP, space.logits);
      q = RowReaders.of(rowsQ, logitsQ, space.second);
      divergence = new RowDivergence(p, q, temperature.value(), space);
      temperedP = TemperedRowReader.of(p, temperature, space.kernel);
      temperedQ = TemperedRowReader.of(q, temperature, space.kernel);
      softmaxP = new RowSoftmax(temperedP, space);
      softmaxQ = new RowSoftmax(temperedQ, space);
    }

    void add(long from, long to, ComparisonSink part) {
      for (long row = from; row < to; row++) {
        if (targets.isScored(row)) {
          add(row, part);
        } else {
          part.addIgnored();
        }
      }
    }

    private void add(long row, ComparisonSink part) {
      p.moveTo(row);
      q.moveTo(row);
      double nats = divergence.nats();
      int largestP = divergence.largestP();
      int largestQ = divergence.largestQ();
      boolean isSameTop = largestP >= 0 && largestP == largestQ;
      int target = targets.at(row);
      double lossP = loss(softmaxP, temperedP, target);
      double lossQ = loss(softmaxQ, temperedQ, target);
      double change = StrictMath.exp(-lossQ) - StrictMath.exp(-lossP);
      int bytes = tokenBytes.isPresent() ? tokenBytes.get().at(row) : LossSink.NO_BYTE_COUNT;
      part.add(lossP, lossQ, nats, change, isSameTop, bytes);
      part.addCorrect(largestP == target, largestQ == target);
    }

    private static double loss(RowSoftmax softmax, RowReader logits, int target) {
      return Softmax.unrounded(softmax.of(target, TilePass.NONE).nats, logits.rounding(target));
    }
  }
}
