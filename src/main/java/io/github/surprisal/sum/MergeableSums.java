/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/**
 * Exact sums that an accumulator holds: they merge associatively and commutatively to the bit, mark
 * documents, and have one serial form for equal contents.
 *
 * @param <S> the sums themselves
 */
public interface MergeableSums<S> {

  /**
   * Adds everything that other sums hold, which may be these.
   *
   * @throws IllegalArgumentException if a count would overflow; nothing is added then
   */
  void add(S other);

  /** Makes the tokens since the last call one document, if there are any. */
  void endDocument();

  /** Writes everything; equal sums give equal bytes. */
  void writeTo(SerialWriter out);
}
