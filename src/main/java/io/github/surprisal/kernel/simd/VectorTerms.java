/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.TileKernel.TILE;
import static io.github.surprisal.kernel.simd.Vectors.FLOATS;
import static io.github.surprisal.kernel.simd.Vectors.WIDTH;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.Places;
import io.github.surprisal.kernel.References;
import io.github.surprisal.kernel.TileKernel;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The terms of a {@link VectorKernel}: {@link TermLoops} on runs of any length, and with logits
 * clamped where some are beyond the range.
 *
 * <p>The loops take whole turns. What is left at an end is taken as the last whole turn once more,
 * or, where there is none, in work space.
 */
final class VectorTerms {

  private static final int TURN = TermLoops.TURN;

  /** How many times logits are clamped at once after some were beyond the range. */
  private static final int WARY = 16;

  /** From one tile of clamped logits to the next: a little more than a tile, which is a page. */
  private static final int CLAMPED = TILE + 80;

  /** Takes runs that are shorter than a turn, where each logit has its own reference. */
  private final TileKernel loops;

  private final float[] shortLogits = new float[TURN];
  private final float[] shortTerms = new float[TURN];
  private final Places clampedPlaces = new Places();

  /** Made when there are logits beyond the range. */
  private float[] clamped = new float[0];

  /** How many more times logits are clamped before anything else is tried. */
  private int wary;

  VectorTerms(TileKernel loops) {
    this.loops = loops;
  }

  /** As {@link TileKernel#writeTerms(float[], Places, int, float[])} tells. */
  void write(float[] x, Places places, int length, float[] terms) {
    if (expectsWithinRange()) {
      if (tryTerms(x, places, length, terms)) {
        return;
      }
      wary = WARY;
    }
    makeRoom();
    for (int k = 0; k < places.count; k++) {
      int exponent = places.exponents[k];
      clamp(x, places.offsets[k], length, exponent, k * CLAMPED);
      clampedPlaces.set(k, k * CLAMPED, exponent, places.termsOffsets[k]);
    }
    clampedPlaces.count = places.count;
    tryTerms(clamped, clampedPlaces, length, terms);
  }

  /** Whether to take the next logits as they are: not for a while after some were out of range. */
  private boolean expectsWithinRange() {
    if (wary == 0) {
      return true;
    }
    wary--;
    return false;
  }

  private void makeRoom() {
    if (clamped.length == 0) {
      clamped = new float[Places.FOUR * CLAMPED];
    }
  }

  private boolean tryTerms(float[] x, Places places, int length, float[] terms) {
    if (places.count == Places.FOUR && length >= WIDTH) {
      int whole = FLOATS.loopBound(length);
      boolean isWithinRange = TermLoops.atFourPlaces(x, places, 0, whole, terms);
      if (whole < length) { // also if some were beyond the range: of clamped ones NaN always is
        isWithinRange &= TermLoops.atFourPlaces(x, places, length - WIDTH, WIDTH, terms);
      }
      return isWithinRange;
    }
    boolean isWithinRange = true;
    for (int k = 0; k < places.count; k++) {
      int exponent = places.exponents[k];
      isWithinRange &=
          tryTerms(x, places.offsets[k], exponent, length, terms, places.termsOffsets[k]);
    }
    return isWithinRange;
  }

  private boolean tryTerms(
      float[] x, int offset, int exponent, int length, float[] terms, int termsOffset) {
    if (length < TURN) {
      return tryShort(x, offset, exponent, length, terms, termsOffset);
    }
    int whole = length / TURN * TURN;
    boolean isWithinRange = TermLoops.atOnePlace(x, offset, exponent, whole, terms, termsOffset);
    int last = length - TURN;
    if (whole < length) {
      isWithinRange &=
          TermLoops.atOnePlace(x, offset + last, exponent, TURN, terms, termsOffset + last);
    }
    return isWithinRange;
  }

