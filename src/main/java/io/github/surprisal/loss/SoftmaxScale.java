/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.loss.RowSoftmax.HEADROOM;

/** How the terms of a row become its softmax times a scale: with which exponent, and times what. */
final class SoftmaxScale {

  /** Up to here a factor takes terms under 2^-126, which are 0, below half the least float. */
  private static final float LARGEST_FACTOR = 0x1p-24f;

  /** For any other factor terms are written 2^64 too large, and it is taken as much smaller. */
  private static final int RESULT_HEADROOM = 64;

  /** The exponent of the terms. */
  int exponent;

  float factor;

  /** Whether the terms are the ones that the sum was taken of. */
  boolean isOfSum;

  /** Sets what makes {@code scale} times the softmax of a sum's terms. */
  void set(double scale, int sumExponent, double total) {
    int scaleExponent = Math.min(Math.max(Math.getExponent(scale), -60), 60);
    int totalExponent = Double.isNaN(total) ? 0 : Math.getExponent(total);
    double ratio = Math.scalb(scale, -scaleExponent) / Math.scalb(total, -totalExponent);
    exponent = sumExponent - HEADROOM;
    factor = (float) Math.scalb(ratio, scaleExponent - totalExponent - HEADROOM);
    isOfSum = factor >= Float.MIN_NORMAL && factor <= LARGEST_FACTOR;
    if (!isOfSum) {
      exponent = sumExponent + totalExponent - scaleExponent - RESULT_HEADROOM;
      factor = (float) Math.scalb(ratio, -RESULT_HEADROOM);
    }
  }
}
