/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/** How the losses of many rows become one number; the loss of every row is a method of its own. */
public enum Reduction {
  /**
   * The weighted mean over scored rows: with index targets the sum of the losses divided by the sum
   * of the target classes' weights, with probability targets divided by the number of rows. With
   * token weights, each row counts its own in both sums. The mean of no scored row is NaN.
   */
  MEAN,
  /** The sum over scored rows, 0 for none. */
  SUM
}
