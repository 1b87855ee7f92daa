/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.LANES;
import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.Places;
import io.github.surprisal.kernel.ReadingOrder;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/**
 * Σ e<sup>x − shift</sup>·2<sup>−exponent</sup> over the row that a reader stands at, tile by tile.
 *
 * <p>Tiles are visited in the order that this machine reads fastest; their sums are added in the
 * order of the row.
 */
final class TermSum {

  /**
   * Tiles that are read in one go before anything else is taken of them, from the second-level
   * cache: memory comes slower in shorter pieces. Class weights took 1.7 times as long tile by tile
   * (AMD EPYC, Zen 5).
   */
  private static final int PIECE = 16;

  private static final float[] NONE = {};

  private final WorkSpace space;
  private final TileKernel kernel;
  private final RowReader row;

  // The sum being taken.
  private float shift;
  private int exponent;
  private int skip;
  private TilePass pass = TilePass.NONE;
  private float[] terms = NONE;
  private boolean keepsTerms;
  private int termsOffset;

  // Where the classes read last stand, less shift.
  private float[] x = NONE;
  private int offset;

  TermSum(RowReader row, WorkSpace space) {
    this.row = row;
    this.space = space;
    kernel = space.kernel;
  }

  /**
   * The sum over the current row, whose lanes are left in the work space.
   *
   * @param skip class whose term counts 0; −1 for none
   * @param pass what is taken along
   * @param softmax has the shift, and the array where all terms are to stay, if they are to
   */
  double of(Softmax softmax, int exponent, int skip, TilePass pass) {
    shift = softmax.shift;
    this.exponent = exponent;
    this.skip = skip;
    this.pass = pass;
    keepsTerms = softmax.hasTerms();
    terms = keepsTerms ? softmax.terms : space.terms;
    termsOffset = softmax.termsOffset;
    space.lanes.clear();
    pass.begin();
    int tiles = row.classes() / TILE;
    addWholeTiles(tiles);
    if (tiles * TILE < row.classes()) {
      addShortTile(tiles * TILE);
    }
    x = NONE; // or a work space that waits for its next use would keep the caller's arrays alive
    terms = NONE;
    return space.lanes.sum();
  }

  private ReadingOrder order(int tiles) {
    if (tiles < Places.FOUR || shift != 0 || pass.isInOrder()) {
      return ReadingOrder.FRONT_TO_BACK;
    }
    if (!row.isInPlace()) {
      return space.orders.stagedRows();
    }
    if (pass != TilePass.NONE) {
      return space.orders.sumsAndLogits();
    }
    return keepsTerms ? space.orders.keptTerms() : space.orders.sums();
  }

  private void addWholeTiles(int tiles) {
    ReadingOrder order = order(tiles);
    boolean isInPlace = row.isInPlace();
    int places = order.next();
    long start = order.start();
    int count;
    for (int done = 0; done < tiles; done += count) {
      count = Math.min(tiles - done, WorkSpace.MOST_SUMS);
      int at = count < places ? Places.ONE : places;
      count -= count % at;
      int distance = count / at;
      int step;
      for (int i = 0; i < distance; i += step) {
        step = at == Places.ONE && isInPlace ? Math.min(PIECE, distance - i) : 1;
        for (int k = i; k < i + step; k++) {
          addTiles(done + k, k, at, distance);
        }
        if (pass != TilePass.NONE) {
          takePass(done + i, i, step, at, distance);
        }
      }
      kernel.addToLanes(space.sums, count, space.lanes);
      pass.addSlots(count);
    }
    order.took(places, (long) tiles * TILE, start);
  }

  /** Takes tile {@code first}, and those {@code distance}, 2 and 3 times as many further on. */
  private void addTiles(int first, int slot, int at, int distance) {
    Places places = space.places;
    places.count = at;
    for (int k = 0; k < at; k++) {
      int from = (first + k * distance) * TILE;
      int to = k * WorkSpace.TILE_DISTANCE;
      read(from, TILE, to);
      places.set(k, offset, exponent, keepsTerms ? termsOffset + from : to);
    }
    kernel.writeTerms(x, places, TILE, terms);
    for (int k = 0; k < at; k++) {
      int from = (first + k * distance) * TILE;
      fold(from, places.termsOffsets[k], slot + k * distance);
    }
  }

  /** Takes the pass along for {@code count} tiles, or for one at each of several places. */
  private void takePass(int first, int slot, int count, int at, int distance) {
    if (at == Places.ONE) {
      int start = row.offset() - (count - 1) * TILE;
      for (int i = 0; i < count; i++) {
        pass.take(row.array(), start + i * TILE, (first + i) * TILE, TILE, slot + i);
      }
      return;
    }
    for (int k = 0; k < at; k++) {
      int from = (first + k * distance) * TILE;
      pass.take(x, space.places.offsets[k], from, TILE, slot + k * distance);
    }
  }

  private void read(int from, int count, int to) {
    row.read(from, count, space.staging, to);
    x = row.array();
    offset = row.offset();
    if (shift != 0) {
      int shifted = to + WorkSpace.TILE_DISTANCE;
      kernel.subtract(x, offset, count, shift, 0, space.staging, shifted);
      x = space.staging;
      offset = shifted;
    }
  }

  private void fold(int from, int at, int slot) {
    int left = skip - from;
    if (left < 0 || left >= TILE) {
      kernel.fold(terms, at, TILE, LANES, space.sums, slot * LANES);
      return;
    }
    float term = terms[at + left];
    terms[at + left] = 0;
    kernel.fold(terms, at, TILE, LANES, space.sums, slot * LANES);
    terms[at + left] = term;
  }

  private void addShortTile(int from) {
    int count = row.classes() - from;
    read(from, count, 0);
    Places places = space.places;
    places.count = Places.ONE;
    places.set(0, offset, exponent, 0);
    kernel.writeTerms(x, places, count, space.terms);
    if (keepsTerms) {
      System.arraycopy(space.terms, 0, terms, termsOffset + from, count);
    }
    addTile(space, 0, count, skip - from, space.lanes);
    pass.take(row.array(), row.offset(), from, count, 0);
    pass.addSlots(1);
  }

  /**
   * Adds {@code count} terms of a tile to lanes, all but one; they stand in the work space, where
   * they may be changed.
   */
  static void addTile(WorkSpace space, int at, int count, int skip, Lanes lanes) {
    float[] terms = space.terms;
    int size = TILE;
    while (size / 2 >= Math.max(count, 2 * LANES)) {
      size /= 2;
    }
    Arrays.fill(terms, at + count, at + size, 0);
    if (skip >= 0 && skip < count) {
      terms[at + skip] = 0;
    }
    space.kernel.fold(terms, at, size, LANES, space.sums, 0);
    space.kernel.addToLanes(space.sums, 1, lanes);
  }
}
