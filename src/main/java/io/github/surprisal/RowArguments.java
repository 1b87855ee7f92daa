/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/** Checks what is given for a single row of logits. */
final class RowArguments {

  private RowArguments() {}

  /** The classes of a row in a tensor of rank 1. */
  static int classes(String name, FloatTensor row) {
    if (row.rank() != 1) {
      throw new IllegalArgumentException(
          name + " has shape " + row.shape() + ", expected rank 1: give several rows to add");
    }
    return row.shape().axis(0);
  }

  /** The class axis and the target: a class, or the ignore index. */
  static void check(int target, int classes, CrossEntropyOptions options) {
    options.requireAxisOfRow(
        "a row has no other axis; give add a batch, or addRow to an accumulator with the default"
            + " class axis");
    if (!LogitArguments.isTarget(target, classes, options.ignoreIndex())) {
      throw new IllegalArgumentException(
          "target" + LogitArguments.unusableTarget(target, classes, options.ignoreIndex()));
    }
  }

  /** A row of several in an array. */
  static void checkWithin(float[] logits, int offset, int length) {
    if (offset < 0 || length < 0 || length > logits.length - offset) {
      throw new IllegalArgumentException(
          "the row of length "
              + length
              + " at offset "
              + offset
              + " does not lie within logits of length "
              + logits.length);
    }
    if (offset > 0 && offset < length) {
      throw new IllegalArgumentException(
          "offset is "
              + offset
              + ", expected 0, or no less than the length "
              + length
              + ", where the next row begins: are offset, length and target in this order? For a"
              + " row elsewhere, give addRow FloatTensor.wrapAt(logits, offset, length)");
    }
  }
}
