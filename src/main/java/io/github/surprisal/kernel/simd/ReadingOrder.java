/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

/**
 * At how many places of memory a kernel reads: one, from front to back, or {@link #FOUR} in turn.
 *
 * <p>No bit of a result depends on it. Every answer holds for one row, or for some short ones.
 */
public interface ReadingOrder {

  /** From front to back, two vectors a turn. */
  int ONE = 1;

  /** Four places, each on a page of its own, one vector of each a turn. */
  int FOUR = 4;

  /** The number of places that the next logits are to be read at: {@link #ONE} or {@link #FOUR}. */
  int next();

  /** What {@link #next} answers as a rule; 0 if that is not known yet. */
  int usual();

  /** The time now, for {@link #took}; 0 if nobody wants to know. */
  long start();

  /** Tells that {@code logits} logits have been read since {@code start}. */
  void took(int places, int logits, long start);
}
