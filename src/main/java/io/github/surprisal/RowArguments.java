/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/** Checks what is given for a single row of logits, or for a token without its row. */
final class RowArguments {

  /** What a log-probability of 0 may be rounded to. */
  private static final double MOST_ROUNDING = 1e-5;

  /** No row of logits gives a finite log-probability below this. */
  private static final double LEAST_LOG_PROB = -2.0 * Float.MAX_VALUE;

  private RowArguments() {}

  /** The classes of a row in a tensor of rank 1. */
  static int classes(String name, FloatTensor row) {
    if (row.rank() != 1) {
      throw new IllegalArgumentException(
          name + " has shape " + row.shape() + ", expected rank 1: give several rows to add");
    }
    return row.shape().axis(0);
  }

  /**
   * The class axis, the vocabulary and the target: a class, or the ignore index.
   *
   * @param name what the caller knows the row as
   * @param extent all classes of the row
   * @return the number of classes that are no padding
   */
  static int check(String name, int extent, int target, CrossEntropyOptions options) {
    options.requireAxisOfRow(
        "a row has no other axis; give add a batch, or addRow to an accumulator with the default"
            + " class axis");
    int classes = LogitArguments.classes(name, extent, options.vocabulary());
    if (!LogitArguments.isTarget(target, classes, options.ignoreIndex())) {
      throw new IllegalArgumentException(
          "target" + LogitArguments.unusableTarget(target, classes, options.ignoreIndex()));
    }
    return classes;
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

  /** The losses of tokens with these log-probabilities. */
  static double[] losses(double[] logProbs) {
    double[] losses = new double[logProbs.length];
    for (int i = 0; i < losses.length; i++) {
      double logProb = logProbs[i];
      losses[i] = isLogProb(logProb) ? ofLogProb(logProb) : loss("logProbs at index " + i, logProb);
    }
    return losses;
  }

  /** The loss of a token with this log-probability. */
  static double loss(String name, double logProb) {
    if (!isLogProb(logProb)) {
      throw new IllegalArgumentException(
          name + " is " + logProb + ", expected " + expected(logProb));
    }
    return ofLogProb(logProb);
  }

  private static boolean isLogProb(double value) {
    return (value >= LEAST_LOG_PROB && value <= MOST_ROUNDING) || value == Double.NEGATIVE_INFINITY;
  }

  private static double ofLogProb(double logProb) {
    return 0 - Math.min(logProb, 0);
  }

  private static String expected(double unusable) {
    return unusable < LEAST_LOG_PROB
        ? LEAST_LOG_PROB + " or more, as any logits give: for a probability of 0, give -Infinity"
        : "a natural log-probability, 0 or less: take the logarithm of a probability, change the"
            + " sign of a loss, and multiply logarithms of base 2 by ln 2, of base 10 by ln 10";
  }
}
