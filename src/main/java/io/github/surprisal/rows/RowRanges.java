/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;

/**
 * Spreads rows over threads where there is enough work to pay for it.
 *
 * <p>In a fork-join pool that pool is used, elsewhere the common pool and the calling thread.
 * Memory that other threads may not read is left to the calling thread.
 */
public final class RowRanges {

  /** Logits that one thread should have to itself, so that handing them over costs little. */
  private static final long ENOUGH = 1 << 17;

  /** Rows side by side that stay in one range, if there are more: a cache line holds several. */
  private static final int SIDE_BY_SIDE = 32;

  /**
   * Ranges a thread, so that one that is held up leaves work for the others; fewer of rows side by
   * side that would be cut in pieces for it.
   */
  private static final int RANGES_PER_THREAD = 4;

  private RowRanges() {}

  /** What is done with a range of rows, on any thread. */
  @FunctionalInterface
  public interface Body {
    void run(long from, long to);
  }

  /**
   * Runs the body over all rows once, in ranges. When this returns, no range is running any more,
   * also if one has failed: then others may not have been run.
   *
   * @param read the data that the body reads; where a thread may not, the range is left to the
   *     calling thread
   */
  public static void forEach(ClassRows rows, boolean parallel, Body body, FloatData... read) {
    if (!areSeveral(rows, parallel)) {
      body.run(0, rows.rows());
      return;
    }
    int threads = threads();
    long rowsTogether = rowsTogether(rows, threads);
    long units = divideUp(rows.rows(), rowsTogether);
    long most = (long) threads * RANGES_PER_THREAD;
    if (rows.stride() > 1) {
      long pieces = rows.rows() / Math.min(rows.stride(), ClassRows.MOST_TOGETHER);
      most = Math.min(most, Math.max(threads, pieces));
    }
    long ranges = Math.min(logits(rows) / ENOUGH, most);
    Body ofUnits =
        (from, to) -> body.run(from * rowsTogether, Math.min(to * rowsTogether, rows.rows()));
    Work work = new Work(divideUp(units, ranges), ofUnits, read);
    new Range(0, units, work).invoke();
    work.runRest();
  }

  /** Rows that stay in one range: all of a few side by side, if no thread goes without for it. */
  private static long rowsTogether(ClassRows rows, int threads) {
    boolean areFew = rows.stride() <= ClassRows.FEW_TOGETHER;
    boolean isWorkForAll = rows.rows() / rows.stride() >= threads;
    return areFew && isWorkForAll ? rows.stride() : Math.min(rows.stride(), SIDE_BY_SIDE);
  }

  /** Whether rows are worth more than one range. */
  public static boolean areSeveral(ClassRows rows, boolean parallel) {
    return parallel && logits(rows) >= 2 * ENOUGH && threads() > 1;
  }

  private static long logits(ClassRows rows) {
    return rows.rows() * Math.max(rows.classes(), 1);
  }

  public static long divideUp(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private static int threads() {
    return ForkJoinTask.inForkJoinPool()
        ? ForkJoinTask.getPool().getParallelism()
        : Math.min(
            ForkJoinPool.getCommonPoolParallelism() + 1,
            Runtime.getRuntime().availableProcessors());
  }

  /** What all ranges of a call have in common. */
  private static final class Work {
    private final long size;
    private final Body body;
    private final FloatData[] read;
    private final Queue<Range> rest = new ConcurrentLinkedQueue<>();
    private volatile boolean hasFailed;

    /** Ranges of {@code size} units at the most. */
    Work(long size, Body body, FloatData... read) {
      this.size = size;
      this.body = body;
      this.read = read;
    }

    /** Runs a range, unless another has failed or this thread may not read what it takes. */
    void run(Range range) {
      if (hasFailed) {
        return;
      }
      boolean isDone = false;
      try {
        if (isReadableHere()) {
          body.run(range.from, range.to);
        } else {
          rest.add(range);
        }
        isDone = true;
      } finally {
        if (!isDone) {
          hasFailed = true;
        }
      }
    }

    private boolean isReadableHere() {
      for (FloatData tensor : read) {
        if (!tensor.isReadableHere()) {
          return false;
        }
      }
      return true;
    }

    /** Runs what other threads could not, or throws what keeps this thread from it. */
    void runRest() {
      for (Range range : rest) {
        body.run(range.from, range.to);
      }
    }
  }

  /** A range that is cut in two, at whole parts, until there is one part. */
  private static final class Range extends RecursiveAction {
    private static final long serialVersionUID = 1;

    private final long from;
    private final long to;
    private final transient Work work;

    Range(long from, long to, Work work) {
      this.from = from;
      this.to = to;
      this.work = work;
    }

    @Override
    protected void compute() {
      if (to - from <= work.size) {
        work.run(this);
        return;
      }
      long middle = from + divideUp((to - from) / 2, work.size) * work.size;
      ForkJoinTask<Void> other = new Range(middle, to, work).fork();
      try {
        new Range(from, middle, work).compute();
      } finally {
        other.join(); // or it might read and write the caller's memory after the call
      }
    }
  }
}
