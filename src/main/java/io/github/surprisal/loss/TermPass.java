/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/**
 * Folds a row's terms, right after they have been written, and takes what else it wants of them.
 */
interface TermPass {

  /** Begins a row, whose terms are e<sup>x − shift</sup>·2<sup>−exponent</sup>. */
  void begin(float shift, int exponent);

  /**
   * Folds the terms of a tile to its sums in the work space. Tiles may come in any order.
   *
   * @param x holds the tile's {@code length} logits, from {@code offset} on
   * @param terms holds their terms, from {@code termsOffset} on
   */
  void fold(float[] x, int offset, float[] terms, int termsOffset, int tile, int length);
}
