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
 * What stands in an array before results are written to it never shows in them: not in rows that
 * are ignored, alone or with all their neighbours, nor between and behind them. What lies beyond
 * the results stays.
 */
final class EveryResultIsWrittenTest {

  private static final long SEED = Long.getLong("written.seed", 20261128);

  private static final int IGNORED = CrossEntropyOptions.DEFAULT_IGNORE_INDEX;

  /** Elements behind the results. */
  private static final int BEYOND = 19;

  /**
   * Rows and classes: of few rows side by side and of several blocks of 1,024, within a tile and
   * over several, and so long that a panel holds one row or none.
   */
  private static final int[][] SIZES = {
    {1, 1}, {1, 7}, {3, 1}, {4, 1100}, {5, 33}, {7, 1024}, {15, 70}, {16, 16}, {17, 1025},
    {33, 40}, {40, 2049}, {64, 65}, {65, 3}, {130, 20}, {300, 5}, {1024, 3}, {1100, 9}, {2100, 2},
    {2, 530_000}, {3, 70_000}
  };

  /** Elements from which on a part of the work has to do. */
  private static final int LONG = 100_000;

  /** Of which the second goes through every row twice. */
  private static final DistillationOptions.Direction[] DIRECTIONS = {
    DistillationOptions.Direction.FORWARD, DistillationOptions.Direction.JENSEN_SHANNON
  };

  /** Which rows are ignored. */
  private enum Ignored {
    NONE,
    ALL,
    FIRST_HALF,
    LAST_HALF,
    ALL_BUT_ONE,
    SOME;

    boolean takes(int row, int rows, SplittableRandom random) {
      return switch (this) {
        case NONE -> false;
        case ALL -> true;
        case FIRST_HALF -> row < (rows + 1) / 2;
        case LAST_HALF -> row >= rows / 2;
        case ALL_BUT_ONE -> row != rows / 2;
        case SOME -> random.nextInt(3) != 0;
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Route.class)
  void whateverStoodThereBefore(Route route) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int[] size : SIZES) {
      boolean isLong = size[0] * size[1] > LONG;
      if (isLong && route != Route.ARRAY && route != Route.CLASS_AXIS_1) {
        continue;
      }
      float[] logits = logits(size[0] * size[1], random);
      FloatTensor tensor = route.tensor(logits, size[0], size[1]);
      for (Ignored ignored : Ignored.values()) {
        if (!isLong || ignored == Ignored.ALL || ignored == Ignored.FIRST_HALF) {
          checkGradients(route, tensor, size, ignored, random);
        }
      }
      checkDistributions(route, tensor, size, logits);
    }
  }

  /** Ordinary logits, some masked, some rows' sums to be taken again. */
  private static float[] logits(int count, SplittableRandom random) {
    float[] logits = new float[count];
    for (int i = 0; i < count; i++) {
      float logit = (float) (random.nextDouble() * 8 - 4);
      logits[i] = random.nextInt(500) == 0 ? Float.NEGATIVE_INFINITY : logit;
    }
    logits[random.nextInt(count)] = 300;
    return logits;
  }

  private static void checkGradients(
      Route route, FloatTensor tensor, int[] size, Ignored ignored, SplittableRandom random) {
    int rows = size[0];
    int classes = size[1];
    int[] targets = new int[rows];
    for (int row = 0; row < rows; row++) {
      targets[row] = ignored.takes(row, rows, random) ? IGNORED : random.nextInt(classes);
    }
    IntTensor target = route.perRow(targets);
    CrossEntropyOptions plain = route.options().reduction(Reduction.SUM);
    for (CrossEntropyOptions options :
        new CrossEntropyOptions[] {plain, plain.labelSmoothing(0.1)}) {
      String what =
          "seed %d: %s, %d rows of %d classes, ignored %s, smoothing %s"
              .formatted(SEED, route, rows, classes, ignored, options.labelSmoothing());
      float[] got =
          writtenTwice(
              what,
              rows * classes,
              out -> Losses.crossEntropyWithGradient(tensor, target, options, out));
      assertIgnoredAreZero(what, route, got, size, targets);
    }
    checkDistillation(route, tensor, size, targets, "seed " + SEED + ": " + route);
  }

  private static void assertIgnoredAreZero(
      String what, Route route, float[] got, int[] size, int[] targets) {
    int classes = size[1];
    float[] byRow = route.rowMajor(Arrays.copyOf(got, size[0] * classes), size[0], classes);
    for (int row = 0; row < size[0]; row++) {
      if (targets[row] == IGNORED) {
        float[] own = Arrays.copyOfRange(byRow, row * classes, (row + 1) * classes);
        assertThat(Arrays.equals(own, new float[classes])).as("%s, row %d", what, row).isTrue();
      }
    }
  }

  /** The gradient of a student whose teacher has the same logits. */
  private static void checkDistillation(
      Route route, FloatTensor tensor, int[] size, int[] targets, String what) {
    FloatTensor teacher = FloatTensor.copyOf(tensor.toArray(), tensor.shape().toArray());
    DistillationOptions options =
        DistillationOptions.defaults()
            .direction(DIRECTIONS[Arrays.hashCode(targets) & 1])
            .temperature(2)
            .ignoreWhere(route.perRow(targets), IGNORED)
            .classAxis(route.options().classAxis())
            .parallel(route.options().parallel());
    float[] got =
        writtenTwice(
            what + ", " + options,
            size[0] * size[1],
            out -> Losses.klDivergenceWithGradient(teacher, tensor, options, out));
    assertIgnoredAreZero(what, route, got, size, targets);
  }

  private static void checkDistributions(
      Route route, FloatTensor tensor, int[] size, float[] logits) {
    String what = "seed %d: %s, %d rows of %d classes".formatted(SEED, route, size[0], size[1]);
    float[] shares = new float[logits.length];
    Arrays.fill(shares, 1f / size[1]);
    FloatTensor probabilities = route.tensor(shares, size[0], size[1]);
    for (double smoothing : new double[] {0, 0.1}) {
      CrossEntropyOptions options = route.options().labelSmoothing(smoothing);
      writtenTwice(
          what + ", soft targets",
          logits.length,
          out -> Losses.crossEntropyWithGradient(tensor, probabilities, options, out));
    }
    if (route.options().classAxis() == -1) {
      float[] into =
          writtenTwice(
              what + ", log-softmax", logits.length, out -> Losses.logSoftmaxInto(tensor, out));
      float[] own = Losses.logSoftmax(tensor).toArray();
      assertThat(Arrays.equals(Arrays.copyOf(into, own.length), own)).as(what).isTrue();
    }
  }

  private interface Writing {
    void to(float[] out);
  }

  /** The results, written over 7 and over NaN alike. */
  private static float[] writtenTwice(String what, int count, Writing writing) {
    float[] sevens = new float[count + BEYOND];
    float[] nans = new float[count + BEYOND];
    Arrays.fill(sevens, 7);
    Arrays.fill(nans, Float.NaN);
    writing.to(sevens);
    writing.to(nans);
    int at = Arrays.mismatch(sevens, nans);
    assertThat(at)
        .as("%s: what is not written, or depends on what was there", what)
        .isEqualTo(count);
    for (int i = count; i < count + BEYOND; i++) {
      assertThat(sevens[i]).as("%s: element %d", what, i).isEqualTo(7);
      assertThat(nans[i]).as("%s: element %d", what, i).isNaN();
    }
    return sevens;
  }
}
