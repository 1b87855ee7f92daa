/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/** The same number of places for all rows. */
public record FixedReadingOrder(int places) implements ReadingOrder {

  @Override
  public int next() {
    return places;
  }

  @Override
  public int usual() {
    return places;
  }

  @Override
  public long start() {
    return 0;
  }

  @Override
  public void took(int places, long logits, long start) {}
}
