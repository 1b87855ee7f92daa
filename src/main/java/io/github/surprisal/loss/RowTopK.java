/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/**
 * The classes with the largest logits in a row, by larger logit, then by smaller class. −0 equals
 * 0.
 *
 * <p>The largest logits of the tiles tell beforehand above what the first {@code k} stand, so that
 * few logits are compared with each other, and most tiles are not looked at again.
 */
final class RowTopK {

  private static final int MAGNITUDE = 0x7fffffff;

  private final RowReader row;
  private final WorkSpace space;

  /** A key for each class that is among the first so far: a heap with the least at its top. */
  private final long[] keys;

  private int filled;

  /** A bound that the first {@code k} are above. */
  private float below;

  /** Looks for {@code k} classes, from 1 to all of them. */
  RowTopK(int k, RowReader row, WorkSpace space) {
    keys = new long[k];
    this.row = row;
    this.space = space;
  }

  /** Takes the row that the reader stands at, which has probabilities, after its terms. */
  void take(TileMaxima maxima) {
    filled = 0;
    float leastTerm = maxima.leastOf(keys.length);
    boolean mayAny = leastTerm == 0; // also −∞, whose term is 0
    below = mayAny ? Float.NEGATIVE_INFINITY : maxima.below(leastTerm);
    for (int tile = 0; tile < maxima.tiles(); tile++) {
      if (maxima.mayReach(leastTerm, tile)) {
        int from = tile * TileKernel.TILE;
        int length = Math.min(TileKernel.TILE, row.classes() - from);
        row.read(from, length, space.staging, 0);
        add(row.array(), row.offset(), from, length, mayAny);
      }
    }
    Arrays.sort(keys);
  }

  private void add(float[] x, int offset, int from, int length, boolean mayAny) {
    int next = 0;
    while (next < length) {
      if (!mayAny || filled == keys.length) {
        float limit = limit(from + next);
        next += space.kernel.firstAbove(x, offset + next, length - next, 0, 0, limit);
      }
      if (next < length) {
        add(key(x[offset + next], from + next));
        next++;
      }
    }
  }

  /** What a logit of the classes from {@code from} on has to be above to be among the first. */
  private float limit(int from) {
    if (filled < keys.length) {
      return below;
    }
    float last = logit(keys[0]);
    return from > index(keys[0]) ? last : Math.nextDown(last);
  }

  private void add(long key) {
    if (filled == keys.length) {
      replaceLeast(key);
      return;
    }
    keys[filled++] = key;
    if (filled == keys.length) {
      Arrays.sort(keys); // which is a heap
    }
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
