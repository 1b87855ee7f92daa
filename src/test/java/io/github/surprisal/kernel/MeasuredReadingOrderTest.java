/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The faster way is found, kept, given up when it is no longer the faster, and changes no bit. */
final class MeasuredReadingOrderTest {

  /** Takes the rows of a look, with times that depend on the number of places alone. */
  private static void look(MeasuredReadingOrder order, double ofOne, double ofFour) {
    for (int i = 0; i < 2 * MeasuredReadingOrder.SAMPLES; i++) {
      assertThat(order.start()).as("row %d is timed", i).isNotZero();
      int places = order.next();
      order.record(places, places == Places.ONE ? ofOne : ofFour);
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
    assertThat(amd.usual()).isEqualTo(Places.ONE);
    MeasuredReadingOrder intel = new MeasuredReadingOrder();
    look(intel, 2, 1);
    assertThat(intel.usual()).isEqualTo(Places.FOUR);
  }

  @Test
  void noiseDoesNotChangeTheWay() {
    MeasuredReadingOrder order = new MeasuredReadingOrder();
    look(order, 2, 1);
    rowsUntilNextLook(order);
    look(order, 1, 1.02);
    assertThat(order.usual()).isEqualTo(Places.FOUR);
    rowsUntilNextLook(order);
    look(order, 1, 1.1);
    assertThat(order.usual()).isEqualTo(Places.ONE);
  }

  @Test
  void someSlowRowsDoNotMatter() {
    MeasuredReadingOrder order = new MeasuredReadingOrder();
    for (int i = 0; i < 2 * MeasuredReadingOrder.SAMPLES; i++) {
      int places = order.next();
      double interrupted = i < 2 * (MeasuredReadingOrder.SAMPLES / 2) ? 1000 : 1;
      order.record(places, places == Places.ONE ? interrupted : 2);
    }
    assertThat(order.usual()).isEqualTo(Places.ONE);
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
}
