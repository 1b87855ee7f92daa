/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/**
 * The classes with the largest logits in the row that a reader stands at, by larger logit, then by
 * smaller class. −0 equals 0.
 */
final class RowTopK {

  private static final int MAGNITUDE = 0x7fffffff;

  private final WorkSpace space;
  private final RowReader row;

  /** A key for each class that is among the first so far: a heap with the least at its top. */
  private final long[] keys;

  /** Looks for {@code k} classes, from 1 to all of them. */
  RowTopK(int k, RowReader row, WorkSpace space) {
    keys = new long[k];
    this.row = row;
    this.space = space;
  }

  /** Takes the row that the reader stands at now, in which no logit is NaN. */
  void take() {
    int filled = 0;
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      row.read(from, length, space.staging, 0);
      int next = 0;
      while (filled < keys.length && next < length) {
        keys[filled++] = key(row.array()[row.offset() + next], from + next);
        next++;
        if (filled == keys.length) {
          Arrays.sort(keys); // which is a heap
        }
      }
      addLarger(row.array(), row.offset(), from, next, length);
    }
    Arrays.sort(keys);
  }

  /**
   * Adds the classes of a tile, from its {@code start} on, that come before the last one so far.
   */
  private void addLarger(float[] x, int offset, int from, int start, int length) {
    int next = start;
    while (next < length) {
      float least = logit(keys[0]);
      next += space.kernel.firstAbove(x, offset + next, length - next, 0, 0, least);
      if (next < length) {
        replaceLeast(key(x[offset + next], from + next));
        next++;
      }
    }
  }

  private void replaceLeast(long key) {
    int at = 0;
    int child = 1;
    while (child < keys.length && child > 0) { // which ends below 2^31
      if (child + 1 < keys.length && keys[child + 1] < keys[child]) {
        child++;
      }
      if (key <= keys[child]) {
        break;
      }
      keys[at] = keys[child];
      at = child;
      child = 2 * at + 1;
    }
    keys[at] = key;
  }

  /** The class at a place, counted from 0, of the row that was taken last. */
  int classAt(int place) {
    return ~(int) keys[keys.length - 1 - place];
  }

  /** The logit of the class at a place; 0 may stand for −0. */
  float logitAt(int place) {
    return logit(keys[keys.length - 1 - place]);
  }

  /** Orders by logit, then by class, the smaller one above. */
  private static long key(float logit, int index) {
    int bits = Float.floatToIntBits(logit + 0f); // −0 becomes 0
    int ordered = bits ^ (bits >> 31 & MAGNITUDE);
    return (long) ordered << 32 | Integer.toUnsignedLong(~index);
  }

  private static float logit(long key) {
    int ordered = (int) (key >> 32);
    return Float.intBitsToFloat(ordered ^ (ordered >> 31 & MAGNITUDE));
  }
}
