/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.RowKernelProvider;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The faster way is found, kept, given up when it is no longer the faster, and changes no bit. */
final class MeasuredReadingOrderTest {

  /** Takes the rows of a look, with times that depend on the number of places alone. */
  private static void look(MeasuredReadingOrder order, double ofOne, double ofFour) {
    for (int i = 0; i < 2 * MeasuredReadingOrder.SAMPLES; i++) {
      assertThat(order.start()).as("row %d is timed", i).isNotZero();
      int places = order.next();
      order.record(places, places == ReadingOrder.ONE ? ofOne : ofFour);
    }
    assertThat(order.start()).as("the look has ended").isZero();
  }

  /** Takes rows until the next look; returns how many. */
  private static int rowsUntilNextLook(MeasuredReadingOrder order) {
    int rows = 0;
    while (order.start() == 0) {
      assertThat(order.next()).isEqualTo(order.usual());
      rows++;
    }
    return rows;
  }

  @Test
  void theFasterWayIsTaken() {
    MeasuredReadingOrder amd = new MeasuredReadingOrder();
    look(amd, 1, 1.5);
    assertThat(amd.usual()).isEqualTo(ReadingOrder.ONE);
    MeasuredReadingOrder intel = new MeasuredReadingOrder();
    look(intel, 2, 1);
    assertThat(intel.usual()).isEqualTo(ReadingOrder.FOUR);
  }

  @Test
  void noiseDoesNotChangeTheWay() {
    MeasuredReadingOrder order = new MeasuredReadingOrder();
    look(order, 2, 1);
    rowsUntilNextLook(order);
    look(order, 1, 1.02);
    assertThat(order.usual()).isEqualTo(ReadingOrder.FOUR);
    rowsUntilNextLook(order);
    look(order, 1, 1.1);
    assertThat(order.usual()).isEqualTo(ReadingOrder.ONE);
  }

  @Test
  void someSlowRowsDoNotMatter() {
    MeasuredReadingOrder order = new MeasuredReadingOrder();
    for (int i = 0; i < 2 * MeasuredReadingOrder.SAMPLES; i++) {
      int places = order.next();
      double interrupted = i < 2 * (MeasuredReadingOrder.SAMPLES / 2) ? 1000 : 1;
      order.record(places, places == ReadingOrder.ONE ? interrupted : 2);
    }
    assertThat(order.usual()).isEqualTo(ReadingOrder.ONE);
  }

  @Test
  void looksGetRare() {
    MeasuredReadingOrder order = new MeasuredReadingOrder();
    int expected = MeasuredReadingOrder.FIRST_PERIOD;
    for (int i = 0; i < 8; i++) {
      look(order, 1, 2);
      assertThat(rowsUntilNextLook(order)).isEqualTo(expected);
      expected = Math.min(4 * expected, MeasuredReadingOrder.LONGEST_PERIOD);
    }
  }

  @Test
  void bothWaysAreTimedWhileRowsAreScored() {
    assumeThat(RowKernelProvider.kernels().name()).startsWith("vector");
    MeasuredReadingOrder order = new MeasuredReadingOrder();
    RowKernels kernels = new VectorRowKernels(() -> order);
    assertThat(kernels.findings()).isEmpty();
    float[] x = logits(8 * RowKernels.TILE);
    for (int i = 0; i < 2 * MeasuredReadingOrder.SAMPLES; i++) {
      assertThat(order.start()).as("row %d", i).isNotZero();
      sum(kernels, x);
    }
    assertThat(order.start()).isZero();
    assertThat(kernels.findings())
        .matches("long rows are read (from front to back|at four places), which is faster here");
  }

  @Test
  void aChangeOfTheWayChangesNoBit() {
    assumeThat(RowKernelProvider.kernels().name()).startsWith("vector");
    AtomicInteger rows = new AtomicInteger();
    RowKernels kernels =
        new VectorRowKernels(
            () ->
                new ReadingOrder() {
                  @Override
                  public int next() {
                    return rows.getAndIncrement() % 2 == 0 ? ONE : FOUR;
                  }

                  @Override
                  public int usual() {
                    return ONE;
                  }

                  @Override
                  public long start() {
                    return 0;
                  }

                  @Override
                  public void took(int places, int logits, long start) {}
                });
    for (int tiles = 1; tiles <= 140; tiles += 13) {
      float[] x = logits(tiles * RowKernels.TILE + 77);
      Lanes first = sum(kernels, x);
      Lanes second = sum(kernels, x);
      assertThat(second.high).as("%d tiles", tiles).isEqualTo(first.high);
      assertThat(second.low).as("%d tiles", tiles).isEqualTo(first.low);
    }
  }

  private static float[] logits(int length) {
    Random random = new Random(length);
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = (float) (4 * random.nextGaussian());
    }
    return x;
  }

  private static Lanes sum(RowKernels kernels, float[] x) {
    Lanes lanes = new Lanes();
    kernels.addExponentials(x, 0, x.length, 3, 0, 1, lanes, new Scratch());
    return lanes;
  }
}
