/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import java.util.Arrays;

/** Tiles of doubles, and the lanes of up to three sums of them. */
final class DoubleTiles {

  private static final double[] ONES = new double[TileKernel.TILE];

  static {
    Arrays.fill(ONES, 1.0);
  }

  final double[] a = new double[TileKernel.TILE];
  final double[] b = new double[TileKernel.TILE];
  final double[] c = new double[TileKernel.TILE];
  final double[] d = new double[TileKernel.TILE];
  final double[] first = new double[TileKernel.LANES];
  final double[] second = new double[TileKernel.LANES];
  final double[] third = new double[TileKernel.LANES];

  /** Ones, for sums without weights; not to be written. */
  static double[] ones() {
    return ONES;
  }

  /** Sets the lanes of all sums to 0. */
  void clearLanes() {
    Arrays.fill(first, 0);
    Arrays.fill(second, 0);
    Arrays.fill(third, 0);
  }

  static void negate(double[] a, int length) {
    for (int i = 0; i < length; i++) {
      a[i] = -a[i];
    }
  }

  /**
   * Multiplies each of the first {@code length} numbers of {@code a} with its number of {@code b}.
   */
  static void multiply(double[] a, double[] b, int length) {
    for (int i = 0; i < length; i++) {
      a[i] *= b[i];
    }
  }

  /** Divides each of the first {@code length} numbers of {@code a}. */
  static void divide(double[] a, int length, double divisor) {
    for (int i = 0; i < length; i++) {
      a[i] /= divisor;
    }
  }

  /** Writes {@code c = a − b}, but +∞ where {@code b} is −∞, whatever {@code a} is. */
  static void subtractLogs(double[] a, double[] b, int length, double[] c) {
    for (int i = 0; i < length; i++) {
      c[i] = Math.max(a[i], -Double.MAX_VALUE) - b[i];
    }
  }

  /**
   * Writes {@code out = a}, rounded to float, and 0 for −0. The Vector API has no part in it:
   * conversions of one more kind make all its loops slow on JDK 17, as objects of their vectors are
   * made from then on.
   */
  static void narrow(double[] a, int length, float[] out, int offset) {
    for (int i = 0; i < length; i++) {
      out[offset + i] = (float) a[i] + 0f;
    }
  }
}
