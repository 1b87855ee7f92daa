/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.LANES;
import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.kernel.TileStatistics;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/**
 * What a row's prediction needs besides the sum of its terms t: the largest logit, how many logits
 * are above a limit, and Σ t·(max − x), which makes the entropy.
 *
 * <p>The largest logit is looked for only in tiles whose sums are large enough to hold its term.
 * The products are taken with a reference that is known before, t·(reference − x); the rest, (max −
 * reference)·Σ t, follows in double. A float difference is off by half a unit in its last place,
 * which grows with it. So where a tile's terms are much larger than the term of the reference, its
 * products are taken once more; and of the tile with the largest logit they are in any case, with
 * this as the reference, since a tiny entropy may hang on it alone.
 */
final class TermStatistics implements TermPass {

  /** A sum of terms holds the term of a larger logit only if it is not less than its term times. */
  private static final float TERM_ROUNDING = 1 - 0x1p-20f;

  /** How far above the reference a logit may be: a difference of 8 is off by 2.4e-7. */
  private static final float FARTHEST = 8;

  private final WorkSpace space;
  private final TileKernel kernel;
  private final RowReader row;
  private final TileStatistics tile = new TileStatistics();

  /** What the products of each tile are taken with. */
  private final float[] references;

  private float shift;
  private int exponent;
  private float reference;
  private float limit;
  private float farTerm;
  private float leastTermOfMax;
  private float max;
  private int tileOfMax;
  private int above;

  TermStatistics(RowReader row, WorkSpace space) {
    this.row = row;
    this.space = space;
    kernel = space.kernel;
    references = new float[TermSum.tiles(row)];
  }

  /**
   * Sets what the next row is taken with.
   *
   * @param reference a logit to subtract from, which need not be one of the row's
   * @param limit above which logits are counted; not −∞, with which the count means nothing
   */
  void set(float reference, float limit) {
    this.reference = reference;
    this.limit = limit;
  }

  @Override
  public void begin(float rowShift, int rowExponent) {
    shift = rowShift;
    exponent = rowExponent;
    farTerm = Exponential.term(reference + FARTHEST - shift, exponent);
    leastTermOfMax = 0;
    max = Float.NEGATIVE_INFINITY;
    tileOfMax = 0;
    above = 0;
    tile.limit = limit;
    Arrays.fill(references, reference);
    tile.sums = space.sums;
    tile.gaps = space.gaps();
  }

  @Override
  public void fold(float[] x, int offset, float[] terms, int termsOffset, int index, int length) {
    tile.reference = reference;
    tile.at = index * LANES;
    kernel.foldWithGaps(terms, termsOffset, x, offset, length, tile);
    above += tile.above;
    if (isAnyAtLeast(leastTermOfMax)) {
      takeMaximum(kernel.max(x, offset, length), index);
    }
    if (isAnyAtLeast(farTerm)) {
      foldAgain(x, offset, terms, termsOffset, index, length);
    }
  }

  /** Whether any lane of the tile's sums is as large as a term. */
  private boolean isAnyAtLeast(float term) {
    for (int j = tile.at; j < tile.at + LANES; j++) {
      if (tile.sums[j] >= term) {
        return true;
      }
    }
    return false;
  }

  private void takeMaximum(float tileMax, int index) {
    if (tileMax > max || (tileMax == max && index < tileOfMax)) {
      max = tileMax;
      tileOfMax = index;
      leastTermOfMax = Exponential.term(max - shift, exponent) * TERM_ROUNDING;
    }
  }

  /** Takes the products of a tile with a reference near the logarithm of its sum. */
  private void foldAgain(
      float[] x, int offset, float[] terms, int termsOffset, int index, int length) {
    int powerOfTwo = exponent + Math.getExponent(Lanes.sum(tile.sums, tile.at));
    references[index] = (float) (shift + powerOfTwo * RowSoftmax.LN2);
    tile.reference = references[index];
    kernel.foldWithGaps(terms, termsOffset, x, offset, length, tile);
  }

  /** The largest logit of the row. */
  float max() {
    return max;
  }

  /** The first class with the largest logit. */
  int predicted() {
    return RowMaximum.firstAbove(space, row, tileOfMax * TILE, 0, 0, Math.nextDown(max));
  }

  /** The number of logits above the limit that was set. */
  int above() {
    return above;
  }

  /** Σ t·(max − x) over the row. */
  double gaps() {
    double ofOthers = gapsOfOthers();
    int from = tileOfMax * TILE;
    int length = Math.min(TILE, row.classes() - from);
    TileTerms.write(space, row, from, length, shift, exponent);
    tile.reference = max;
    tile.at = tileOfMax * LANES;
    kernel.foldWithGaps(space.terms, 0, row.array(), row.offset(), length, tile); // and its sums
    return ofOthers + Lanes.sum(tile.gaps, tile.at);
  }

  /** The gaps of all tiles but the one with the largest logit, whose sums are lost. */
  private double gapsOfOthers() {
    Arrays.fill(tile.sums, tileOfMax * LANES, (tileOfMax + 1) * LANES, 0);
    Arrays.fill(tile.gaps, tileOfMax * LANES, (tileOfMax + 1) * LANES, 0);
    double gaps = sum(tile.gaps) + ((double) max - reference) * sum(tile.sums);
    for (int index = 0; index < references.length; index++) {
      if (references[index] != reference) {
        gaps += ((double) reference - references[index]) * Lanes.sum(tile.sums, index * LANES);
      }
    }
    return gaps;
  }

  private double sum(float[] ofTiles) {
    Lanes lanes = space.lanes;
    lanes.clear();
    kernel.addToLanes(ofTiles, references.length, lanes);
    return lanes.sum();
  }
}
