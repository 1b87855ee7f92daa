/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/** Where one tensor's rows are staged, as the kernels want them, by one thread. */
public final class Stage {

  /** Elements of the largest panel: 4 MiB. */
  public static final int MAX_PANEL = 1 << 20;

  /** A run of one row. */
  public final float[] run = new float[Scratch.RUN];

  private float[] panel = new float[0];

  Stage() {}

  /** Room for a block of several rows: at least so many elements, at most {@link #MAX_PANEL}. */
  public float[] panel(int elements) {
    if (elements > panel.length) {
      panel = new float[elements];
    }
    return panel;
  }
}
