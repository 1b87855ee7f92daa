/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;

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
   *     WorkSpace#MOST_SLOTS}
   */
  void take(float[] x, int offset, int from, int length, int slot);

  /** Takes the row that a reader stands at by itself, from front to back. */
  default void takeAlone(RowReader row, WorkSpace space) {
    begin();
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      row.read(from, length, space.staging, 0);
      take(row.array(), row.offset(), from, length, 0);
      addSlots(1);
    }
  }

  /** Adds what waits in the first {@code count} slots, one after the other. */
  void addSlots(int count);
}
