/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.math.BigDecimal;

/**
 * Terms and sums of one row as {@link TileKernel} and {@link Exponential} lay them down in words.
 * It has its own constants, folds and compensation, and shares no arithmetic with what it defines:
 * a fault there is not repeated here.
 */
final class RowDefinition {

  private static final int TILE = 1024;
  private static final int LANES = 16;

  /** Any logit this low counts 0; the terms would overflow far below. */
  static final float FLOOR = -0x1p21f;

  private static final float LOG2_E = 0x1.715476p0f;
  private static final float[] POLYNOMIAL = {
    0x1.6a48cap-9f, 0x1.12399ap-6f, 0x1.5558b4p-4f, 0x1.555492p-2f, 0x1.fffffcp-1f, 2f, 2f
  };

  /** Terms are summed 2^32 too large. */
  private static final int HEADROOM = 32;

  private RowDefinition() {}

  /** e^x · 2^−exponent. */
  static float term(float logit, float shift, int exponent) {
    float shifted = logit - shift;
    float x = shifted < FLOOR ? FLOOR : shifted;
    float magic = 12582912f + (126 - exponent); // 1.5 · 2^23
    float z = Math.fma(x, LOG2_E, magic);
    float n = z - magic;
    float r = Math.fma(n, 0x1.05c61p-29f, Math.fma(n, -0x1.62e43p-1f, x));
    float p = POLYNOMIAL[0];
    for (int k = 1; k < POLYNOMIAL.length; k++) {
      p = Math.fma(p, r, POLYNOMIAL[k]);
    }
    int field = Float.floatToRawIntBits(z) - 0x4b400000;
    return p * Float.intBitsToFloat(Math.max(0, Math.min(field, 255)) << 23);
  }

  /** e^y in double, from y = −708 up. */
  static double exp(double y) {
    double x = y < -708 ? -708 : y;
    double n = Math.fma(x, 0x1.71547652b82fep0, 0x1.8p52) - 0x1.8p52;
    double r = Math.fma(n, -0x1.abc9e3b39803fp-56, Math.fma(n, -0x1.62e42fefa39efp-1, x));
    double p = 1.0 / 6_227_020_800L;
    for (int k = 12; k >= 0; k--) {
      long factorial = 1;
      for (int i = 2; i <= k; i++) {
        factorial *= i;
      }
      p = Math.fma(p, r, 1.0 / factorial);
    }
    return Math.scalb(p, (int) n);
  }

  /** Σ e^x · 2^−exponent over a row but for one class, of finite terms. */
  static double sum(float[] row, int skip, int exponent) {
    float[] high = new float[LANES];
    float[] low = new float[LANES];
    for (int from = 0; from < row.length; from += TILE) {
      float[] terms = new float[TILE];
      for (int j = 0; j < TILE && from + j < row.length; j++) {
        terms[j] = from + j == skip ? 0 : term(row[from + j], 0, exponent);
      }
      for (int lane = 0; lane < LANES; lane++) {
        float addend = folded(terms, lane, LANES);
        low[lane] += dropped(high[lane], addend);
        high[lane] += addend;
      }
    }
    return sum(high, low);
  }

  /** Element j and all that are a multiple of the distance behind it, folded by halves. */
  private static float folded(float[] terms, int j, int distance) {
    return distance == TILE
        ? terms[j]
        : folded(terms, j, 2 * distance) + folded(terms, j + distance, 2 * distance);
  }

  /** What the sum of two floats leaves out, itself a float. */
  static float dropped(float a, float b) {
    BigDecimal exact = new BigDecimal(a).add(new BigDecimal(b));
    return exact.subtract(new BigDecimal(a + b)).floatValue();
  }

  /** The sum of float lanes and of what they dropped. */
  static double sum(float[] high, float[] low) {
    double[] lanes = new double[LANES];
    for (int j = 0; j < LANES; j++) {
      lanes[j] = (double) high[j] + (double) low[j];
    }
    return sum(lanes);
  }

  /** The sum of double lanes: those 8 apart are added first, then 4, 2 and 1. */
  static double sum(double[] lanes) {
    return folded(lanes, 0, 1);
  }

  private static double folded(double[] lanes, int j, int distance) {
    return distance == LANES
        ? lanes[j]
        : folded(lanes, j, 2 * distance) + folded(lanes, j + distance, 2 * distance);
  }

  /** log Σ e^x of a row of moderate logits. */
  static double logSumExp(float[] row) {
    int exponent = (int) Math.rint(row[0] * LOG2_E);
    double sum = sum(row, -1, exponent - HEADROOM) * 0x1p-32;
    return exponent * 0x1.62e42fefa39efp-1 + StrictMath.log(sum);
  }

  /** KL(P‖Q) of two rows of finite logits. */
  static double divergence(float[] p, float[] q) {
    double maxP = max(p);
    double maxQ = max(q);
    double[] sumP = new double[LANES];
    double[] sumQ = new double[LANES];
    double[] gaps = new double[LANES];
    for (int i = 0; i < p.length; i++) {
      double gapP = p[i] - maxP;
      double gapQ = q[i] - maxQ;
      sumP[i % LANES] += exp(gapP);
      sumQ[i % LANES] += exp(gapQ);
      gaps[i % LANES] += exp(gapP) * (gapP - gapQ);
    }
    double logRatio = StrictMath.log(sum(sumQ)) - StrictMath.log(sum(sumP));
    return Math.max(0, sum(gaps) / sum(sumP) + logRatio);
  }

  private static double max(float[] row) {
    float max = row[0];
    for (float logit : row) {
      max = logit > max ? logit : max;
    }
    return max;
  }
}
