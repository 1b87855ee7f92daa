/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;

/**
 * Sums over the classes of one row in which a logit stands beside a coefficient: Σ a·(reference −
 * x) with a = w, or with a = w·p for probabilities p, and then Σ a besides. Where a is 0 the class
 * counts 0 whatever its logit is, so that a class of weight 0 may be masked with −∞.
 *
 * <p>As a {@link TilePass} it takes the sum with a = w, from the reference that was set.
 */
final class WeightedLogitSums implements TilePass {

  private static final float[] ZEROS = new float[TILE];

  private final WorkSpace space;
  private final TileKernel kernel;
  private final RowReader row;
  private final ClassWeights weights;
  private double reference;

  /** Sums over the rows of {@code row} with the weights w. */
  WeightedLogitSums(RowReader row, ClassWeights weights, WorkSpace space) {
    this.space = space;
    this.row = row;
    this.weights = weights;
    kernel = space.kernel;
  }

  /** Sets what the logits are subtracted from. */
  void setReference(double reference) {
    this.reference = reference;
  }

  @Override
  public boolean isInOrder() {
    return true;
  }

  @Override
  public void begin() {
    tiles().clearLanes();
  }

  @Override
  public void take(float[] x, int offset, int from, int length, int slot) {
    float[] w = weights.array();
    int at = weights.offset(from);
    kernel.addWeightedGaps(x, offset, w, at, length, reference, tiles().second);
  }

  @Override
  public void addSlots(int count) {}

  /** Σ a·(reference − x) of the row that was taken last. */
  double gaps() {
    return Lanes.sum(tiles().second);
  }

  /** Σ a of the row that was taken last with probabilities. */
  double coefficients() {
    return Lanes.sum(tiles().first);
  }

  /** Takes the current row with a = w. */
  void sum(double reference) {
    setReference(reference);
    takeAlone(row, space);
  }

  /** Takes the current row with a = w·p, p being the current row of another tensor. */
  void sum(RowReader probabilities, double reference) {
    begin();
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TILE, row.classes() - from);
      probabilities.read(from, length, space.staging, 0);
      row.read(from, length, space.staging, WorkSpace.TILE_DISTANCE);
      if (weights.areNone()) {
        addUnweighted(probabilities.array(), probabilities.offset(), length, reference);
      } else {
        addWeighted(probabilities.array(), probabilities.offset(), from, length, reference);
      }
    }
  }

  private DoubleTiles tiles() {
    return space.part(DoubleTiles.class, any -> new DoubleTiles());
  }

  private void addUnweighted(float[] p, int offset, int length, double reference) {
    DoubleTiles tiles = tiles();
    kernel.addWeightedGaps(row.array(), row.offset(), p, offset, length, reference, tiles.second);
    kernel.addWeightedGaps(ZEROS, 0, p, offset, length, 1, tiles.first); // Σ p·(1 − 0)
  }

  /** The products w·p are exact in double. */
  private void addWeighted(float[] p, int offset, int from, int length, double reference) {
    DoubleTiles tiles = tiles();
    kernel.writeDifferences(p, offset, length, 0, tiles.a);
    kernel.writeDifferences(weights.array(), weights.offset(from), length, 0, tiles.b);
    DoubleTiles.multiply(tiles.a, tiles.b, length);
    kernel.writeDifferences(row.array(), row.offset(), length, reference, tiles.b);
    DoubleTiles.negate(tiles.b, length);
    kernel.addProducts(tiles.a, DoubleTiles.ones(), length, tiles.first);
    kernel.addProducts(tiles.a, tiles.b, length, tiles.second);
  }
}
