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
import static io.github.surprisal.kernel.Exponential.FLOOR;
import static io.github.surprisal.kernel.Exponential.HIGHEST;
import static io.github.surprisal.kernel.Exponential.LN2_HIGH;
import static io.github.surprisal.kernel.Exponential.LN2_LOW;
import static io.github.surprisal.kernel.Exponential.LOG2_E;
import static io.github.surprisal.kernel.Exponential.LOWEST;
import static io.github.surprisal.kernel.Exponential.OVERFLOW;

/**
 * The kernel in plain Java loops.
 *
 * <p>HotSpot's C2 turns a loop into vector instructions only if it is small, has a constant trip
 * count and uses the same index in every array. So a tile is copied into scratch arrays and worked
 * on by several short methods, each holding one such loop.
 */
public final class LoopRowKernels implements RowKernels {

  @Override
  public String name() {
    return "loop";
  }

  @Override
  public void addExponentials(
      float[] x, int offset, int length, int skip, float shift, int exponent, Scratch scratch) {
    for (int from = 0; from < length; from += TILE) {
      int count = Math.min(TILE, length - from);
      load(x, offset + from, count, shift, scratch.logits);
      if (skip >= from && skip < from + count) {
        scratch.logits[skip - from] = FLOOR;
      }
      computeTerms(exponent, scratch);
      fold(scratch.terms);
      if (!isTrusted(scratch.terms)) {
        // −∞ is ordinary in masked vocabularies; anything else stays untrusted.
        liftToFloor(scratch.logits);
        computeTerms(exponent, scratch);
        fold(scratch.terms);
      }
      scratch.lanes.add(scratch.terms);
    }
  }

  @Override
  public void writeSoftmax(
      float[] x,
      int offset,
      int length,
      float shift,
      int exponent,
      float factor,
      float[] out,
      int outOffset,
      Scratch scratch) {
    for (int from = 0; from < length; from += TILE) {
      int count = Math.min(TILE, length - from);
      load(x, offset + from, count, shift, scratch.logits);
      liftToFloor(scratch.logits);
      computeTerms(exponent, scratch);
      multiply(scratch.terms, factor);
      System.arraycopy(scratch.terms, 0, out, outOffset + from, count);
    }
  }

  /** Fills the tile, the rest of it with logits whose terms are 0. */
  private static void load(float[] x, int offset, int count, float shift, float[] logits) {
    System.arraycopy(x, offset, logits, 0, count);
    if (shift != 0) {
      subtract(logits, shift);
    }
    for (int j = count; j < TILE; j++) {
      logits[j] = FLOOR;
    }
  }

  private static void subtract(float[] logits, float shift) {
    for (int j = 0; j < TILE; j++) {
      logits[j] -= shift;
    }
  }

  private static void liftToFloor(float[] logits) {
    for (int j = 0; j < TILE; j++) {
      logits[j] = Math.max(logits[j], FLOOR);
    }
  }

  private static void multiply(float[] terms, float factor) {
    for (int j = 0; j < TILE; j++) {
      terms[j] *= factor;
    }
  }

  private static void computeTerms(int exponent, Scratch scratch) {
    float magic = Exponential.magic(exponent);
    round(scratch.logits, magic, scratch.rounded);
    polynomial(scratch.logits, scratch.rounded, magic, scratch.terms);
    scale(scratch.rounded, scratch.terms);
  }

  private static void round(float[] logits, float magic, float[] rounded) {
    for (int j = 0; j < TILE; j++) {
      rounded[j] = Math.fma(logits[j], LOG2_E, magic);
    }
  }

