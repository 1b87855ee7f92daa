/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.LANES;
import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/**
 * The largest term of each tile of a row: where the largest logits stand, and above what.
 *
 * <p>Terms grow with their logits but for rounding, and are positive, so that their largest is
 * found by their bits, six times as fast as the largest logit.
 */
final class TileMaxima implements TermPass {

  /** What rounding may make of the term of a larger logit, times. */
  private static final float TERM_ROUNDING = 1 - 0x1p-19f;

  /** How far off the logarithm of a term may be from its logit, and more. */
  private static final double LOGIT_ROUNDING = 1e-5;

  private final TileKernel kernel;
  private final RowReader row;
  private final WorkSpace space;
  private final float[] terms;
  private final float[] sorted;
  private float shift;
  private int exponent;

  private float max;
  private int predicted;

  TileMaxima(RowReader row, WorkSpace space) {
    this.row = row;
    this.space = space;
    kernel = space.kernel;
    terms = new float[TermSum.tiles(row)];
    sorted = new float[terms.length];
  }

  @Override
  public void begin(float rowShift, int rowExponent) {
    shift = rowShift;
    exponent = rowExponent;
  }

  @Override
  public void fold(float[] x, int offset, float[] t, int termsOffset, int tile, int length) {
    terms[tile] = kernel.maxTerm(t, termsOffset, length);
    if (length == TILE) {
      kernel.fold(t, termsOffset, TILE, LANES, space.sums, tile * LANES);
    } else {
      TermSum.fold(space, termsOffset, length, -1, tile);
    }
  }

  int tiles() {
    return terms.length;
  }

  /** Finds the largest logit of a row that has probabilities. */
  void findMaximum() {
    float least = 0;
    for (float term : terms) {
      least = Math.max(least, term * TERM_ROUNDING);
    }
    max = Float.NEGATIVE_INFINITY;
    int tileOfMax = 0;
    for (int tile = 0; tile < terms.length; tile++) {
      if (terms[tile] >= least) {
        int length = Math.min(TILE, row.classes() - tile * TILE);
        row.read(tile * TILE, length, space.staging, 0);
        float tileMax = kernel.max(row.array(), row.offset(), length);
        if (tileMax > max) {
          max = tileMax;
          tileOfMax = tile;
        }
      }
    }
    predicted = RowMaximum.firstAbove(space, row, tileOfMax * TILE, 0, 0, Math.nextDown(max));
  }

  /** The largest logit that was found. */
  float max() {
    return max;
  }

  /** The first class with the largest logit. */
  int predicted() {
    return predicted;
  }

  /**
   * The least of the largest terms of the {@code k} tiles where they are largest, so that {@code k}
   * terms are not below it; 0 if there are fewer tiles.
   */
  float leastOf(int k) {
    if (k > terms.length) {
      return 0;
    }
    System.arraycopy(terms, 0, sorted, 0, terms.length);
    Arrays.sort(sorted);
    return sorted[terms.length - k];
  }

  /** Whether a tile may hold a logit whose term is not below one. */
  boolean mayReach(float term, int tile) {
    return terms[tile] >= term * TERM_ROUNDING;
  }

  /** A bound that is below all logits whose term is not below this one. */
  float below(float term) {
    double logit = shift + (exponent * RowSoftmax.LN2 + StrictMath.log(term));
    return Math.nextDown((float) (logit - LOGIT_ROUNDING));
  }
}
