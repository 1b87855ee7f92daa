/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.Losses;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole rows, and the ends of their sums, have the bits that {@link RowDefinition} defines. */
final class RowDefinitionTest {

  private static final long SEED = Long.getLong("definition.seed", 20261128);

  private final SplittableRandom random = new SplittableRandom(SEED);

  private float[] logits(int count, double scale) {
    float[] logits = new float[count];
    for (int i = 0; i < count; i++) {
      logits[i] = (float) ((random.nextDouble() + random.nextDouble() - 1) * scale);
    }
    return logits;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 17, 40, 300, 1000, 1024, 1025, 2048, 3000, 4100, 9000, 70_000})
  void logSumExpAndDivergence(int classes) {
    int rows = classes < 5000 ? 40 : 8;
    for (double scale : new double[] {0.01, 3, 20}) {
      float[] p = logits(rows * classes, scale);
      float[] q = logits(rows * classes, 3);
      FloatTensor tensorP = FloatTensor.wrap(p, rows, classes);
      double[] logSumExp = Losses.logSumExp(tensorP).toArray();
      double[] divergence =
          Losses.klDivergencePerToken(tensorP, FloatTensor.wrap(q, rows, classes)).toArray();
      for (int row = 0; row < rows; row++) {
        float[] ownP = Arrays.copyOfRange(p, row * classes, (row + 1) * classes);
        float[] ownQ = Arrays.copyOfRange(q, row * classes, (row + 1) * classes);
        String what = "seed %d, row %d, scale %s".formatted(SEED, row, scale);
        assertThat(logSumExp[row]).as(what).isEqualTo(RowDefinition.logSumExp(ownP));
        assertThat(divergence[row]).as(what).isEqualTo(RowDefinition.divergence(ownP, ownQ));
      }
    }
  }

  /** The logarithm of a sum hides its last bit. */
  @ParameterizedTest
  @ValueSource(ints = {1, 16, 33, 700, 1024, 1025, 2100, 3072, 5003, 9000})
  void sums(int classes) {
    TileKernel kernel = KernelProvider.newKernel();
    for (int trial = 0; trial < 60; trial++) {
      double scale = trial % 3 == 0 ? 0.01 : trial % 3 * 30; // lanes of like and of unlike sizes
      float[] row = logits(classes, scale);
      int skip = random.nextInt(classes + 1) - 1;
      int exponent = (int) (scale / Math.log(2)) - random.nextInt(30);
      assertThat(sum(kernel, row, skip, exponent))
          .as("seed %d, trial %d, skip %d", SEED, trial, skip)
          .isEqualTo(RowDefinition.sum(row, skip, exponent));
    }
  }

  private static double sum(TileKernel kernel, float[] row, int skip, int exponent) {
    Lanes lanes = new Lanes();
    Places places = new Places();
    for (int from = 0; from < row.length; from += TileKernel.TILE) {
      float[] terms = new float[TileKernel.TILE];
      float[] sums = new float[TileKernel.LANES];
      places.set(0, from, exponent, 0);
      kernel.writeTerms(row, places, Math.min(TileKernel.TILE, row.length - from), terms);
      if (skip >= from && skip < from + TileKernel.TILE) {
        terms[skip - from] = 0;
      }
      kernel.fold(terms, 0, TileKernel.TILE, TileKernel.LANES, sums, 0);
      kernel.addToLanes(sums, 1, lanes);
    }
    return lanes.sum();
  }

  /** Sums of any number of tiles, each of which the lanes have taken one after the other. */
  @Test
  void lanes() {
    Lanes lanes = new Lanes();
    for (int trial = 0; trial < 2000; trial++) {
      float[] high = new float[TileKernel.LANES];
      float[] low = new float[TileKernel.LANES];
      double[] doubles = new double[TileKernel.LANES];
      lanes.clear();
      int tiles = random.nextInt(4);
      for (int tile = 0; tile < tiles; tile++) {
        float[] addends = logits(TileKernel.LANES, Math.scalb(1.0, random.nextInt(-20, 20)));
        for (int j = 0; j < TileKernel.LANES; j++) {
          low[j] += RowDefinition.dropped(high[j], addends[j]);
          high[j] += addends[j];
          doubles[j] += addends[j] * random.nextDouble();
        }
        lanes.add(addends, 0);
      }
      String what = "seed %d, trial %d, %d tiles".formatted(SEED, trial, tiles);
      assertThat(lanes.sum()).as(what).isEqualTo(RowDefinition.sum(high, low));
      assertThat(Lanes.sum(doubles)).as(what).isEqualTo(RowDefinition.sum(doubles));
    }
  }
}
