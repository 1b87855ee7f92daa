/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Places;
import io.github.surprisal.rows.RowReader;

/** Writes the terms of a tile of the row that a reader stands at. */
final class TileTerms {

  private TileTerms() {}

  /**
   * Writes the terms e<sup>x − shift</sup>·2<sup>−exponent</sup> of {@code length} classes from
   * {@code from} on to the work space's terms, where they begin. The reader delivers the logits
   * themselves.
   */
  static void write(
      WorkSpace space, RowReader row, int from, int length, float shift, int exponent) {
    row.read(from, length, space.staging, 0);
    float[] x = row.array();
    int offset = row.offset();
    if (shift != 0) {
      int shifted = WorkSpace.TILE_DISTANCE;
      space.kernel.subtract(x, offset, length, shift, 0, space.staging, shifted);
      x = space.staging;
      offset = shifted;
    }
    Places places = space.places;
    places.count = Places.ONE;
    places.set(0, offset, exponent, 0);
    space.kernel.writeTerms(x, places, length, space.terms);
  }
}