  private boolean tryShort(
      float[] x, int offset, int exponent, int length, float[] terms, int termsOffset) {
    float[] logits = shortLogits;
    System.arraycopy(x, offset, logits, 0, length);
    Arrays.fill(logits, length, TURN, Exponential.lowest(exponent));
    boolean isWithinRange = TermLoops.atOnePlace(logits, 0, exponent, TURN, shortTerms, 0);
    System.arraycopy(shortTerms, 0, terms, termsOffset, length);
    return isWithinRange;
  }

  /** Copies logits clamped to the range that terms have scales for; NaN stays NaN. */
  private void clamp(float[] x, int offset, int length, int exponent, int to) {
    FloatVector lowest = FloatVector.broadcast(FLOATS, Exponential.lowest(exponent));
    FloatVector highest = FloatVector.broadcast(FLOATS, Exponential.highest(exponent));
    int whole = FLOATS.loopBound(length);
    for (int j = 0; j < whole; j += WIDTH) {
      FloatVector logits = FloatVector.fromArray(FLOATS, x, offset + j);
      FloatVector lifted = logits.blend(lowest, logits.compare(VectorOperators.LT, lowest));
      lifted.blend(highest, logits.compare(VectorOperators.GT, highest)).intoArray(clamped, to + j);
    }
    for (int j = whole; j < length; j++) {
      float lifted = Math.max(x[offset + j], Exponential.lowest(exponent));
      clamped[to + j] = Math.min(lifted, Exponential.highest(exponent));
    }
  }

  /** As {@link TileKernel#writeTerms(float[], int, References, int, float[], int)} tells. */
  void write(
      float[] x, int offset, References references, int length, float[] terms, int termsOffset) {
    if (length < TURN) {
      loops.writeTerms(x, offset, references, length, terms, termsOffset);
      return;
    }
    if (expectsWithinRange()) {
      if (tryTerms(x, offset, references, length, terms, termsOffset)) {
        return;
      }
      wary = WARY;
    }
    makeRoom();
    clamp(x, offset, length, references, 0);
    tryTerms(clamped, 0, references, length, terms, termsOffset);
  }

  private static boolean tryTerms(
      float[] x, int offset, References references, int length, float[] terms, int termsOffset) {
    float[] magics = references.magics;
    int whole = length / TURN * TURN;
    boolean isWithinRange = TermLoops.ofReferences(x, offset, magics, 0, whole, terms, termsOffset);
    int last = length - TURN;
    if (whole < length) {
      isWithinRange &=
          TermLoops.ofReferences(x, offset + last, magics, last, TURN, terms, termsOffset + last);
    }
    return isWithinRange;
  }

  /** As {@link TileKernel#writePairs} tells. */
  void writePairs(
      float[] x,
      int offset,
      int otherOffset,
      References references,
      int length,
      float[] sums,
      int sumsOffset) {
    if (length < WIDTH) {
      loops.writePairs(x, offset, otherOffset, references, length, sums, sumsOffset);
      return;
    }
    if (expectsWithinRange()) {
      if (tryPairs(x, offset, otherOffset, references.magics, length, sums, sumsOffset)) {
        return;
      }
      wary = WARY;
    }
    makeRoom();
    clamp(x, offset, length, references, 0);
    clamp(x, otherOffset, length, references, CLAMPED);
    tryPairs(clamped, 0, CLAMPED, references.magics, length, sums, sumsOffset);
  }

  private static boolean tryPairs(
      float[] x,
      int offset,
      int otherOffset,
      float[] magics,
      int length,
      float[] sums,
      int sumsOffset) {
    int whole = FLOATS.loopBound(length);
    boolean isWithinRange =
        TermLoops.pairs(x, offset, otherOffset, magics, 0, whole, sums, sumsOffset);
    int last = length - WIDTH;
    if (whole < length) {
      isWithinRange &=
          TermLoops.pairs(
              x, offset + last, otherOffset + last, magics, last, WIDTH, sums, sumsOffset + last);
    }
    return isWithinRange;
  }

  private void clamp(float[] x, int offset, int length, References references, int to) {
    for (int i = 0; i < length; i++) {
      float lifted = Math.max(x[offset + i], references.lowests[i]);
      clamped[to + i] = Math.min(lifted, references.highests[i]);
    }
  }
}
