/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.ArrayRowReader;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The likeliest classes are found, however many there are in a tile, equal or masked. */
final class RowTopKTest {

  /** A row in an array. */
  private static final class Row extends ArrayRowReader {
    Row(float[] x) {
      super(x.length, x);
    }

    @Override
    public void moveTo(long row) {}
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 1023, 1024, 1025, 3000, 8 * TileKernel.TILE - 100, 50_257})
  void theFirstAreFound(int classes) {
    for (int seed = 0; seed < 120; seed++) {
      Random random = new Random(seed);
      float[] x = row(classes, seed % 6, random);
      x[random.nextInt(classes)] = random.nextInt(9) - 4;
      int most = random.nextBoolean() ? 30 : classes;
      int k = 1 + random.nextInt(Math.min(classes, most));
      assertThat(found(x, k)).as("seed %d, k %d", seed, k).isEqualTo(expected(x, k));
    }
  }

  private static float[] row(int classes, int family, Random random) {
    float[] x = new float[classes];
    int unmasked = 1 + random.nextInt(classes);
    float size = random.nextInt(5) * 40;
    for (int i = 0; i < classes; i++) {
      x[i] =
          switch (family) {
            case 0 -> (float) (3 * random.nextGaussian());
            case 1 -> random.nextInt(3) - 0f; // many equal ones
            case 2 -> random.nextInt(classes) > unmasked ? Float.NEGATIVE_INFINITY : i % 7;
            case 3 -> size * i / classes; // ascending, far beyond what a term can be
            case 4 -> 30_000 + (float) random.nextGaussian() * size;
            default -> i < TileKernel.TILE ? 500 * random.nextFloat() : -random.nextFloat();
          };
    }
    return x;
  }

  private static int[] expected(float[] x, int k) {
    return IntStream.range(0, x.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer c) -> 0 - (double) x[c]))
        .limit(k)
        .mapToInt(c -> c)
        .toArray();
  }

  private static int[] found(float[] x, int k) {
    try (WorkSpace space = WorkSpace.lend()) {
      Row row = new Row(x);
      TileMaxima maxima = new TileMaxima(row, space);
      RowPrediction prediction = new RowPrediction(row, space);
      prediction.find(maxima);
      RowTopK top = new RowTopK(k, row, space);
      prediction.take();
      top.take(maxima);
      assertThat(prediction.predicted()).isEqualTo(top.classAt(0));
      return IntStream.range(0, k).map(top::classAt).toArray();
    }
  }
}
