/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Logits in row-major order and one target for each row.
 *
 * @param rows the number of rows
 * @param classes the size of the vocabulary
 * @param logits the logits
 * @param targets the targets
 */
record Batch(int rows, int classes, float[] logits, int[] targets) {

  private static final long SEED = 20260101;

  /** Changes one logit. */
  @FunctionalInterface
  interface Change {
    float apply(int row, int index, float logit);
  }

  /** Normal deviates times 3; always the same ones. */
  static Batch of(int rows, int classes) {
    float[] logits = new float[Math.multiplyExact(rows, classes)];
    int[] targets = new int[rows];
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              SplittableRandom random = new SplittableRandom(SEED + row);
              for (int i = row * classes; i < (row + 1) * classes; i++) {
                logits[i] = (float) (3 * random.nextGaussian());
              }
              targets[row] = random.nextInt(classes);
            });
    return new Batch(rows, classes, logits, targets);
  }

  /** A batch of a shape such as {@code 1024x50257}. */
  static Batch of(String shape) {
    String[] axes = shape.split("x");
    return of(Integer.parseInt(axes[0]), Integer.parseInt(axes[1]));
  }

  /** Changes every logit in place. */
  Batch change(Change change) {
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              for (int i = 0; i < classes; i++) {
                int at = row * classes + i;
                logits[at] = change.apply(row, i, logits[at]);
              }
            });
    return this;
  }
}
