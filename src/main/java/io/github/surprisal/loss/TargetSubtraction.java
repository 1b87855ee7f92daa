/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/** Subtracts the targets after label smoothing, w·(keep·p + spread), from a gradient. */
final class TargetSubtraction {

  private static final float[] ONES = new float[TileKernel.TILE];

  static {
    Arrays.fill(ONES, 1f);
  }

  private final WorkSpace space;
  private final float[] weights;

  /**
   * Subtracts what {@code weights} weigh.
   *
   * @param weights w, one a class; empty for 1 everywhere
   */
  TargetSubtraction(float[] weights, WorkSpace space) {
    this.space = space;
    this.weights = weights;
  }

  /** Subtracts w·spread from a tile of results for the classes from {@code from} on. */
  void subtract(int from, int length, float spread, float[] out, int offset) {
    TileKernel kernel = space.kernel;
    if (weights.length == 0) {
      kernel.subtract(out, offset, length, spread, 0, out, offset);
    } else {
      kernel.writeSmoothed(weights, from, length, spread, 0, space.terms);
      kernel.subtractProducts(ONES, 0, space.terms, length, out, offset);
    }
  }

  /** Subtracts w·(keep·p + spread) from a tile of results for the classes from {@code from} on. */
  void subtract(
      RowReader probabilities,
      int from,
      int length,
      float keep,
      float spread,
      float[] out,
      int offset) {
    TileKernel kernel = space.kernel;
    probabilities.read(from, length, space.staging, 0);
    float[] p = probabilities.array();
    kernel.writeSmoothed(p, probabilities.offset(), length, keep, spread, space.terms);
    boolean isWeighted = weights.length > 0;
    kernel.subtractProducts(
        isWeighted ? weights : ONES, isWeighted ? from : 0, space.terms, length, out, offset);
  }
}
