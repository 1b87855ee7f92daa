/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.sum.ComparisonBatch;
import io.github.surprisal.sum.ExactSum;
import io.github.surprisal.sum.LossBatch;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What the losses of a range of rows are computed with: lent from a pool, and given back when it is
 * closed.
 *
 * <p>The pool keeps no more of them than threads can compute at a time, and belongs to no thread:
 * so thousands of threads need no more memory than the processor has use for, and nothing of a
 * class loader stays with a thread that outlives it.
 */
final class WorkSpace implements AutoCloseable {

  private static final AtomicReferenceArray<WorkSpace> IDLE =
      new AtomicReferenceArray<>(2 * Runtime.getRuntime().availableProcessors());

  final Scratch scratch = new Scratch();

  /** The sum of one range; {@link #lend()} gives it empty. */
  final ExactSum sum = new ExactSum();

  /** What a small batch has, until all of it can be added; to be cleared before it is used. */
  final LossBatch losses = new LossBatch();

  final ComparisonBatch comparisons = new ComparisonBatch();

  private Optional<RowScorer> scorer = Optional.empty();

  private WorkSpace() {}

  /** One that nobody else uses. */
  static WorkSpace lend() {
    for (int i = 0; i < IDLE.length(); i++) {
      WorkSpace idle = IDLE.get(i) == null ? null : IDLE.getAndSet(i, null);
      if (idle != null) {
        idle.sum.clear();
        return idle;
      }
    }
    return new WorkSpace();
  }

  /** Gives it back; it is dropped if there are enough. */
  @Override
  public void close() {
    for (int i = 0; i < IDLE.length(); i++) {
      if (IDLE.get(i) == null && IDLE.compareAndSet(i, null, this)) {
        return;
      }
    }
  }

  /** What scores single rows of some classes: the one used last, if it does. */
  RowScorer scorer(int classes, LossSettings settings) {
    if (scorer.isEmpty() || !scorer.get().scores(classes, settings)) {
      scorer = Optional.of(new RowScorer(classes, settings, scratch));
    }
    return scorer.get();
  }
}
