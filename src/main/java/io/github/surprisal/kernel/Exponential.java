/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * The constants that define the float exponential of every kernel.
 *
 * <p>A term is e<sup>x</sup>·2<sup>−N</sup> for a row's reference exponent N, computed as
 *
 * <pre>{@code
 * y = min(max(x, lowest(N)), highest(N))       // a lower logit counts 0, a higher one +∞
 * z = fma(y, LOG2_E, MAGIC + SCALE_BIAS − N)   // an integer, in the low bits of the float
 * n = z − (MAGIC + SCALE_BIAS − N)             // round(y · log2 e), exact
 * r = fma(n, −LN2_LOW, fma(n, −LN2_HIGH, y))   // |r| <= ln 2 / 2, one rounding
 * p = 2 + r·(2 + r·(C2 + r·(C3 + …)))          // 2·e^r, seven fused steps
 * s = bits(bits(z) << 23)                      // 2^(n − N − 1), 0 or +∞
 * term = p · s                                 // exact: a power of two times p
 * }</pre>
 *
 * Every step is an IEEE operation with one right answer, so every kernel gives the same bits. The
 * polynomial is fitted, not Taylor's: the relative error of a term is at most 7.5e-8 and its mean
 * −4e-10 over all floats in [−90, 90]. Terms under 2<sup>−126</sup> become 0; terms over
 * 2<sup>127</sup>, NaN and infinities never come out finite and below {@link #OVERFLOW}.
 */
public final class Exponential {

  /** log2 e, rounded to float. */
  public static final float LOG2_E = 0x1.715476p0f;

  /** ln 2, rounded to float: a multiple of 2^-24, so that x − n·LN2_HIGH is exact. */
  public static final float LN2_HIGH = 0x1.62e43p-1f;

  /** ln 2 − LN2_HIGH, rounded to float. */
  public static final float LN2_LOW = -0x1.05c61p-29f;

  /** Coefficients of the polynomial for 2·e^r, from the square upwards. */
  public static final float C2 = 0x1.fffffcp-1f;

  /** Coefficient of the cube. */
  public static final float C3 = 0x1.555492p-2f;

  /** Coefficient of the fourth power. */
  public static final float C4 = 0x1.5558b4p-4f;

  /** Coefficient of the fifth power. */
  public static final float C5 = 0x1.12399ap-6f;

  /** Coefficient of the sixth power. */
  public static final float C6 = 0x1.6a48cap-9f;

  /** 1.5 · 2^23: adding it rounds to an integer, which then stands in the low bits. */
  public static final float MAGIC = 0x1.8p23f;

  /** Turns n − N into the exponent field of 2^(n − N − 1): the bias 127, less 1 as p is doubled. */
  public static final int SCALE_BIAS = 126;

  /** The bits of z for an exponent field of 0: the scale is 0. */
  public static final int LOWEST = Float.floatToRawIntBits(MAGIC);

  /** The bits of z for an exponent field of 255: the scale is +∞ from here upwards. */
  public static final int HIGHEST = LOWEST + 255;

  /** Logits up to this magnitude are reduced as they are; others after subtracting a reference. */
  public static final float DIRECT_LIMIT = 0x1p20f;

  /** A sum of terms from here upwards, and any sum that is not a number, is not to be trusted. */
  public static final float OVERFLOW = 0x1p126f;

  /** log2 e in double. */
  public static final double LOG2_E_DOUBLE = 0x1.71547652b82fep0;

  /** ln 2, rounded to double. */
  public static final double LN2_HIGH_DOUBLE = 0x1.62e42fefa39efp-1;

  /** ln 2 − LN2_HIGH_DOUBLE, rounded to double. */
  public static final double LN2_LOW_DOUBLE = 0x1.abc9e3b39803fp-56;

  /** 1.5 · 2^52, for double what MAGIC is for float. */
  public static final double MAGIC_DOUBLE = 0x1.8p52;

  /** 1/k! for k = 0 … 13: on |r| <= ln 2 / 2 the rest of the series is under 5e-18. */
  private static final double[] INVERSE_FACTORIALS = inverseFactorials();

  /** Arguments of {@link #exp(double)} are lifted to this, so that no result is 0. */
  public static final double LOWEST_DOUBLE = -708;

  private Exponential() {}

  private static double[] inverseFactorials() {
    double[] inverse = new double[14];
    double factorial = 1;
    for (int k = 0; k < inverse.length; k++) {
      factorial *= Math.max(k, 1);
      inverse[k] = 1 / factorial;
    }
    return inverse;
  }

  /** 1/k! for k up to 13. */
  public static double inverseFactorial(int k) {
    return INVERSE_FACTORIALS[k];
  }

  /**
   * e<sup>y</sup> in double for y from {@link #LOWEST_DOUBLE} to 709 (below that, as for it),
   * within 1.1 ulp; the same bits everywhere, which {@code Math.exp} does not promise.
   */
  public static double exp(double y) {
    double x = Math.max(y, LOWEST_DOUBLE);
    double z = Math.fma(x, LOG2_E_DOUBLE, MAGIC_DOUBLE);
    double n = z - MAGIC_DOUBLE;
    double r = Math.fma(n, -LN2_LOW_DOUBLE, Math.fma(n, -LN2_HIGH_DOUBLE, x));
    double p = INVERSE_FACTORIALS[13];
    for (int k = 12; k >= 0; k--) {
      p = Math.fma(p, r, INVERSE_FACTORIALS[k]);
    }
    return Double.longBitsToDouble(
        Double.doubleToRawLongBits(p) + (Double.doubleToRawLongBits(z) << 52));
  }

  /** The term of one logit, by the same arithmetic as in the loops. */
  public static float term(float x, int exponent) {
    float y = Math.min(Math.max(x, lowest(exponent)), highest(exponent));
    float z = Math.fma(y, LOG2_E, magic(exponent));
    float n = z - magic(exponent);
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, y));
    float q = Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
    float p = Math.fma(Math.fma(q, r, 2f), r, 2f);
    return p * Float.intBitsToFloat(Float.floatToRawIntBits(z) << 23);
  }

  /** The constant that z is formed with, for the reference exponent {@code exponent}. */
  public static float magic(int exponent) {
    return MAGIC + (SCALE_BIAS - exponent);
  }

  /** A logit whose z is LOWEST, and whose term so is 0, as for all below it, −∞ too. */
  public static float lowest(int exponent) {
    return (float) ((exponent - SCALE_BIAS) * LN2_HIGH_DOUBLE);
  }

  /** A logit whose z is HIGHEST, and whose term so is +∞, as for all above it. */
  public static float highest(int exponent) {
    return (float) ((exponent - SCALE_BIAS + (HIGHEST - LOWEST)) * LN2_HIGH_DOUBLE);
  }

  /** The reference exponent that puts a term e^x near 1; {@code |x|} at most DIRECT_LIMIT. */
  public static int exponentOf(float x) {
    return (int) Math.rint(x * LOG2_E);
  }
}
