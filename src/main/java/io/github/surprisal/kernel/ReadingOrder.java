/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * At how many places of memory rows are read: {@link Places#ONE}, from front to back, or {@link
 * Places#FOUR} in turn.
 *
 * <p>No bit of a result depends on it. Every answer holds for one row, or for some short ones.
 */
public interface ReadingOrder {

  /** Always from front to back. */
  ReadingOrder FRONT_TO_BACK =
      new ReadingOrder() {
        @Override
        public int next() {
          return Places.ONE;
        }

        @Override
        public int usual() {
          return Places.ONE;
        }

        @Override
        public long start() {
          return 0;
        }

        @Override
        public void took(int places, long logits, long start) {}
      };

  /**
   * The number of places that the next logits are to be read at: {@link Places#ONE} or {@link
   * Places#FOUR}.
   */
  int next();

  /** What {@link #next} answers as a rule; 0 if that is not known yet. */
  int usual();

  /** The time now, for {@link #took}; 0 if nobody wants to know. */
  long start();

  /** Tells that {@code logits} logits have been read since {@code start}. */
  void took(int places, long logits, long start);
}
