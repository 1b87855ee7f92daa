/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/** Target classes that have been checked: each is a class of its row or the ignore index. */
record RowTargets(IntTensor targets, int ignoreIndex) {

  /**
   * Checks targets against the rows that they belong to.
   *
   * @param logits shape of the logits, for the message
   */
  static RowTargets of(IntTensor targets, int ignoreIndex, Shape logits, ClassRows rows) {
    if (!targets.shape().equals(rows.others())) {
      throw new IllegalArgumentException(
          "targets have shape "
              + targets.shape()
              + ", expected "
              + rows.others()
              + " for logits of shape "
              + logits);
    }
    for (long row = 0; row < rows.rows(); row++) {
      int target = targets.at(row);
      if (target != ignoreIndex && (target < 0 || target >= rows.classes())) {
        throw new IllegalArgumentException(
            "target at index "
                + indexAt(rows.others(), row)
                + " is "
                + target
                + ", expected 0 <= target < "
                + rows.classes()
                + " or the ignore index "
                + ignoreIndex);
      }
    }
    return new RowTargets(targets, ignoreIndex);
  }

  boolean isScored(long row) {
    return targets.at(row) != ignoreIndex;
  }

  int at(long row) {
    return targets.at(row);
  }

  /** The indexes of a row-major position in a shape as text, such as {@code (1, 3)}. */
  static String indexAt(Shape shape, long flat) {
    int[] index = new int[shape.rank()];
    long rest = flat;
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (int) (rest % shape.axis(axis));
      rest /= shape.axis(axis);
    }
    return Shape.text(index);
  }
}
