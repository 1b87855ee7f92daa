/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;

/** Subtracts the targets after label smoothing, w·(keep·p + spread), from a gradient. */
final class TargetSubtraction {

  private final WorkSpace space;
  private final ClassWeights weights;

  /** Subtracts what {@code weights} weigh. */
  TargetSubtraction(ClassWeights weights, WorkSpace space) {
    this.space = space;
    this.weights = weights;
  }

  /** Subtracts w·spread from a tile of results for the classes from {@code from} on. */
  void subtract(int from, int length, float spread, float[] out, int offset) {
    TileKernel kernel = space.kernel;
    if (weights.areNone()) {
      kernel.subtract(out, offset, length, spread, 0, out, offset);
    } else {
      kernel.writeSmoothed(weights.array(), weights.offset(from), length, spread, 0, space.terms);
      kernel.subtractProducts(ClassWeights.ONES, 0, space.terms, length, out, offset);
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
    kernel.subtractProducts(
        weights.array(), weights.offset(from), space.terms, length, out, offset);
  }
}
