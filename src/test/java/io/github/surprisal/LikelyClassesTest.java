/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The log-probability of a class over −1 is the negative loss of that class, to the bit: of one or
 * two such classes at any place of a row, next to each other or apart, and where a third one is
 * nearly as likely.
 */
final class LikelyClassesTest {

  private static final long SEED = Long.getLong("likely.seed", 20261128);

  /** Around a vector, a tile, the run of 2,048 that is staged, and the tiles taken four by four. */
  private static final int[] CLASSES = {2, 3, 17, 33, 1025, 2051, 4100, 9000};

  private final SplittableRandom random = new SplittableRandom(SEED);

  @ParameterizedTest
  @EnumSource(
      value = Route.class,
      names = {"ARRAY", "OFFSET_ARRAY", "DIRECT_LITTLE_ENDIAN", "CLASS_AXIS_1"})
  void areAsExactAsTheirLosses(Route route) {
    int likely = 0;
    for (int classes : CLASSES) {
      for (int first = 0; first < classes; first++) {
        if (isTaken(first, classes)) {
          for (int apart : new int[] {0, 1, 2, 1 + random.nextInt(classes)}) {
            likely += check(route, classes, first, (first + apart) % classes);
          }
        }
      }
    }
    assertThat(likely).as("likely classes, seed %d", SEED).isGreaterThan(1000);
  }

  /** All places of a short row; near the ends of tiles and their halves, and some others. */
  private static boolean isTaken(int at, int classes) {
    return classes < 100 || at >= classes - 3 || (at + 3) % 512 < 6 || at % 83 == 0;
  }

  /** Checks a row with its two largest logits there; returns how many classes are over −1. */
  private int check(Route route, int classes, int first, int second) {
    float[] row = new float[classes];
    float background = (float) (-2 - Math.log(classes) - 12 * random.nextDouble());
    for (int c = 0; c < classes; c++) {
      row[c] = background + (float) random.nextDouble();
    }
    row[first] = (float) (random.nextDouble() - 0.5) * (random.nextInt(4) == 0 ? 2 : 0.1f);
    row[second] = random.nextInt(3) == 0 ? row[first] : (float) (random.nextDouble() - 0.5) * 0.2f;
    if (classes > 2 && random.nextInt(5) == 0) {
      row[(second + 1) % classes] = row[second];
    }
    float[] logs =
        Losses.logSoftmax(route.tensor(row, 1, classes), route.options().classAxis()).toArray();
    int likely = 0;
    for (int c = 0; c < classes; c++) {
      if (logs[c] > -1.001) {
        double loss = Losses.crossEntropy(FloatTensor.wrap(row, 1, classes), IntTensor.of(c));
        if (loss < 1) {
          likely++;
          assertThat(logs[c])
              .as(
                  "seed %d: %s, class %d of %d, likely %d and %d",
                  SEED, route, c, classes, first, second)
              .isEqualTo((float) (0 - loss));
        }
      }
    }
    return likely;
  }

  /** Many rows of few classes at random, of which one to three are likely. */
  @ParameterizedTest
  @EnumSource(
      value = Route.class,
      names = {"ARRAY", "CLASS_AXIS_1"})
  void ofManyRows(Route route) {
    int rows = 4000;
    int classes = 37;
    float[] logits = new float[rows * classes];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (random.nextDouble() * 2 - 9);
    }
    for (int row = 0; row < rows; row++) {
      int at = random.nextInt(classes);
      for (int k = 0; k <= random.nextInt(3); k++) {
        logits[row * classes + (at + k) % classes] = (float) (random.nextDouble() * 0.8);
      }
    }
    FloatTensor tensor = route.tensor(logits, rows, classes);
    int axis = route.options().classAxis();
    float[] logs = route.rowMajor(Losses.logSoftmax(tensor, axis).toArray(), rows, classes);
    int likely = 0;
    for (int c = 0; c < classes; c++) {
      int[] targets = new int[rows];
      Arrays.fill(targets, c);
      double[] losses =
          Losses.crossEntropyPerToken(tensor, route.perRow(targets), route.options()).toArray();
      for (int row = 0; row < rows; row++) {
        if (losses[row] < 1 && logs[row * classes + c] > -1) {
          likely++;
          assertThat(logs[row * classes + c])
              .as("seed %d: %s, row %d, class %d", SEED, route, row, c)
              .isEqualTo((float) (0 - losses[row]));
        }
      }
    }
    assertThat(likely).as("likely classes, seed %d", SEED).isGreaterThan(rows);
  }
}
