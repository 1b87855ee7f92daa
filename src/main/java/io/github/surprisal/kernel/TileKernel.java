/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * The loops over the vocabulary: primitives over a tile, which is at most {@link #TILE} numbers of
 * one row, or at most {@link #TILE} numbers of each of several rows.
 *
 * <p>A kernel knows no tensor, row, target or option, checks no argument, and keeps nothing from
 * one call to the next but work space. It belongs to one thread at a time. Every kernel gives the
 * same bits: element-wise arithmetic is what {@link Exponential} defines, and sums have one order.
 *
 * <h2>The order of the sums</h2>
 *
 * A row is cut into tiles; only its last one may be short. A float sum folds the tile's terms
 * (missing ones count 0) by halves, {@code e[j] + e[j + 512]}, then {@code 256}, {@code 128} and so
 * on down to {@code 16} apart and {@link #LANES} lanes, and adds these to the row's {@link Lanes}
 * with TwoSum. A short tile may be folded from half the next power of two on: adding 0 changes
 * nothing. A double sum adds element {@code i} of the row to lane {@code i mod LANES}; the sum of
 * logits takes the lanes of each tile as {@link LogitSum} tells. {@link Lanes} folds the lanes at
 * the end. So the order in which tiles are visited changes no bit.
 */
public interface TileKernel {

  /** Elements of a tile. */
  int TILE = 1024;

  /** Lanes of a sum. */
  int LANES = 16;

  /** Name of this kernel: {@code loop}, or {@code vector} and its width. */
  String name();

  /** The width of its vectors in bits; 0 for plain loops. */
  default int vectorBits() {
    return 0;
  }

  /**
   * Writes the terms e<sup>x</sup>·2<sup>−exponent</sup> of {@code length} logits at each of some
   * places, with the place's exponent.
   *
   * @param terms another array than {@code x}
   */
  void writeTerms(float[] x, Places places, int length, float[] terms);

  /**
   * Writes the terms of {@code length} logits, element i with the exponent i of {@code references}.
   *
   * @param terms another array than {@code x}
   */
  void writeTerms(
      float[] x, int offset, References references, int length, float[] terms, int termsOffset);

  /**
   * Writes, for {@code length} logits at each of two places, the sums of the terms that two of them
   * have, both with the exponent i of {@code references}: a class of many rows that stand side by
   * side, and the class that it is folded with. Writing both terms and then folding takes 1.4 times
   * as long (AMD EPYC, Zen 5).
   *
   * @param sums another array than {@code x}
   */
  void writePairs(
      float[] x,
      int offset,
      int otherOffset,
      References references,
      int length,
      float[] sums,
      int sumsOffset);

  /**
   * Folds {@code length} terms by halves until {@code lanes} sums are left. The terms stay as they
   * are, unless the sums take their place.
   *
   * @param length {@code lanes} times a power of two, from 2 on
   * @param lanes a multiple of {@link #LANES}
   * @param sums may be {@code terms}, at the same offset
   */
  void fold(float[] terms, int offset, int length, int lanes, float[] sums, int sumsOffset);

  /**
   * Folds the terms of a tile, and their products with the gaps between a reference and their
   * logits, and counts logits, as {@link TileStatistics} tells. No number may be NaN or +∞.
   *
   * @param length up to {@link #TILE}; missing terms count 0
   */
  void foldWithGaps(
      float[] terms, int termsOffset, float[] x, int offset, int length, TileStatistics statistics);

  /** Adds the sums of tiles, {@link #LANES} of each, to a row's lanes, one after the other. */
  void addToLanes(float[] sums, int tiles, Lanes lanes);

  /**
   * Writes {@code out = a·factor}.
   *
   * @param out may be {@code a}, at the same offset
   */
  void multiply(float[] a, int offset, int length, float factor, float[] out, int outOffset);

  /**
   * Writes {@code out[i] = a[i]·factors[i]}, with the factors from the beginning of their array on.
   *
   * @param out may be {@code a}, at the same offset
   */
  void multiply(float[] a, int offset, int length, float[] factors, float[] out, int outOffset);

  /**
   * Writes {@code out = fma(x, high, x·low)}: x times the sum of two floats, rounded once but for
   * what the rounding of {@code x·low} may change.
   *
   * @param out may be {@code x}, at the same offset
   */
  void scale(float[] x, int offset, int length, float high, float low, float[] out, int outOffset);

  /** The largest element, −∞ for none, NaN if any is NaN. */
  float max(float[] x, int offset, int length);

  /**
   * The largest of terms, each from 0 on; 0 for none. It is found by their bits, and means nothing
   * if any is NaN.
   */
  float maxTerm(float[] terms, int offset, int length);

  /**
   * Writes {@code out = (x − high) − low}.
   *
   * @param out may be {@code x}, at the same offset
   */
  void subtract(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset);

  /**
   * The first element for which {@code (x − high) − low} is more than {@code limit}; {@code length}
   * if there is none.
   */
  int firstAbove(float[] x, int offset, int length, float high, float low, float limit);

  /** Writes {@code q = fma(p, keep, spread)}: targets after label smoothing, scaled. */
  void writeSmoothed(float[] p, int offset, int length, float keep, float spread, float[] q);

  /** Subtracts products: {@code out = fma(−w, q, out)}. */
  void subtractProducts(float[] w, int offset, float[] q, int length, float[] out, int outOffset);

  /** Widens bfloat16 bits exactly; there may be any number of them. */
  void widenBfloat16(short[] bits, int offset, int length, float[] out, int outOffset);

  /** Widens float16 bits exactly; NaN stays some NaN; there may be any number of bits. */
  void widenFloat16(short[] bits, int offset, int length, float[] out, int outOffset);

  /** Writes the {@link #LANES} lanes of Σ x over a tile as {@link LogitSum} tells. */
  void sumLogits(float[] x, int offset, int length, double[] sums, int sumsOffset);

  /**
   * Adds Σ w·(reference − x) to the double lanes; where {@code w} is 0 the product is 0, whatever x
   * is.
   */
  void addWeightedGaps(
      float[] x, int offset, float[] w, int wOffset, int length, double reference, double[] lanes);

  /** Writes {@code out = x − reference} in double. */
  void writeDifferences(float[] x, int offset, int length, double reference, double[] out);

  /**
   * Adds Σ a·b to the double lanes; where {@code a} is 0 the product is 0, whatever {@code b} is.
   */
  void addProducts(double[] a, double[] b, int length, double[] lanes);

  /**
   * Writes e<sup>y</sup> as {@link Exponential#exp} gives it for finite y up to 709, and 0 for −∞.
   *
   * @param out another array than {@code y}
   */
  void writeExp(double[] y, int length, double[] out);

  /**
   * Writes log(1 + x) as {@link Logarithm#log1p} gives it for finite x from 0 on; any other result
   * means nothing.
   *
   * @param out may be {@code x}
   */
  void writeLog1p(double[] x, int length, double[] out);
}
