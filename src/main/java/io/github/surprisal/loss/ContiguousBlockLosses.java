/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.kernel.Places;
import io.github.surprisal.kernel.ReadingOrder;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowTargets;

/**
 * Losses of rows of few classes in an array, one row after the other.
 *
 * <p>A long row can be read at four places. Short rows are taken four at a time.
 */
final class ContiguousBlockLosses extends BlockLosses {

  /** The fewest classes of a long row. */
  private static final int LONG = Places.FOUR * TILE;

  /** Enough for each place to have some that follow each other, few enough to be fetched ahead. */
  private static final int MOST = 32;

  /** Losses of rows before {@code end}, as for {@link BlockLosses}. */
  ContiguousBlockLosses(
      FloatData tensor,
      ClassRows rows,
      long end,
      RowTargets targets,
      RowCrossEntropy row,
      WorkSpace space) {
    super(tensor, rows, end, targets, row, space);
  }

  /** Whether rows lie in an array one after the other, and are short. */
  static boolean take(FloatData tensor, ClassRows rows) {
    return tensor.isArray() && rows.stride() == 1 && rows.classes() < LONG;
  }

  @Override
  int rowsFrom(long row, long most) {
    return (int) Math.min(MOST, most);
  }

  @Override
  void addTerms() {
    int found = 0;
    for (int i = 0; i < count; i++) {
      if (block.isSummed[i]) {
        block.summed[found++] = i;
      }
    }
    ReadingOrder order =
        found < Places.FOUR ? ReadingOrder.FRONT_TO_BACK : space.orders.shortRows();
    int places = order.next();
    long start = order.start();
    int distance = places == Places.ONE ? 0 : found / Places.FOUR;
    for (int i = 0; i < distance; i++) {
      addRows(i, Places.FOUR, distance);
    }
    for (int i = distance * Places.FOUR; i < found; i++) {
      addRows(i, Places.ONE, 0);
    }
    order.took(places, (long) found * rows.classes(), start);
  }

  /**
   * Adds the terms of {@code at} summed rows to their lanes: row {@code i} of the summed ones, and
   * every {@code distance}-th after it.
   */
  private void addRows(int i, int at, int distance) {
    Places places = space.places;
    places.count = at;
    int base = tensor.arrayOffset() + (int) rows.start(first);
    int length;
    for (int from = 0; from < rows.classes(); from += length) {
      length = Math.min(TILE, rows.classes() - from);
      for (int k = 0; k < at; k++) {
        int row = block.summed[i + k * distance];
        int exponent = block.exponents[row] - RowSoftmax.HEADROOM;
        places.set(k, base + row * rows.extent() + from, exponent, k * WorkSpace.TILE_DISTANCE);
      }
      kernel.writeTerms(tensor.array(), places, length, space.terms);
      for (int k = 0; k < at; k++) {
        int row = block.summed[i + k * distance];
        int skip = block.targets[row] - from;
        TermSum.addTile(space, places.termsOffsets[k], length, skip, block.lanes[row]);
      }
    }
  }
}
