/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.Metrics;
import io.github.surprisal.Surprisal;

/** Says which kernel computes, and a loss. */
public final class Score {

  private Score() {}

  /** Prints two lines. */
  public static void main(String[] arguments) {
    FloatTensor logits = FloatTensor.of(new float[][] {{2, 0.5f, -1}, {0.1f, 0.2f, 3}});
    System.out.println(Surprisal.kernels());
    System.out.println(Metrics.evaluate(logits, IntTensor.of(0, 2)).loss());
  }
}
