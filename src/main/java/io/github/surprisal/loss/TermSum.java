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
import org.jspecify.annotations.Nullable;

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
  private @Nullable TermPass termPass;
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
    this.pass = pass;
    termPass = null;
    keepsTerms = softmax.hasTerms();
    terms = keepsTerms ? softmax.terms : space.terms;
    termsOffset = softmax.termsOffset;
    return take(softmax.shift, exponent, skip);
  }

  /**
   * The sum over all classes of the current row.
   *
   * @param pass folds the terms
   */
  double of(float shift, int exponent, TermPass pass) {
    space.makeRoomForSums(tiles(row));
    pass.begin(shift, exponent);
    termPass = pass;
    this.pass = TilePass.NONE;
    keepsTerms = false;
    terms = space.terms;
    return take(shift, exponent, -1);
  }

  /**
   * The sum that was taken last, but for one class, to the same bits as if its term had counted 0
   * from the start. The lanes are left in the work space.
   */
  double without(int index) {
    int tile = index / TILE;
    int from = tile * TILE;
    int length = Math.min(TILE, row.classes() - from);
    float[] sums = space.sums;
    System.arraycopy(sums, tile * LANES, space.spareSums, 0, LANES);
    TileTerms.write(space, row, from, length, shift, exponent);
    fold(space, 0, length, index - from, tile);
    double sum = sumOfTiles();
    System.arraycopy(space.spareSums, 0, sums, tile * LANES, LANES);
    return sum;
  }

  private double take(float shift, int exponent, int skip) {
    this.shift = shift;
    this.exponent = exponent;
    this.skip = skip;
    space.makeRoomForSums(tiles(row));
    pass.begin();
    int whole = row.classes() / TILE;
    addWholeTiles(whole);
    if (whole < tiles(row)) {
      addShortTile(whole);
    }
    x = NONE; // or a work space that waits for its next use would keep the caller's arrays alive
    terms = NONE;
    return sumOfTiles();
  }

  /** How many tiles the row has, with a short one at its end. */
  static int tiles(RowReader row) {
    return row.classes() / TILE + (row.classes() % TILE == 0 ? 0 : 1); // of up to 2^31 − 1 classes
  }

  private double sumOfTiles() {
    space.lanes.clear();
    kernel.addToLanes(space.sums, tiles(row), space.lanes);
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
    if (termPass != null) {
      return space.orders.sumsAndTerms();
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
      count = Math.min(tiles - done, WorkSpace.MOST_SLOTS);
      int at = count < places ? Places.ONE : places;
      count -= count % at;
      int distance = count / at;
      int step;
      for (int i = 0; i < distance; i += step) {
        step = at == Places.ONE && isInPlace ? Math.min(PIECE, distance - i) : 1;
        for (int slot = i; slot < i + step; slot++) {
          addTiles(done, slot, at, distance);
        }
        takePass(done, i, step, at, distance);
      }
      pass.addSlots(count);
    }
    order.took(places, (long) tiles * TILE, start);
  }

  /**
   * Writes and folds the terms of {@code at} tiles, each at a place of its own: the tile of a slot,
   * and of every {@code distance}-th slot after it. Slot s has tile {@code done + s} of the row.
   */
  private void addTiles(int done, int slot, int at, int distance) {
    Places places = space.places;
    places.count = at;
    for (int k = 0; k < at; k++) {
      int number = slot + k * distance;
      int from = (done + number) * TILE;
      int to = k * WorkSpace.TILE_DISTANCE;
      read(from, to);
      space.slotOffsets[number] = row.offset();
      places.set(k, offset, exponent, keepsTerms ? termsOffset + from : to);
    }
    kernel.writeTerms(x, places, TILE, terms);
    for (int k = 0; k < at; k++) {
      int number = slot + k * distance;
      fold(done + number, space.slotOffsets[number], places.termsOffsets[k]);
    }
  }

  /** Takes the pass along for {@code count} slots from {@code first} on, at each place. */
  private void takePass(int done, int first, int count, int at, int distance) {
    if (pass == TilePass.NONE) {
      return;
    }
    for (int k = 0; k < at; k++) {
      for (int i = first; i < first + count; i++) {
        int slot = i + k * distance;
        pass.take(row.array(), space.slotOffsets[slot], (done + slot) * TILE, TILE, slot);
      }
    }
  }

  /** Reads a tile, less shift. */
  private void read(int from, int to) {
    row.read(from, TILE, space.staging, to);
    x = row.array();
    offset = row.offset();
    if (shift != 0) { // at one place alone
      int shifted = to + WorkSpace.TILE_DISTANCE;
      kernel.subtract(x, offset, TILE, shift, 0, space.staging, shifted);
      x = space.staging;
      offset = shifted;
    }
  }

  /** Folds the terms of a whole tile of the row. */
  private void fold(int tile, int logits, int at) {
    if (termPass != null) {
      termPass.fold(row.array(), logits, terms, at, tile, TILE);
      return;
    }
    int left = skip - tile * TILE;
    if (left < 0 || left >= TILE) {
      kernel.fold(terms, at, TILE, LANES, space.sums, tile * LANES);
      return;
    }
    float term = terms[at + left];
    terms[at + left] = 0;
    kernel.fold(terms, at, TILE, LANES, space.sums, tile * LANES);
    terms[at + left] = term;
  }

  private void addShortTile(int tile) {
    int from = tile * TILE;
    int count = row.classes() - from;
    TileTerms.write(space, row, from, count, shift, exponent);
    if (keepsTerms) {
      System.arraycopy(space.terms, 0, terms, termsOffset + from, count);
    }
    if (termPass != null) {
      termPass.fold(row.array(), row.offset(), space.terms, 0, tile, count);
    } else {
      fold(space, 0, count, skip - from, tile);
    }
    pass.take(row.array(), row.offset(), from, count, 0);
    pass.addSlots(1);
  }

  /**
   * Adds {@code count} terms of a tile to lanes, all but one; they stand in the work space, where
   * they may be changed.
   */
  static void addTile(WorkSpace space, int at, int count, int skip, Lanes lanes) {
    space.makeRoomForSums(1);
    fold(space, at, count, skip, 0);
    space.kernel.addToLanes(space.sums, 1, lanes);
  }

  /** Folds {@code count} terms that stand in the work space, all but one, which they may lose. */
  static void fold(WorkSpace space, int at, int count, int skip, int tile) {
    float[] terms = space.terms;
    int size = TILE;
    while (size / 2 >= Math.max(count, 2 * LANES)) {
      size /= 2;
    }
    Arrays.fill(terms, at + count, at + size, 0);
    if (skip >= 0 && skip < count) {
      terms[at + skip] = 0;
    }
    space.kernel.fold(terms, at, size, LANES, space.sums, tile * LANES);
  }
}
