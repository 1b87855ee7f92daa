/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/** What {@link TileKernel#foldWithGaps} takes of a tile besides its terms, and where it writes. */
public final class TileStatistics {

  /** A finite number, from which the logits are subtracted. */
  public float reference;

  /** Logits above it are counted; with −∞ the count means nothing. */
  public float limit;

  /** The folded terms of all tiles, {@link TileKernel#LANES} for each. */
  public float[] sums = new float[0];

  /**
   * The folded products t·(reference − x), where the lanes of {@link #sums} stand. Where x is −∞
   * and so t is 0, the product is 0.
   */
  public float[] gaps = new float[0];

  /** Where in both arrays the tile's lanes begin. */
  public int at;

  /** The number of logits of the tile that are above the limit. */
  public int above;

  /** Nothing is set yet. */
  public TileStatistics() {}
}
