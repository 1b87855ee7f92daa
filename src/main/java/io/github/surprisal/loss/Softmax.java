/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/**
 * What the softmax of a row is made of: Σ e<sup>x − shift</sup> over its classes is {@code total}
 * times 2<sup>exponent</sup>. {@link RowSoftmax} fills it anew for each row.
 */
final class Softmax {

  private static final float[] NO_TERMS = {};

  /** −log softmax at the target in nats, or the logarithm of the sum where there is none. */
  double nats;

  float shift;
  int exponent;
  double total;

  /** The terms of the sum, from {@link #termsOffset} on, if they have been kept; else empty. */
  float[] terms = NO_TERMS;

  int termsOffset;

  /** Whether the pass that was to be taken along has been. */
  boolean hasPassed;

  void dropTerms() {
    terms = NO_TERMS;
  }

  boolean hasTerms() {
    return terms.length > 0;
  }

  /** log Σ e<sup>x</sup>. */
  double logSumExp() {
    return shift + (exponent * RowSoftmax.LN2 + StrictMath.log(total));
  }

  /** 1 − e<sup>−nll</sup>, the probability of all but the target, without cancellation. */
  static double complement(double nll) {
    return -StrictMath.expm1(-nll);
  }

  /**
   * −log softmax of a class without the rounding of its logit, which has changed it by −(1 − p)
   * times as much.
   */
  static double unrounded(double nll, double rounding) {
    return rounding == 0 || !Double.isFinite(nll)
        ? nll
        : Math.max(0, nll + complement(nll) * rounding);
  }
}
