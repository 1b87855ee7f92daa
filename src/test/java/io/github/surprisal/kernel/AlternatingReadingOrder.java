/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * Another reading order for each row, as while a {@link MeasuredReadingOrder} takes its samples.
 * The orders of one kernel's passes begin differently, so that all combinations occur.
 */
public final class AlternatingReadingOrder implements ReadingOrder {

  private static int made;

  private int asked;
  private final int period = 1 + made++ % 3;

  @Override
  public int next() {
    return asked++ / period % 2 == 0 ? Places.ONE : Places.FOUR;
  }

  @Override
  public int usual() {
    return 0;
  }

  @Override
  public long start() {
    return 0;
  }

  @Override
  public void took(int places, long logits, long start) {}
}
