/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import java.util.Arrays;

/**
 * The classes with the largest logits in a row, by larger logit, then by smaller class. −0 equals
 * 0.
 *
 * <p>Tiles may be added in any order, and need not be added where no logit is above the limit.
 */
final class RowTopK {

  private static final int MAGNITUDE = 0x7fffffff;

  private final TileKernel kernel;

  /** A key for each class that is among the first so far: a heap with the least at its top. */
  private final long[] keys;

  private int filled;

  /** Looks for {@code k} classes, from 1 to all of them. */
  RowTopK(int k, TileKernel kernel) {
    keys = new long[k];
    this.kernel = kernel;
  }

  /** Begins a row. */
  void begin() {
    filled = 0;
  }

  /**
   * What a logit of a tile, whose first class is {@code from}, has to be above to be among the
   * first so far; −∞ where any may be.
   */
  float limit(int from) {
    if (filled < keys.length) {
      return Float.NEGATIVE_INFINITY;
    }
    float least = logit(keys[0]);
    return from > index(keys[0]) ? least : Math.nextDown(least);
  }

  /**
   * Adds a tile of the {@code length} classes from {@code from} on.
   *
   * @param above how many of its logits are above its limit, unless that is −∞
   */
  void add(float[] x, int offset, int from, int length, int above) {
    if (limit(from) == Float.NEGATIVE_INFINITY) {
      addAny(x, offset, from, length);
      return;
    }
    int next = 0;
    int left = above;
    while (left > 0 && next < length) {
      next += kernel.firstAbove(x, offset + next, length - next, 0, 0, limit(from + next));
      if (next < length) {
        replaceLeast(key(x[offset + next], from + next));
        next++;
        left--;
      }
    }
  }

  /** Adds a tile of which any class may be among the first, also one whose logit is −∞. */
  private void addAny(float[] x, int offset, int from, int length) {
    for (int i = 0; i < length; i++) {
      long key = key(x[offset + i], from + i);
      if (filled == keys.length) {
        replaceLeast(key);
      } else {
        keys[filled++] = key;
        if (filled == keys.length) {
          Arrays.sort(keys); // which is a heap
        }
      }
    }
  }

  /** Ends the row. */
  void end() {
    Arrays.sort(keys);
  }

  private void replaceLeast(long key) {
    if (key < keys[0]) {
      return;
    }
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
    return index(keys[keys.length - 1 - place]);
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

  private static int index(long key) {
    return ~(int) key;
  }

  private static float logit(long key) {
    int ordered = (int) (key >> 32);
    return Float.intBitsToFloat(ordered ^ (ordered >> 31 & MAGNITUDE));
  }
}
