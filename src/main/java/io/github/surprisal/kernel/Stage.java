/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/** Where one tensor's rows are staged, as the kernels want them; made as far as it is needed. */
public final class Stage {

  /** Elements of the largest panel: 4 MiB. */
  public static final int MAX_PANEL = 1 << 20;

  private static final int HALVES = Scratch.STREAMS * RowKernels.TILE;

  private float[] run = new float[0];
  private short[] halves = new short[0];
  private float[] panel = new float[0];

  /** A stage for one thread at a time. */
  public Stage() {}

  /** A run of one row: {@link Scratch#RUN} elements. */
  public float[] run() {
    if (run.length == 0) {
      run = new float[Scratch.RUN];
    }
    return run;
  }

  /** A run of numbers of 16 bits before they are widened: {@link Scratch#STREAMS} tiles. */
  public short[] halves() {
    if (halves.length == 0) {
      halves = new short[HALVES];
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
