/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.TileKernel;

/** Where one tensor's rows are staged, as the kernels want them; made as far as it is needed. */
public final class Stage {

  /** Elements of the largest panel: 4 MiB. */
  public static final int MAX_PANEL = 1 << 20;

  private final TileKernel kernel;
  private short[] halves = new short[0];
  private float[] panel = new float[0];

  /** A stage for one thread at a time; {@code kernel} widens numbers of 16 bits. */
  public Stage(TileKernel kernel) {
    this.kernel = kernel;
  }

  TileKernel kernel() {
    return kernel;
  }

  /** Room for a tile of numbers of 16 bits before they are widened. */
  short[] halves() {
    if (halves.length == 0) {
      halves = new short[TileKernel.TILE];
    }
    return halves;
  }

  /** Room for a block of several rows: {@code elements} at least, at most {@link #MAX_PANEL}. */
  public float[] panel(int elements) {
    if (elements > panel.length) {
      panel = new float[elements];
    }
    return panel;
  }
}
