/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.Losses;
import io.github.surprisal.Reduction;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A row of as many classes as an array can hold: indexes come within a vector of 2^31.
 *
 * <p>It needs a heap of 10 GB, and so runs only when asked for: {@code JAVA_TOOL_OPTIONS=-Xmx10g
 * mvn test -Dtest=LongestRowTest -Dlongest.row=true}. {@link TileLoopsTest} always runs.
 */
@EnabledIfSystemProperty(named = "longest.row", matches = "true")
final class LongestRowTest {

  private static final int CLASSES = Integer.MAX_VALUE - 2;
  private static final int TILE = RowKernels.TILE;

  /** Elements after which the row repeats itself, but for its last ones. */
  private static final int PERIOD = 1 << 20;

  /** Elements of a run that no loop takes too far. */
  private static final int RUN = 1 << 24;

  private final RowKernels kernels = RowKernelProvider.kernels();
  private final Scratch scratch = new Scratch();

  @BeforeAll
  static void needsRoom() {
    assertThat(Runtime.getRuntime().maxMemory()).as("-Xmx10g is needed").isGreaterThan(9L << 30);
  }

  /** Logits of either sign, all within ±limit, and one large one near the end. */
  private static float[] row(float limit) {
    float[] x = new float[CLASSES];
    for (int i = 0; i < PERIOD; i++) {
      x[i] = limit * (((i * 0x9E3779B9) >> 8) * 0x1p-23f);
    }
    for (int filled = PERIOD, count; filled < CLASSES; filled += count) {
      count = Math.min(filled, CLASSES - filled);
      System.arraycopy(x, 0, x, filled, count);
    }
    x[CLASSES - 3] = limit + 1;
    return x;
  }

  @Test
  void everyMethodTakesARowInOneRunAsInSeveral() {
    for (float limit : new float[] {8, 300}) {
      float[] x = row(limit);
      int exponent = Exponential.exponentOf(limit);
      assertThat(kernels.firstShiftedAbove(x, 0, 0, CLASSES, 0, 0, limit + 2)).isEqualTo(CLASSES);
      assertSame(
          run ->
              kernels.addExponentials(
                  x, run.from, run.length, run.skip(), 0, exponent, run.lanes, scratch));
      assertSame(
          run ->
              kernels.addExponentials(
                  x, run.from, run.length, run.skip(), 0.5f, exponent, run.lanes, scratch));
      assertSame(
          run -> {
            kernels.addLogits(x, run.from, run.length, run.sums, scratch);
          });
      assertSame(
          run ->
              kernels.addExponentialsAndLogits(
                  x, run.from, run.length, run.skip(), exponent, run.lanes, run.sums, scratch));
      assertSame(
          run -> kernels.addWeightedGaps(x, run.from, x, run.from, run.length, 0.5, run.sums));
      assertSame(
          run -> {
            run.sums[0] = Math.max(run.sums[0], kernels.max(x, run.from, run.length, run.skip()));
          });
    }
  }

  @Test
  void theLastTilesOfAnArray() {
    float[] x = row(300);
    for (int length = 1; length <= 3 * TILE; length += length < 100 ? 1 : 37) {
      int offset = CLASSES - length;
      float[] copy = Arrays.copyOfRange(x, offset, CLASSES);
      double[] sums = new double[RowKernels.LANES];
      double[] expected = new double[RowKernels.LANES];
      kernels.addLogits(x, offset, length, sums, scratch);
      kernels.addLogits(copy, 0, length, expected, scratch);
      assertThat(sums).as("logits of the last %d", length).isEqualTo(expected);
      kernels.addGaps(x, offset, x, offset, x, offset, length, 0.25, sums, sums.clone());
      kernels.addGaps(copy, 0, copy, 0, copy, 0, length, 0.25, expected, expected.clone());
      assertThat(sums).as("gaps of the last %d", length).isEqualTo(expected);
      Arrays.fill(x, offset, CLASSES, 1f);
      assertThat(kernels.firstShiftedAbove(x, offset, 0, length, 0, 0, 2)).isEqualTo(length);
      System.arraycopy(copy, 0, x, offset, length);
    }
  }

