/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.KernelProvider;
import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.Places;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowRanges;
import io.github.surprisal.rows.Stage;
import io.github.surprisal.sum.ExactSum;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * What the losses of a range of rows are computed with: lent from a pool, and given back when it is
 * closed.
 *
 * <p>The pool keeps no more of them than threads can compute at a time, and belongs to no thread:
 * so thousands of threads need no more memory than the processor has use for, and nothing of a
 * class loader stays with a thread that outlives it.
 */
final class WorkSpace implements AutoCloseable {

  /** From one tile to the next where several are staged: a little more than a tile, or a page. */
  static final int TILE_DISTANCE = TileKernel.TILE + 80;

  /** Tiles of which something may wait in a slot each, until it is added in their order. */
  static final int MOST_SLOTS = 64;

  private static final AtomicReferenceArray<WorkSpace> IDLE =
      new AtomicReferenceArray<>(2 * Runtime.getRuntime().availableProcessors());

  final TileKernel kernel;
  final ReadingOrders orders;

  /** The sum of one range; {@link #lend()} gives it empty. */
  final ExactSum sum = new ExactSum();

  /** Logits, probabilities (or a second tensor's logits) and results, staged. */
  final Stage logits;

  final Stage second;
  final Stage results;

  /** Where tiles of logits are staged, and their terms written. */
  final float[] staging = new float[Places.FOUR * TILE_DISTANCE];

  final float[] terms = new float[Places.FOUR * TILE_DISTANCE];
  final Places places = new Places();

  /** Where in the reader's array the logits of these tiles begin. */
  final int[] slotOffsets = new int[MOST_SLOTS];

  /** The folded terms of each tile of a row. */
  float[] sums = new float[MOST_SLOTS * TileKernel.LANES];

  final float[] spareSums = new float[TileKernel.LANES];

  /** Lanes of a row's sum of exponentials. */
  final Lanes lanes = new Lanes();

  private float[] gaps = new float[0];
  private float[] keptTerms = new float[0];

  /** What single passes and blocks of rows keep here from call to call: one of each class. */
  private final Map<Class<?>, Object> parts = new HashMap<>();

  /** Work space of its own, with a kernel that nobody else uses. */
  WorkSpace(TileKernel kernel, ReadingOrders orders) {
    this.kernel = kernel;
    this.orders = orders;
    logits = new Stage(kernel);
    second = new Stage(kernel);
    results = new Stage(kernel);
  }

  /** One that nobody else uses. */
  static WorkSpace lend() {
    for (int i = 0; i < IDLE.length(); i++) {
      WorkSpace idle = IDLE.get(i) == null ? null : IDLE.getAndSet(i, null);
      if (idle != null) {
        idle.sum.clear();
        return idle;
      }
    }
    return new WorkSpace(KernelProvider.newKernel(), ReadingOrders.shared());
  }

  /** What is done with a range of rows in a work space, on any thread. */
  @FunctionalInterface
  interface RangeBody {
    void run(WorkSpace space, long from, long to);
  }

  /**
   * Runs the body over all rows once, in ranges, and lends each range a work space.
   *
   * @param read the data that the body reads, as for {@link RowRanges#forEach}
   */
  static void lendToRanges(ClassRows rows, boolean isParallel, RangeBody body, FloatData... read) {
    RowRanges.forEach(
        rows,
        isParallel,
        (from, to) -> {
          try (WorkSpace space = lend()) {
            body.run(space, from, to);
          }
        },
        read);
  }

  /** Adds what a range of rows has to a sum, which is the work space's. */
  @FunctionalInterface
  interface RangeSum {
    void addTo(ExactSum sum, WorkSpace space, long from, long to);
  }

  /**
   * The sum over all rows, in ranges as by {@link #lendToRanges}; of rows without a class, over the
   * first {@code summed}.
   */
  static double sumOfRanges(
      ClassRows rows, long summed, boolean isParallel, RangeSum range, FloatData... read) {
    if (rows.classes() == 0 || !RowRanges.areSeveral(rows, isParallel)) {
      try (WorkSpace space = lend()) {
        range.addTo(space.sum, space, 0, summed);
        return space.sum.toDouble();
      }
    }
    ExactSum total = new ExactSum();
    lendToRanges(
        rows,
        isParallel,
        (space, from, to) -> {
          range.addTo(space.sum, space, from, to);
          synchronized (total) {
            total.add(space.sum);
          }
        },
        read);
    return total.toDouble();
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

  /** Room for as many other sums of each tile. */
  float[] gaps() {
    if (gaps.length < sums.length) {
      gaps = new float[sums.length];
    }
    return gaps;
  }

  void makeRoomForSums(int tiles) {
    if (sums.length < tiles * TileKernel.LANES) {
      sums = new float[tiles * TileKernel.LANES];
    }
  }

  /** Room for the terms of a row that are kept until its results are written. */
  float[] keptTerms(int classes) {
    if (keptTerms.length < classes) {
      keptTerms = new float[classes];
    }
    return keptTerms;
  }

  /** The part of a class, which is made when it is asked for first. */
  <T> T part(Class<T> type, Function<WorkSpace, T> make) {
    Object part = parts.get(type);
    if (part != null) {
      return type.cast(part);
    }
    T made = make.apply(this);
    parts.put(type, made);
    return made;
  }
}
