/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/** What is taken of a row's logits besides their terms, while a tile of them is in the cache. */
interface TilePass {

  /** Nothing. */
  TilePass NONE =
      new TilePass() {
        @Override
        public boolean isInOrder() {
          return false;
        }

        @Override
        public void begin() {}

        @Override
        public void take(float[] x, int offset, int from, int length, int slot) {}

        @Override
        public void addSlots(int count) {}
      };

  /** Whether tiles have to be taken from front to back. */
  boolean isInOrder();

  /** Begins a row. */
  void begin();

  /**
   * Takes the tile of the classes from {@code from} on, which stand at an offset.
   *
   * @param slot where what comes of it may wait for the tiles before it, from 0 on, below {@link
   *     WorkSpace#MOST_SUMS}
   */
  void take(float[] x, int offset, int from, int length, int slot);

  /** Adds what waits in the first {@code count} slots, one after the other. */
  void addSlots(int count);
}
