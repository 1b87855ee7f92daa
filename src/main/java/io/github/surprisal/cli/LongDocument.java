/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

/**
 * A document of more rows than a block, whose pieces may be scored by several threads at once:
 * counts the pieces that are being scored. Not thread-safe.
 */
final class LongDocument {

  private int pieces;

  /** Whether all pieces have begun. */
  private boolean isWhole;

  /** Counts a piece that is about to be scored. */
  void begin(boolean isLastPiece) {
    pieces++;
    isWhole = isLastPiece;
  }

  /** Counts a piece that was scored, and returns whether it was the last one of all. */
  boolean end() {
    pieces--;
    return isWhole && pieces == 0;
  }
}
