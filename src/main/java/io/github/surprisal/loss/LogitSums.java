/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.TileKernel;
import java.util.Arrays;

/** Σ x over the classes of a row, which label smoothing without class weights needs. */
final class LogitSums implements TilePass {

  private static final int LANES = TileKernel.LANES;

  private final TileKernel kernel;
  private final double[] slots = new double[WorkSpace.MOST_SLOTS * LANES];
  private final double[] lanes = new double[LANES];

  LogitSums(TileKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public boolean isInOrder() {
    return false;
  }

  @Override
  public void begin() {
    Arrays.fill(lanes, 0);
  }

  @Override
  public void take(float[] x, int offset, int from, int length, int slot) {
    kernel.sumLogits(x, offset, length, slots, slot * LANES);
  }

  @Override
  public void addSlots(int count) {
    for (int slot = 0; slot < count; slot++) {
      for (int j = 0; j < LANES; j++) {
        lanes[j] += slots[slot * LANES + j];
      }
    }
  }

  /** Σ x of the row that was taken last. */
  double sum() {
    return Lanes.sum(lanes);
  }
}
