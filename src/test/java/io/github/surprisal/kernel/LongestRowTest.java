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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A row of as many classes as an array can hold: the last indexes are less than a vector below
 * 2^31.
 *
 * <p>It needs a heap of 10 GB, and so runs only when asked for: {@code JAVA_TOOL_OPTIONS=-Xmx10g
 * mvn test -Dtest=LongestRowTest -Dlongest.row=true}. {@link TileLoopsTest} always runs.
 */
@EnabledIfSystemProperty(named = "longest.row", matches = "true")
final class LongestRowTest {

  private static final int CLASSES = Integer.MAX_VALUE - 2;

  /** Elements after which the row repeats itself, but for its last ones. */
  private static final int PERIOD = 1 << 20;

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
    FloatTensor logits = FloatTensor.bfloat16(ShortBuffer.wrap(bits), 1, CLASSES);
    IntTensor target = IntTensor.of(CLASSES - 2);
    double logSumExp = Losses.logSumExp(logits).get(0);
    assertClose(Losses.crossEntropy(logits, target), logSumExp - logits.get(0, CLASSES - 2));
  }
}
