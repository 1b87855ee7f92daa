/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/**
 * Refuses options that would change what a method returns, and that it can't honour. Each message
 * names the option, its value and what to do.
 */
final class RefusedOptions {

  private RefusedOptions() {}

  /** For methods whose results have a mean by definition. */
  static CrossEntropyOptions requireMean(CrossEntropyOptions options, String instead) {
    if (options.reduction() != Reduction.MEAN) {
      throw new IllegalArgumentException(
          "reduction is " + options.reduction() + ", expected MEAN: " + instead);
    }
    return options;
  }

  /** For single rows, which have no axis but their classes. */
  static void requireAxisOfRow(CrossEntropyOptions options) {
    int axis = options.classAxis();
    if (axis != -1 && axis != 0) {
      throw new IllegalArgumentException(
          "classAxis is "
              + axis
              + ", expected -1 or 0: a row has no other axis; give add a batch, or addRow to an"
              + " accumulator with the default class axis");
    }
  }

  /** For comparisons, which are of losses as they are. */
  static void requirePlainLosses(CrossEntropyOptions options) {
    if (options.labelSmoothing() != 0) {
      throw new IllegalArgumentException(
          "labelSmoothing is "
              + options.labelSmoothing()
              + ", expected 0: models are compared by their plain losses; use a LossAccumulator for"
              + " each model to smooth labels");
    }
    if (options.classWeights().isPresent()) {
      throw new IllegalArgumentException(
          "classWeights is "
              + options.classWeights().get()
              + ", expected none: models are compared by their plain losses; use a LossAccumulator"
              + " for each model to weight classes");
    }
  }
}
