/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.RowWriter;
import java.util.Arrays;

/**
 * A divergence of two rows of logits, a teacher's and a student's, and its gradient by the
 * student's.
 *
 * <p>Mutable; belongs to one thread and one call.
 */
abstract class DistilledRow {

  final PairTiles pair;
  final DoubleTiles tiles;

  DistilledRow(PairTiles pair, WorkSpace space) {
    this.pair = pair;
    tiles = space.part(DoubleTiles.class, any -> new DoubleTiles());
  }

  /** The divergence of the current rows in nats; NaN where either row's softmax is NaN. */
  abstract double nats();

  /** What the gradient of every tile of the row is made with, after {@link #nats} of it. */
  abstract void beginGradient(double scale);

  /** Writes the gradient of the classes from {@code from} on, times the scale, in double. */
  abstract void writeGradient(int from, int length, double[] out);

  /**
   * The divergence of the current rows in nats; writes {@code scale} times its gradient by the
   * student's logits over the temperature, which is NaN where there is none.
   */
  final double natsWithGradient(double scale, RowWriter out) {
    double nats = nats();
    boolean hasGradient = hasGradient(nats);
    double[] slopes = tiles.d;
    if (hasGradient) {
      beginGradient(scale);
    }
    for (int from = 0; from < pair.classes(); from += pair.length(from)) {
      int length = pair.length(from);
      if (hasGradient) {
        writeGradient(from, length, slopes);
      } else {
        Arrays.fill(slopes, 0, length, Double.NaN);
      }
      float[] array = out.array(from);
      DoubleTiles.narrow(slopes, length, array, out.offset());
      out.store(from, length);
    }
    return nats;
  }

  /** Whether a row of this divergence has a gradient. */
  boolean hasGradient(double nats) {
    return !Double.isNaN(nats);
  }
}
