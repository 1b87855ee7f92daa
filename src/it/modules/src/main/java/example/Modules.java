/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.Losses;
import io.github.surprisal.Surprisal;
import java.util.Random;

/** Says which kernel computes, and what: the number is the same for every kernel. */
public final class Modules {

  private Modules() {}

  /** Prints two lines. */
  public static void main(String[] arguments) {
    Random random = new Random(7);
    float[] values = new float[50_257];
    for (int i = 0; i < values.length; i++) {
      values[i] = 20 * random.nextFloat();
    }
    double loss = Losses.crossEntropy(FloatTensor.wrap(values, values.length), IntTensor.scalar(0));
    System.out.println(Surprisal.kernels());
    System.out.println(Double.toHexString(loss));
  }
}