  @Test
  void lossesAndResultsInPlace() {
    float[] x = row(8);
    FloatTensor logits = FloatTensor.wrapAt(x, 0, 1, CLASSES);
    IntTensor target = IntTensor.of(CLASSES - 5);
    CrossEntropyOptions options = CrossEntropyOptions.defaults().reduction(Reduction.SUM);
    double logSumExp = Losses.logSumExp(logits).get(0);
    double loss = Losses.crossEntropy(logits, target, options);
    assertClose(loss, logSumExp - x[CLASSES - 5]);
    double smoothed = Losses.crossEntropy(logits, target, options.labelSmoothing(0.1));
    assertClose(smoothed, 0.9 * loss + 0.1 * (logSumExp - mean(x)));
    assertThat(Losses.klDivergence(logits, logits)).isZero();
    float last = x[CLASSES - 1];
    float first = x[0];
    Losses.logSoftmaxInto(logits, x);
    assertLogProbability(x[CLASSES - 1], last - logSumExp);
    assertLogProbability(x[0], first - logSumExp);
    assertThat(Losses.crossEntropyWithGradient(logits, target, options, x))
        .isCloseTo(loss, within(4e-6));
    assertThat(x[CLASSES - 5]).isCloseTo(-1f, within(1e-6f));
    assertThat((double) x[CLASSES - 1])
        .isCloseTo(Math.exp(last - logSumExp), withinPercentage(1e-3));
  }

  private static double mean(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += value;
    }
    return sum / x.length;
  }

  private static void assertClose(double got, double expected) {
    assertThat(got).isCloseTo(expected, within(4e-7));
  }

  /** Within 2 ulp of the rounded value, plus the bound of a loss. */
  private static void assertLogProbability(float got, double expected) {
    assertThat((double) got).isCloseTo(expected, within(2.5 * Math.ulp(got) + 4e-7));
  }

  @Test
  void narrowNumbers() {
    short[] bits = new short[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      bits[i] = (short) (0x3f80 + (i * 31 & 0xff) + (i % 3 == 0 ? 0x8000 : 0));
    }
    assertSame(
        run ->
            kernels.addExponentialsOfBfloat16(
                bits, run.from, run.length, run.skip(), 5, run.lanes, scratch));
    FloatTensor logits = FloatTensor.bfloat16(ShortBuffer.wrap(bits), 1, CLASSES);
    IntTensor target = IntTensor.of(CLASSES - 2);
    double logSumExp = Losses.logSumExp(logits).get(0);
    assertClose(Losses.crossEntropy(logits, target), logSumExp - logits.get(0, CLASSES - 2));
  }

  /** A run of the row and the sums that it is added to. */
  private static final class Run {
    private final Lanes lanes = new Lanes();
    private final double[] sums = new double[RowKernels.LANES];
    private int from;
    private int length;

    int skip() {
      return CLASSES - 2 - from;
    }
  }

  private interface Work {
    void run(Run run);
  }

  private static void assertSame(Work work) {
    Run whole = new Run();
    whole.length = CLASSES;
    work.run(whole);
    Run parts = new Run();
    for (int done = 0; done < CLASSES; done += parts.length) {
      parts.from = done;
      parts.length = Math.min(RUN, CLASSES - done);
      work.run(parts);
    }
    assertThat(whole.lanes.high).isEqualTo(parts.lanes.high);
    assertThat(whole.lanes.low).isEqualTo(parts.lanes.low);
    assertThat(whole.sums).isEqualTo(parts.sums);
    assertThat(whole.lanes.tiles).isEqualTo(parts.lanes.tiles);
  }
}
