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
import io.github.surprisal.sum.LossBatch;
import io.github.surprisal.sum.LossSink;
import io.github.surprisal.sum.LossSums;
import java.util.Optional;

/** Cross-entropy against one target class a row. */
public final class IndexTargetLosses extends LogitLosses {

  private final RowTargets targets;

  /** The losses of all rows. */
  public IndexTargetLosses(
      FloatData logits, ClassRows rows, RowTargets targets, LossSettings settings) {
    super(logits, rows, settings);
    this.targets = targets;
  }

  @Override
  IndexTargetRangeLosses range(long end, WorkSpace space) {
    return new IndexTargetRangeLosses(logits, rows, targets, settings, end, space);
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
      sums.add(sumsApart(tokenBytes));
      return;
    }
    try (WorkSpace space = WorkSpace.lend()) {
      LossBatch batch = space.part(LossBatch.class, any -> new LossBatch());
      batch.clear();
      add(range(rows.rows(), space), 0, rows.rows(), tokenBytes, batch);
      sums.add(batch);
    }
  }

  private LossSums sumsApart(Optional<IntData> tokenBytes) {
    LossSums all = new LossSums();
    forEachRange(
        (losses, from, to) -> {
          if (to - from == rows.rows()) {
            add(losses, from, to, tokenBytes, all);
            return;
          }
          LossSums part = new LossSums();
          add(losses, from, to, tokenBytes, part);
          synchronized (all) {
            all.add(part);
          }
        });
    return all;
  }

  private void add(
      RangeLosses losses, long from, long to, Optional<IntData> tokenBytes, LossSink part) {
    for (long row = from; row < to; row++) {
      if (!isScored(row)) {
        part.addIgnored();
      } else if (tokenBytes.isPresent()) {
        part.add(losses.loss(row), divisorOf(row), tokenBytes.get().at(row));
      } else {
        part.add(losses.loss(row), divisorOf(row));
      }
    }
  }
}
