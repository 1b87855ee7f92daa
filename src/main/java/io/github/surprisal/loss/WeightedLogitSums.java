/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/**
 * Sums over the classes of one row in which a logit stands beside a coefficient: Σ a·(reference −
 * x) with a = w, or with a = w·p for probabilities p, and then Σ a besides. Where a is 0 the class
 * counts 0 whatever its logit is, so that a class of weight 0 may be masked with −∞.
 *
 * <p>As a {@link TilePass} it takes the sum with a = w, from the reference that was set.
 */
final class WeightedLogitSums implements TilePass {

  private static final float[] ONES = new float[TILE];
  private static final float[] ZEROS = new float[TILE];

  static {
    Arrays.fill(ONES, 1f);
  }

  private final WorkSpace space;
  private final TileKernel kernel;
  private final RowReader row;
  private final float[] weights;
  private final DoubleTiles tiles;
  private double reference;

  /**
   * Sums over the rows of {@code row}.
   *
   * @param weights w, one a class; empty for 1 everywhere
   */
  WeightedLogitSums(RowReader row, float[] weights, WorkSpace space) {
    this.space = space;
    this.row = row;
    this.weights = weights;
    kernel = space.kernel;
    tiles = space.part(DoubleTiles.class, any -> new DoubleTiles());
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
    tiles.clearLanes();
  }

  @Override
  public void take(float[] x, int offset, int from, int length, int slot) {
    boolean isWeighted = weights.length > 0;
    float[] w = isWeighted ? weights : ONES;
    int at = isWeighted ? from : 0;
    kernel.addWeightedGaps(x, offset, w, at, length, reference, tiles.second);
  }

  @Override
  public void addSlots(int count) {}

  /** Σ a·(reference − x) of the row that was taken last. */
  double gaps() {
    return Lanes.sum(tiles.second);
  }

  /** Σ a of the row that was taken last with probabilities. */
  double coefficients() {
    return Lanes.sum(tiles.first);
  }

  /** Takes the current row with a = w. */
  void sum(double reference) {
    setReference(reference);
    begin();
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TILE, row.classes() - from);
      row.read(from, length, space.staging, 0);
      take(row.array(), row.offset(), from, length, 0);
    }
  }

  /** Takes the current row with a = w·p, p being the current row of another tensor. */
  void sum(RowReader probabilities, double reference) {
    begin();
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TILE, row.classes() - from);
      probabilities.read(from, length, space.staging, 0);
      row.read(from, length, space.staging, WorkSpace.TILE_DISTANCE);
      if (weights.length == 0) {
        addUnweighted(probabilities.array(), probabilities.offset(), length, reference);
      } else {
        addWeighted(probabilities.array(), probabilities.offset(), from, length, reference);
      }
    }
  }

  private void addUnweighted(float[] p, int offset, int length, double reference) {
    kernel.addWeightedGaps(row.array(), row.offset(), p, offset, length, reference, tiles.second);
    kernel.addWeightedGaps(ZEROS, 0, p, offset, length, 1, tiles.first); // Σ p·(1 − 0)
  }

  /** The products w·p are exact in double. */
  private void addWeighted(float[] p, int offset, int from, int length, double reference) {
    kernel.writeGaps(0, p, offset, length, tiles.a);
    kernel.writeGaps(0, weights, from, length, tiles.b);
    DoubleTiles.multiply(tiles.a, tiles.b, length); // (0 − p)·(0 − w)
    kernel.writeGaps(reference, row.array(), row.offset(), length, tiles.b);
    kernel.addProducts(tiles.a, DoubleTiles.ones(), length, tiles.first);
    kernel.addProducts(tiles.a, tiles.b, length, tiles.second);
  }
}
