/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.TileKernel;

/**
 * What logits are divided by: y = x / t for a temperature t.
 *
 * <p>1/t is the sum of two floats, so that y is fma(x, high, x·low): within half an ulp of x / t,
 * but for 2<sup>−22</sup> of an ulp, and exact where t is a power of two. As neither float is 0 or
 * less, infinities stay what they are, and NaN stays NaN.
 */
public final class Temperature {

  /** The temperature that leaves logits as they are. */
  public static final Temperature ONE = new Temperature(1);

  private final double value;
  private final float high;
  private final float low;

  /** A temperature from 1e-30 to 1e30: then its inverse is a normal float by far. */
  public Temperature(double value) {
    this.value = value;
    float most = (float) (1 / value);
    high = remainder(value, most) < 0 ? Math.nextDown(most) : most;
    low = Math.max((float) remainder(value, high), Float.MIN_VALUE);
  }

  /** What is left of 1/t beside a float near it. */
  private static double remainder(double value, float high) {
    return Math.fma(-high, value, 1) / value;
  }

  /** The temperature. */
  public double value() {
    return value;
  }

  /** Whether logits stay as they are. */
  public boolean isOne() {
    return value == 1;
  }

  /** x / t. */
  float of(float logit) {
    return Math.fma(logit, high, logit * low);
  }

  /** Writes x / t for {@code length} logits; {@code out} may be {@code x}, at the same offset. */
  void scale(TileKernel kernel, float[] x, int offset, int length, float[] out, int outOffset) {
    kernel.scale(x, offset, length, high, low, out, outOffset);
  }
}
