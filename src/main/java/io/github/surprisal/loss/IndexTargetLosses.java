/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.IntData;
import io.github.surprisal.rows.RowRanges;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.rows.RowWeights;
import io.github.surprisal.sum.LossBatch;
import io.github.surprisal.sum.LossSink;
import io.github.surprisal.sum.LossSums;
import io.github.surprisal.sum.TokenPrediction;
import java.util.Optional;

/** Cross-entropy against one target class a row. */
public final class IndexTargetLosses extends LogitLosses {

  private final RowTargets targets;

  /** The losses of all rows; targets of rows of weight 0 are ignored. */
  public IndexTargetLosses(
      FloatData logits,
      ClassRows rows,
      RowTargets targets,
      RowWeights weights,
      LossSettings settings) {
    super(logits, rows, weights, settings);
    this.targets = targets;
  }

  @Override
  IndexTargetRangeLosses range(long end, WorkSpace space) {
    return new IndexTargetRangeLosses(logits, rows, targets, weights, settings, end, space);
  }

  @Override
  boolean isScored(long row) {
    return targets.isScored(row);
  }

  @Override
  double divisorOf(long row) {
    return settings.weight(targets.at(row));
  }

  /**
   * Adds the losses of all rows to sums or, if any of it fails, nothing.
   *
   * @param tokenBytes the bytes of text that each target stands for, if they are known
   * @param sums what to add to
   */
  public void addTo(LossSums sums, Optional<IntData> tokenBytes) {
    boolean isSmall = rows.rows() <= LossBatch.MAX_TOKENS;
    if (!isSmall || RowRanges.areSeveral(rows, settings.isParallel())) {
      sums.append(sumsApart(sums, tokenBytes));
      return;
    }
    try (WorkSpace space = WorkSpace.lend()) {
      LossBatch batch = space.part(LossBatch.class, any -> new LossBatch());
      batch.clear();
      new Range(0, rows.rows(), space, sums.predictions().isPresent()).add(tokenBytes, batch);
      sums.add(batch);
    }
  }

  private LossSums sumsApart(LossSums like, Optional<IntData> tokenBytes) {
    LossSums all = like.empty();
    WorkSpace.lendToRanges(
        rows,
        settings.isParallel(),
        (space, from, to) -> {
          LossSums part = to - from == rows.rows() ? all : like.empty();
          part.startAt(from);
          new Range(from, to, space, part.predictions().isPresent()).add(tokenBytes, part);
          if (part != all) {
            synchronized (all) {
              all.add(part);
            }
          }
        },
        data());
    return all;
  }

  /** A range of the rows, in a work space of its own. */
  private final class Range {
    private final long from;
    private final long to;
    private final IndexTargetRangeLosses losses;
    private final Optional<TargetPrediction> predictions;
    private final TokenPrediction prediction = new TokenPrediction();

    Range(long from, long to, WorkSpace space, boolean predicts) {
      this.from = from;
      this.to = to;
      losses = range(to, space);
      predictions =
          predicts ? Optional.of(new TargetPrediction(losses.row, space)) : Optional.empty();
    }

    void add(Optional<IntData> tokenBytes, LossSink sink) {
      for (long row = from; row < to; row++) {
        if (!isScored(row)) {
          sink.addIgnored();
          continue;
        }
        double weight = weights.of(row);
        int bytes = tokenBytes.isPresent() ? tokenBytes.get().at(row) : LossSink.NO_BYTE_COUNT;
        sink.add(weight * loss(row), weightedDivisorOf(row), weight, bytes);
        if (predictions.isPresent()) {
          sink.addPrediction(prediction);
        }
      }
    }

    private double loss(long row) {
      if (predictions.isEmpty()) {
        return losses.loss(row);
      }
      losses.row.logits.moveTo(row);
      return predictions.get().take(targets.at(row), prediction);
    }
  }
}
