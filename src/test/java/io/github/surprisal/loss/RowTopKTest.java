/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.kernel.KernelProvider;
import io.github.surprisal.kernel.TileKernel;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The likeliest classes are found whichever tile comes first, however many of them are masked. */
final class RowTopKTest {

  private static final int TILE = TileKernel.TILE;
  private static final int CLASSES = 8 * TILE - 100;

  @Test
  void tilesInAnyOrder() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      float[] x = new float[CLASSES];
      int values = 1 + random.nextInt(5);
      int unmasked = random.nextInt(CLASSES);
      for (int i = 0; i < CLASSES; i++) {
        boolean isMasked = random.nextInt(CLASSES) > unmasked;
        x[i] = isMasked ? Float.NEGATIVE_INFINITY : random.nextInt(values) - 0f;
      }
      int k = 1 + random.nextInt(random.nextBoolean() ? 30 : CLASSES);
      assertThat(found(x, k, random)).as("seed %d, k %d", seed, k).isEqualTo(expected(x, k));
    }
  }

  private static int[] expected(float[] x, int k) {
    return IntStream.range(0, CLASSES)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer c) -> 0 - (double) x[c]))
        .limit(k)
        .mapToInt(c -> c)
        .toArray();
  }

  private static int[] found(float[] x, int k, Random random) {
    RowTopK top = new RowTopK(k, KernelProvider.newKernel());
    top.begin();
    int[] tiles = IntStream.range(0, 8).toArray();
    for (int left = tiles.length; left > 0; left--) {
      int chosen = random.nextInt(left);
      int from = tiles[chosen] * TILE;
      tiles[chosen] = tiles[left - 1];
      int length = Math.min(TILE, CLASSES - from);
      float limit = top.limit(from);
      int above = (int) IntStream.range(from, from + length).filter(c -> x[c] > limit).count();
      top.add(x, from, from, length, above);
    }
    top.end();
    return IntStream.range(0, k).map(top::classAt).toArray();
  }
}
