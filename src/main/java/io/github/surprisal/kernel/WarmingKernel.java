/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * A kernel that begins with loops, and goes over to vectors method by method as these are compiled,
 * also in the middle of a call: until then the Vector API is a hundred times slower than it is
 * later, and loops are not. Both give the same bits.
 */
final class WarmingKernel implements TileKernel {

  private final TileKernel loops;
  private final Supplier<TileKernel> makeVectors;
  private final IntPredicate isReady;
  private Optional<TileKernel> vectors = Optional.empty();

  /**
   * A kernel for one thread at a time.
   *
   * @param isReady asked before each call whether vectors are compiled for a method, which is one
   *     of the numbers of {@link VectorWarmup}
   */
  WarmingKernel(TileKernel loops, Supplier<TileKernel> makeVectors, IntPredicate isReady) {
    this.loops = loops;
    this.makeVectors = makeVectors;
    this.isReady = isReady;
  }

  private TileKernel kernel(int method) {
    if (!isReady.test(method)) {
      return loops;
    }
    if (vectors.isEmpty()) {
      vectors = Optional.of(makeVectors.get());
    }
    return vectors.get();
  }

  @Override
  public String name() {
    return vectors.orElse(loops).name();
  }

  @Override
  public void writeTerms(float[] x, Places places, int length, float[] terms) {
    int method =
        places.count == Places.ONE
            ? VectorWarmup.WRITE_TERMS
            : VectorWarmup.WRITE_TERMS_AT_FOUR_PLACES;
    kernel(method).writeTerms(x, places, length, terms);
  }

  @Override
  public void writeTerms(
      float[] x, int offset, References references, int length, float[] terms, int termsOffset) {
    kernel(VectorWarmup.WRITE_TERMS_OF_REFERENCES)
        .writeTerms(x, offset, references, length, terms, termsOffset);
  }

  @Override
  public void writePairs(
      float[] x,
      int offset,
      int otherOffset,
      References references,
      int length,
      float[] sums,
      int sumsOffset) {
    kernel(VectorWarmup.WRITE_PAIRS)
        .writePairs(x, offset, otherOffset, references, length, sums, sumsOffset);
  }

  @Override
  public void fold(float[] terms, int offset, int length, int lanes, float[] sums, int sumsOffset) {
    kernel(VectorWarmup.FOLD).fold(terms, offset, length, lanes, sums, sumsOffset);
  }

  @Override
  public void foldWithGaps(
      float[] terms,
      int termsOffset,
      float[] x,
      int offset,
      int length,
      TileStatistics statistics) {
    kernel(VectorWarmup.FOLD_WITH_GAPS)
        .foldWithGaps(terms, termsOffset, x, offset, length, statistics);
  }

  @Override
  public void addToLanes(float[] sums, int tiles, Lanes lanes) {
    kernel(VectorWarmup.ADD_TO_LANES).addToLanes(sums, tiles, lanes);
  }

  @Override
  public void multiply(
      float[] a, int offset, int length, float factor, float[] out, int outOffset) {
    kernel(VectorWarmup.MULTIPLY).multiply(a, offset, length, factor, out, outOffset);
  }

  @Override
  public void multiply(
      float[] a, int offset, int length, float[] factors, float[] out, int outOffset) {
    kernel(VectorWarmup.MULTIPLY_EACH).multiply(a, offset, length, factors, out, outOffset);
  }

  @Override
  public void scale(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    kernel(VectorWarmup.SCALE).scale(x, offset, length, high, low, out, outOffset);
  }

  @Override
  public float maxTerm(float[] terms, int offset, int length) {
    return kernel(VectorWarmup.MAX_TERM).maxTerm(terms, offset, length);
  }

  @Override
  public float max(float[] x, int offset, int length) {
    return kernel(VectorWarmup.MAX).max(x, offset, length);
  }

  @Override
  public void subtract(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    kernel(VectorWarmup.SUBTRACT).subtract(x, offset, length, high, low, out, outOffset);
  }

  @Override
  public int firstAbove(float[] x, int offset, int length, float high, float low, float limit) {
    return kernel(VectorWarmup.FIRST_ABOVE).firstAbove(x, offset, length, high, low, limit);
  }

  @Override
  public void writeSmoothed(
      float[] p, int offset, int length, float keep, float spread, float[] q) {
    kernel(VectorWarmup.WRITE_SMOOTHED).writeSmoothed(p, offset, length, keep, spread, q);
  }

  @Override
  public void subtractProducts(
      float[] w, int offset, float[] q, int length, float[] out, int outOffset) {
    kernel(VectorWarmup.SUBTRACT_PRODUCTS).subtractProducts(w, offset, q, length, out, outOffset);
  }

  @Override
  public void widenBfloat16(short[] bits, int offset, int length, float[] out, int outOffset) {
    kernel(VectorWarmup.WIDEN_BFLOAT16).widenBfloat16(bits, offset, length, out, outOffset);
  }

  @Override
  public void widenFloat16(short[] bits, int offset, int length, float[] out, int outOffset) {
    kernel(VectorWarmup.WIDEN_FLOAT16).widenFloat16(bits, offset, length, out, outOffset);
  }

  @Override
  public void sumLogits(float[] x, int offset, int length, double[] sums, int sumsOffset) {
    kernel(VectorWarmup.SUM_LOGITS).sumLogits(x, offset, length, sums, sumsOffset);
  }

  @Override
  public void addWeightedGaps(
      float[] x, int offset, float[] w, int wOffset, int length, double reference, double[] lanes) {
    kernel(VectorWarmup.ADD_WEIGHTED_GAPS)
        .addWeightedGaps(x, offset, w, wOffset, length, reference, lanes);
  }

  @Override
  public void writeDifferences(float[] x, int offset, int length, double reference, double[] out) {
    kernel(VectorWarmup.WRITE_DIFFERENCES).writeDifferences(x, offset, length, reference, out);
  }

  @Override
  public void addProducts(double[] a, double[] b, int length, double[] lanes) {
    kernel(VectorWarmup.ADD_PRODUCTS).addProducts(a, b, length, lanes);
  }

  @Override
  public void writeExp(double[] y, int length, double[] out) {
    kernel(VectorWarmup.WRITE_EXP).writeExp(y, length, out);
  }

  @Override
  public void writeLog1p(double[] x, int length, double[] out) {
    kernel(VectorWarmup.WRITE_LOG1P).writeLog1p(x, length, out);
  }
}
