/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;

/**
 * Spreads rows over threads where there is enough work to pay for it.
 *
 * <p>In a fork-join pool that pool is used, elsewhere the common pool and the calling thread.
 */
final class RowRanges {

  /** Logits that one thread should have to itself, so that handing them over costs little. */
  private static final long ENOUGH = 1 << 17;

  /** Ranges a thread, so that one that is held up leaves work for the others. */
  private static final int RANGES_PER_THREAD = 4;

  private RowRanges() {}

  /** What is done with a range of rows, on any thread. */
  @FunctionalInterface
  interface Body {
    void run(long from, long to);
  }

  /** Runs the body over all rows once, in ranges; returns when all of them are done. */
  static void forEach(ClassRows rows, boolean parallel, Body body) {
    int threads = parallel ? threads() : 1;
    long logits = rows.rows() * Math.max(rows.classes(), 1);
    if (threads == 1 || logits < 2 * ENOUGH) {
      body.run(0, rows.rows());
      return;
    }
    long ranges = Math.min(logits / ENOUGH, (long) threads * RANGES_PER_THREAD);
    long size = Math.max(1, (rows.rows() + ranges - 1) / ranges);
    new Range(0, rows.rows(), size, body).invoke();
  }

  private static int threads() {
    return ForkJoinTask.inForkJoinPool()
        ? ForkJoinTask.getPool().getParallelism()
        : Math.min(
            ForkJoinPool.getCommonPoolParallelism() + 1,
            Runtime.getRuntime().availableProcessors());
  }

  /** A range that is halved until it is small enough. */
  private static final class Range extends RecursiveAction {
    private static final long serialVersionUID = 1;

    private final long from;
    private final long to;
    private final long size;
    private final transient Body body;

    Range(long from, long to, long size, Body body) {
      this.from = from;
      this.to = to;
      this.size = size;
      this.body = body;
    }

    @Override
    protected void compute() {
      if (to - from <= size) {
        body.run(from, to);
        return;
      }
      long middle = from + (to - from) / 2;
      invokeAll(new Range(from, middle, size, body), new Range(middle, to, size, body));
    }
  }
}
