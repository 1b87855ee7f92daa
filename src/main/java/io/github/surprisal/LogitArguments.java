/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.IndexTargetLosses;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.RowTargets;

/**
 * Checks what is given beside logits: everything, before anything is computed or written.
 *
 * @param logits the shape of the logits
 * @param rows how they fall into rows along the class axis
 * @param others the shape of results of one number a row: without the class axis
 */
record LogitArguments(Shape logits, ClassRows rows, Shape others) {

  /** Logits of a shape, with their classes along an axis. */
  static LogitArguments of(Shape logits, int classAxis) {
    int axis = axis(logits, classAxis);
    Shape others = logits.without(axis);
    ClassRows rows = new ClassRows(logits.axis(axis), logits.stride(axis), others.size());
    return new LogitArguments(logits, rows, others);
  }

  /** The class axis counted from 0. */
  static int axis(Shape logits, int classAxis) {
    int rank = logits.rank();
    if (rank == 0) {
      throw new IllegalArgumentException("logits have shape (), expected a class axis");
    }
    int axis = classAxis < 0 ? classAxis + rank : classAxis;
    if (axis < 0 || axis >= rank) {
      throw new IllegalArgumentException(
          "class axis is "
              + classAxis
              + ", expected "
              + -rank
              + " <= axis < "
              + rank
              + " for logits of shape "
              + logits);
    }
    return axis;
  }

  /** The losses of logits against index targets. */
  static IndexTargetLosses losses(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    LogitArguments checked = of(logits.shape(), options.classAxis());
    RowTargets rowTargets = checked.targets(targets, options.ignoreIndex());
    return new IndexTargetLosses(
        logits.data(), checked.rows, rowTargets, options.settings(checked.rows.classes()));
  }

  /** Targets of the rows: each a class, or the ignore index. */
  RowTargets targets(IntTensor targets, int ignoreIndex) {
    if (!targets.shape().equals(others)) {
      throw new IllegalArgumentException(
          "targets have shape "
              + targets.shape()
              + ", expected "
              + others
              + " for logits of shape "
              + logits);
    }
    for (long row = 0; row < rows.rows(); row++) {
      int target = targets.at(row);
      if (target != ignoreIndex && (target < 0 || target >= rows.classes())) {
        throw new IllegalArgumentException(
            "target at index "
                + indexAt(others, row)
                + " is "
                + target
                + ", expected 0 <= target < "
                + rows.classes()
                + " or the ignore index "
                + ignoreIndex);
      }
    }
    return new RowTargets(targets.data(), ignoreIndex);
  }

  /** Results of one double a row. */
  DoubleTensor results(double[] values) {
    return DoubleTensor.wrap(values, others.toArray());
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

  static void checkSameShape(String name, FloatTensor tensor, String otherName, FloatTensor other) {
    if (!tensor.shape().equals(other.shape())) {
      throw new IllegalArgumentException(
          name
              + " has shape "
              + tensor.shape()
              + ", expected "
              + other.shape()
              + ", that of "
              + otherName);
    }
  }

  static void checkOutput(String name, FloatTensor logits, float[] out) {
    if (out.length < logits.size()) {
      throw new IllegalArgumentException(
          name
              + " has "
              + out.length
              + " elements, expected at least "
              + logits.size()
              + " for logits of shape "
              + logits.shape());
    }
    if (logits.liesIn(out) && logits.arrayOffset() != 0) {
      throw new IllegalArgumentException(
          name
              + " is the array of the logits, which begin at its element "
              + logits.arrayOffset()
              + ", expected them to begin at 0 or another array");
    }
  }
}
