/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static io.github.surprisal.kernel.Exponential.C2;
import static io.github.surprisal.kernel.Exponential.C3;
import static io.github.surprisal.kernel.Exponential.C4;
import static io.github.surprisal.kernel.Exponential.C5;
import static io.github.surprisal.kernel.Exponential.C6;
import static io.github.surprisal.kernel.Exponential.LN2_HIGH;
import static io.github.surprisal.kernel.Exponential.LN2_LOW;
import static io.github.surprisal.kernel.Exponential.LOG2_E;
import static io.github.surprisal.kernel.Exponential.LOWEST;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * The exponentials of a tile, of a short one's part, or of some classes of rows that stand side by
 * side, for {@link LoopRowKernels}.
 *
 * <p>HotSpot's C2 turns a loop into vector instructions only if it is small and uses the same index
 * in every array, so the work is cut into steps of one such loop each. It does so reliably only if
 * it compiles each loop by itself, so the steps are called through an interface of more
 * implementations than it inlines. It does not do so at all for {@code floatToRawIntBits} and
 * {@code intBitsToFloat}: numbers become bits by being copied through a buffer instead.
 */
final class TermBlock {

  /** Up to the factors of the terms. */
  private static final Step[] TERMS = {
    TermBlock::lift, TermBlock::round, TermBlock::polynomial, TermBlock::power
  };

  private static final Step[] SUM = {TermBlock::foldOnce, TermBlock::fold};
  private static final Step[] SUM_OF_WRITTEN = {TermBlock::foldWritten};
  private static final Step[] PRODUCT = {TermBlock::multiply};

  /** All of it for rows side by side, each of which has its own shift, exponent and factor. */
  private static final Step[] TERMS_OF_ROWS = {
    TermBlock::shiftRows,
    TermBlock::maskRows,
    TermBlock::liftRows,
    TermBlock::roundRows,
    TermBlock::polynomialOfRows,
    TermBlock::power,
    TermBlock::multiplyRows
  };

  /**
   * Unused elements at the end of each array. Arrays of equal size would lie a multiple of 4096
   * bytes and a little more apart, where processors take a load for one of a number just stored.
   */
  private static final int PADDING = 140;

  /** Elements of the smallest block that is worth its loops. */
  static final int SMALLEST = 64;

  private final int size;
  private final int half;
  private final float[] logits;
  private final float[] rounded;
  private final float[] terms;
  private final float[] powers;
  private final float[] upperTerms;
  private final float[] upperPowers;
  private final int[] bits;
  private final FloatBuffer asFloats;
  private final IntBuffer asInts;

  private float magic;
  private float lowest;
  private float factor;

  // For rows side by side, what belongs to each element's row.
  private final float[] shifts;
  private final float[] lowests;
  private final float[] magics;
  private final float[] factors;
  private final int[] masks;
  private int rows;
  private boolean isAnyUnused;

  /** Elements that the steps take: all, or those of so many classes of the rows. */
  private int used;

  /** A part of a work, on a block's arrays. */
  @FunctionalInterface
  private interface Step {
    void run(TermBlock block);
  }