  private static void polynomial(float[] logits, float[] rounded, float magic, float[] terms) {
    for (int j = 0; j < TILE; j++) {
      float n = rounded[j] - magic;
      float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, logits[j]));
      float q = Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
      terms[j] = Math.fma(Math.fma(q, r, 2f), r, 2f);
    }
  }

  private static void scale(float[] rounded, float[] terms) {
    for (int j = 0; j < TILE; j++) {
      int bits = Math.min(Math.max(Float.floatToRawIntBits(rounded[j]), LOWEST), HIGHEST);
      terms[j] *= Float.intBitsToFloat(bits << 23);
    }
  }

  /** Folds a tile's terms into its first LANES elements. */
  private static void fold(float[] terms) {
    fold256(terms);
    fold128(terms);
    fold64(terms);
    for (int j = 0; j < 32; j++) {
      terms[j] += terms[j + 32];
    }
    for (int j = 0; j < LANES; j++) {
      terms[j] += terms[j + LANES];
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

  private static boolean isTrusted(float[] folded) {
    boolean trusted = true;
    for (int j = 0; j < LANES; j++) {
      trusted &= folded[j] < OVERFLOW;
    }
    return trusted;
  }

  @Override
  public float max(float[] x, int offset, int length, int skip) {
    if (skip < 0 || skip >= length) {
      return max(x, offset, offset + length);
    }
    return Math.max(max(x, offset, offset + skip), max(x, offset + skip + 1, offset + length));
  }

  private static float max(float[] x, int from, int to) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  public void addLogits(float[] x, int offset, int length, double[] lanes) {
    for (int from = 0; from < length; from += LANES) {
      int count = Math.min(LANES, length - from);
      for (int j = 0; j < count; j++) {
        lanes[j] += x[offset + from + j];
      }
    }
  }

  @Override
  public void addGaps(
      float[] x,
      int offset,
      float[] p,
      int pOffset,
      float[] w,
      int wOffset,
      int length,
      double reference,
      double[] coefficientLanes,
      double[] gapLanes) {
    for (int i = 0; i < length; i++) {
      double a = (double) p[pOffset + i] * w[wOffset + i];
      double gap = a == 0 ? 0 : a * (reference - x[offset + i]);
      coefficientLanes[i % LANES] += a;
      gapLanes[i % LANES] += gap;
    }
  }

  @Override
  public void subtractTargets(
      float[] p,
      int pOffset,
      float[] w,
      int wOffset,
      int length,
      float keep,
      float spread,
      float[] out,
      int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] -= w[wOffset + i] * Math.fma(p[pOffset + i], keep, spread);
    }
  }

  @Override
  public void writeShifted(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = (x[offset + i] - high) - low;
    }
  }

  @Override
  public int firstShiftedAbove(
      float[] x, int offset, int start, int length, float high, float low, float limit) {
    int i = start;
    while (i < length && !((x[offset + i] - high) - low > limit)) {
      i++;
    }
    return i;
  }

  @Override
  public void addDivergence(
      float[] p,
      int pOffset,
      double maxP,
      float[] q,
      int qOffset,
      double maxQ,
      int length,
      double[] sumPLanes,
      double[] sumQLanes,
      double[] gapLanes) {
    for (int i = 0; i < length; i++) {
      double gapP = p[pOffset + i] - maxP;
      double gapQ = q[qOffset + i] - maxQ;
      double termP = gapP == Double.NEGATIVE_INFINITY ? 0 : Exponential.exp(gapP);
      double termQ = gapQ == Double.NEGATIVE_INFINITY ? 0 : Exponential.exp(gapQ);
      sumPLanes[i % LANES] += termP;
      sumQLanes[i % LANES] += termQ;
      gapLanes[i % LANES] += termP == 0 ? 0 : termP * (gapP - gapQ);
    }
  }

  @Override
  public void widenBfloat16(short[] bits, int length, float[] out, int outOffset) {
    widenBfloat16(bits, 0, length, out, outOffset);
  }

  /** Widens bits {@code [from … length)} to {@code out[outOffset + from …]}. */
  public void widenBfloat16(short[] bits, int from, int length, float[] out, int outOffset) {
    for (int i = from; i < length; i++) {
      out[outOffset + i] = HalfPrecision.fromBfloat16(bits[i]);
    }
  }

  @Override
  public void widenFloat16(short[] bits, int length, float[] out, int outOffset) {
    widenFloat16(bits, 0, length, out, outOffset);
  }

  /** Widens bits {@code [from … length)} to {@code out[outOffset + from …]}. */
  public void widenFloat16(short[] bits, int from, int length, float[] out, int outOffset) {
    for (int i = from; i < length; i++) {
      out[outOffset + i] = HalfPrecision.fromFloat16(bits[i]);
    }
  }
}
