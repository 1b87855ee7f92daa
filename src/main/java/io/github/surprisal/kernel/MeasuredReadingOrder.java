/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;

/**
 * The reading order that this processor likes best, found while real rows are scored.
 *
 * <p>What is fast to read differs between processors: Intel's fetch ahead at one place of each
 * page, so that four pages at a time bring twice as much; AMD's keep up with the arithmetic at one
 * place, and lose half by four. So some rows are read either way, in turn, and timed, and the way
 * with the lower median is kept. It is looked at again after 64 rows, when the code is compiled by
 * then, and more and more rarely after that.
 *
 * <p>Safe for use by many threads. The count of rows is not exact then, which only moves the next
 * look.
 */
final class MeasuredReadingOrder implements ReadingOrder {

  /** Rows that are timed with either number of places in one look. */
  static final int SAMPLES = 7;

  static final int FIRST_PERIOD = 64;
  static final int LONGEST_PERIOD = 1 << 14;

  /** How much faster the other way has to be to be taken instead: less is noise. */
  private static final double CLEARLY = 0.97;

  private final double[] ofOne = new double[SAMPLES];
  private final double[] ofFour = new double[SAMPLES];
  private int timedOfOne;
  private int timedOfFour;
  private volatile int period = FIRST_PERIOD;

  private volatile int best = Places.ONE;

  /** Rows until the next look, which goes on while this is 0. */
  private volatile int rowsLeft;

  @Override
  public int next() {
    int left = rowsLeft;
    if (left == 0) {
      return lessTimed();
    }
    rowsLeft = left - 1;
    return best;
  }

  private synchronized int lessTimed() {
    return timedOfOne <= timedOfFour ? Places.ONE : Places.FOUR;
  }

  @Override
  public int usual() {
    return period == FIRST_PERIOD ? 0 : best;
  }

  @Override
  public long start() {
    return rowsLeft == 0 ? System.nanoTime() : 0;
  }

  @Override
  public void took(int places, long logits, long start) {
    if (start != 0 && logits > 0) {
      record(places, (double) (System.nanoTime() - start) / logits);
    }
  }

  /** Takes the time for a logit that a row took, in any unit. */
  synchronized void record(int places, double time) {
    if (rowsLeft > 0) {
      return; // another thread has ended this look
    }
    if (places == Places.ONE && timedOfOne < SAMPLES) {
      ofOne[timedOfOne++] = time;
    } else if (places == Places.FOUR && timedOfFour < SAMPLES) {
      ofFour[timedOfFour++] = time;
    }
    if (timedOfOne == SAMPLES && timedOfFour == SAMPLES) {
      choose(median(ofOne), median(ofFour));
    }
  }

  private void choose(double timeOfOne, double timeOfFour) {
    double timeOfBest = best == Places.ONE ? timeOfOne : timeOfFour;
    double timeOfOther = best == Places.ONE ? timeOfFour : timeOfOne;
    if (timeOfOther < CLEARLY * timeOfBest) {
      best = other(best);
    }
    timedOfOne = 0;
    timedOfFour = 0;
    int rows = period;
    rowsLeft = rows;
    period = Math.min(4 * rows, LONGEST_PERIOD);
  }

  private static int other(int places) {
    return places == Places.ONE ? Places.FOUR : Places.ONE;
  }

  private static double median(double[] times) {
    Arrays.sort(times);
    return times[SAMPLES / 2];
  }
}
