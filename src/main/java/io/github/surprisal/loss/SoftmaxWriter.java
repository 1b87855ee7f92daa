/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowWriter;

/** Writes the softmax of the row that a reader stands at, times a scale. */
final class SoftmaxWriter {

  private final WorkSpace space;
  private final TileKernel kernel;
  private final RowReader row;
  private final SoftmaxScale scale = new SoftmaxScale();

  /** Changes results of some classes before they are stored. */
  @FunctionalInterface
  interface Correction {

    /** Leaves results as they are. */
    Correction NONE = (from, length, out, offset) -> {};

    /** Corrects the results of the classes from {@code from} on, which stand at {@code offset}. */
    void apply(int from, int length, float[] out, int offset);
  }

  SoftmaxWriter(RowReader row, WorkSpace space) {
    this.row = row;
    this.space = space;
    kernel = space.kernel;
  }

  /** Writes the current row's softmax times {@code factor}, corrected, to {@code out}. */
  void write(Softmax softmax, double factor, RowWriter out, Correction correction) {
    scale.set(factor, softmax.exponent, softmax.total);
    boolean hasTerms = softmax.hasTerms() && scale.isOfSum;
    int length;
    for (int from = 0; from < row.classes(); from += length) {
      length = Math.min(TileKernel.TILE, row.classes() - from);
      float[] array = out.array(from);
      int offset = out.offset();
      if (hasTerms) {
        int at = softmax.termsOffset + from;
        kernel.multiply(softmax.terms, at, length, scale.factor, array, offset);
      } else {
        TileTerms.write(space, row, from, length, softmax.shift, scale.exponent);
        kernel.multiply(space.terms, 0, length, scale.factor, array, offset);
      }
      correction.apply(from, length, array, offset);
      out.store(from, length);
    }
  }
}
