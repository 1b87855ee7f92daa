/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** The mean of what has been added up. */
public final class Mean {

  private Mean() {}

  /** A mean over weights that add up to 0 is NaN, whatever the sum. */
  public static double of(double sum, double divisor) {
    return divisor == 0 ? Double.NaN : sum / divisor;
  }
}