  /**
   * A block.
   *
   * @param size elements: {@link RowKernels#TILE}, or a power of two below it, but at least 64
   */
  TermBlock(int size) {
    this.size = size;
    half = size / 2;
    int length = size + PADDING;
    logits = new float[length];
    rounded = new float[length];
    terms = new float[length];
    powers = new float[length];
    upperTerms = new float[length];
    upperPowers = new float[length];
    bits = new int[length];
    shifts = new float[length];
    lowests = new float[length];
    magics = new float[length];
    factors = new float[length];
    masks = new int[length];
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * length).order(ByteOrder.nativeOrder());
    asFloats = bytes.asFloatBuffer();
    asInts = bytes.asIntBuffer();
  }

  /** Elements of the block. */
  int size() {
    return size;
  }

  /** Takes logits less shift, and fills the rest of the block with logits whose terms are 0. */
  void load(float[] x, int offset, int count, float shift) {
    System.arraycopy(x, offset, logits, 0, count);
    if (count < size) {
      Arrays.fill(logits, count, size, Float.NEGATIVE_INFINITY);
    }
    if (shift != 0) {
      subtract(logits, shift, size);
    }
  }

  /** Makes the term of an element 0. */
  void leaveOut(int element) {
    logits[element] = Float.NEGATIVE_INFINITY;
  }

  /** Folds the terms to LANES sums, and returns the array that begins with them. */
  float[] foldedTerms(int exponent) {
    setExponent(exponent);
    run(TERMS);
    run(SUM);
    return terms;
  }

  /** Writes the first terms, times a factor. */
  void writeTerms(int exponent, float factor, float[] out, int offset, int count) {
    setExponent(exponent);
    this.factor = factor;
    run(TERMS);
    run(PRODUCT);
    System.arraycopy(terms, 0, out, offset, count);
  }

  /** Folds the terms that have been written, but for one, as {@link #foldedTerms} does. */
  float[] foldedTermsBut(int element) {
    if (element >= 0 && element < size) {
      terms[element] = 0;
    }
    run(SUM_OF_WRITTEN);
    return terms;
  }

  /**
   * Repeats what belongs to the rows {@code [first … first + rows)} of a block; returns for how
   * many of so many classes of them at a time there is room.
   */
  int repeatRows(RowBlock block, int first, int rows, int classes) {
    this.rows = rows;
    int room = Math.min(size / rows, classes);
    isAnyUnused = false;
    for (int row = first; row < first + rows; row++) {
      isAnyUnused |= !block.isUsed(row);
    }
    RowBlock.repeat(block.shifts, first, shifts, rows, room);
    RowBlock.repeat(block.lowests, first, lowests, rows, room);
    RowBlock.repeat(block.magics, first, magics, rows, room);
    RowBlock.repeat(block.factors, first, factors, rows, room);
    RowBlock.repeat(block.masks, first, masks, rows, room);
    return room;
  }

  /** Takes the logits of so many classes of the rows. */
  void loadRows(float[] x, int base, int stride, int classes) {
    used = classes * rows;
    copy(x, base, stride, logits, 0, rows, classes);
  }

  /** Writes the terms of so many classes of the rows, times the rows' factors. */
  void writeRowTerms(float[] out, int base, int stride, int classes) {
    run(TERMS_OF_ROWS);
    copy(terms, 0, rows, out, base, stride, classes);
  }

  private void copy(
      float[] from, int base, int stride, float[] to, int toBase, int toStride, int classes) {
    for (int c = 0; c < classes; c++) {
      int i = base + c * stride;
      int j = toBase + c * toStride;
      if (rows >= RowKernels.LANES) {
        System.arraycopy(from, i, to, j, rows);
      } else { // not worth a call
        for (int r = 0; r < rows; r++) {
          to[j + r] = from[i + r];
        }
      }
    }
  }

  private void setExponent(int exponent) {
    used = size;
    magic = Exponential.magic(exponent);
    lowest = Exponential.lowest(exponent);
  }

  private void run(Step[] steps) {
    for (Step step : steps) {
      step.run(this);
    }
  }

  private static void subtract(float[] logits, float shift, int size) {
    for (int j = 0; j < size; j++) {
      logits[j] -= shift;
    }
  }

  private void lift() {
    lift(logits, lowest, size);
  }

  private static void lift(float[] logits, float lowest, int size) {
    for (int j = 0; j < size; j++) {
      logits[j] = Math.max(logits[j], lowest);
    }
  }

  private void round() {
    round(logits, magic, rounded, size);
  }

  private static void round(float[] logits, float magic, float[] rounded, int size) {
    for (int j = 0; j < size; j++) {
      rounded[j] = Math.fma(logits[j], LOG2_E, magic);
    }
  }

  private void polynomial() {
    polynomial(logits, rounded, magic, terms, size);
  }

  private static void polynomial(
      float[] logits, float[] rounded, float magic, float[] terms, int size) {
    for (int j = 0; j < size; j++) {
      float n = rounded[j] - magic;
      float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, logits[j]));
      float q = Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
      terms[j] = Math.fma(Math.fma(q, r, 2f), r, 2f);
    }
  }

  /** The bits of the powers of two go to the buffer. */
  private void power() {
    asFloats.put(0, rounded, 0, used);
    asInts.get(0, bits, 0, used);
    power(bits, used);
    asInts.put(0, bits, 0, used);
  }

  /** From the bits of z to those of the power; min(k, 255) in a form that C2 vectorises. */
  private static void power(int[] bits, int size) {
    for (int j = 0; j < size; j++) {
      int k = bits[j] - LOWEST;
      bits[j] = ((k + 255 - Math.abs(k - 255)) >> 1) << 23;
    }
  }

  private void multiply() {
    asFloats.get(0, powers, 0, size);
    multiply(terms, powers, factor, size);
  }

  private static void multiply(float[] terms, float[] powers, float factor, int size) {
    for (int j = 0; j < size; j++) {
      terms[j] = terms[j] * powers[j] * factor;
    }
  }

  private void shiftRows() {
    subtract(logits, shifts, used);
  }

  private static void subtract(float[] logits, float[] shifts, int size) {
    for (int j = 0; j < size; j++) {
      logits[j] -= shifts[j];
    }
  }

  /** Logits of rows that are not in use, whatever they are, become 0: so results can do so too. */
  private void maskRows() {
    if (isAnyUnused) {
      asFloats.put(0, logits, 0, used);
      asInts.get(0, bits, 0, used);
      mask(bits, masks, used);
      asInts.put(0, bits, 0, used);
      asFloats.get(0, logits, 0, used);
    }
  }

  private static void mask(int[] bits, int[] masks, int size) {
    for (int j = 0; j < size; j++) {
      bits[j] &= masks[j];
    }
  }

  private void liftRows() {
    lift(logits, lowests, used);
  }

  private static void lift(float[] logits, float[] lowests, int size) {
    for (int j = 0; j < size; j++) {
      logits[j] = Math.max(logits[j], lowests[j]);
    }
  }

  private void roundRows() {
    round(logits, magics, rounded, used);
  }

  private static void round(float[] logits, float[] magics, float[] rounded, int size) {
    for (int j = 0; j < size; j++) {
      rounded[j] = Math.fma(logits[j], LOG2_E, magics[j]);
    }
  }

  private void polynomialOfRows() {
    polynomial(logits, rounded, magics, terms, used);
  }

  private static void polynomial(
      float[] logits, float[] rounded, float[] magics, float[] terms, int size) {
    for (int j = 0; j < size; j++) {
      float n = rounded[j] - magics[j];
      float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, logits[j]));
      float q = Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
      terms[j] = Math.fma(Math.fma(q, r, 2f), r, 2f);
    }
  }

  private void multiplyRows() {
    asFloats.get(0, powers, 0, used);
    multiply(terms, powers, factors, used);
  }

  private static void multiply(float[] terms, float[] powers, float[] factors, int size) {
    for (int j = 0; j < size; j++) {
      terms[j] = terms[j] * powers[j] * factors[j];
    }
  }

  private void foldOnce() {
    asFloats.get(0, powers, 0, half);
    asFloats.get(half, upperPowers, 0, half);
    System.arraycopy(terms, half, upperTerms, 0, half);
    foldOnce(terms, powers, upperTerms, upperPowers, half);
  }

  private static void foldOnce(
      float[] terms, float[] powers, float[] upperTerms, float[] upperPowers, int half) {
    for (int j = 0; j < half; j++) {
      // A power of two times a term is exact, so this is one rounded addition.
      terms[j] = Math.fma(terms[j], powers[j], upperTerms[j] * upperPowers[j]);
    }
  }

  private void fold() {
    fold(terms, half);
  }

  private void foldWritten() {
    fold(terms, size);
  }

  private static void fold(float[] terms, int length) {
    if (length > 512) {
      fold512(terms);
    }
    if (length > 256) {
      fold256(terms);
    }
    if (length > 128) {
      fold128(terms);
    }
    if (length > 64) {
      fold64(terms);
    }
    if (length > 32) {
      fold32(terms);
    }
    fold16(terms);
  }

  // Distances are constants, since C2 vectorises no loop over j and j + a variable.

  private static void fold512(float[] terms) {
    for (int j = 0; j < 512; j++) {
      terms[j] += terms[j + 512];
    }
  }

  private static void fold256(float[] terms) {
    for (int j = 0; j < 256; j++) {
      terms[j] += terms[j + 256];
    }
  }

  private static void fold128(float[] terms) {
    for (int j = 0; j < 128; j++) {
      terms[j] += terms[j + 128];
    }
  }

  private static void fold64(float[] terms) {
    for (int j = 0; j < 64; j++) {
      terms[j] += terms[j + 64];
    }
  }

  private static void fold32(float[] terms) {
    for (int j = 0; j < 32; j++) {
      terms[j] += terms[j + 32];
    }
  }

  private static void fold16(float[] terms) {
    for (int j = 0; j < 16; j++) {
      terms[j] += terms[j + 16];
    }
  }
}
