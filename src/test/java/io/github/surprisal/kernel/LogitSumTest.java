/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The sum of a row's logits against the exact one. */
final class LogitSumTest {

  /** The error is at most this for each logit, whatever the logits are; half of it is reached. */
  private static final double BOUND = 0x1p-32;

  private static final int[] LENGTHS = {1, 15, 64, 1000, 1024, 1025, 5000, 50257};

  private static Stream<Arguments> families() {
    Random random = new Random(20261126);
    float anchorUlp = Math.ulp(LogitSum.ANCHOR);
    return Stream.of(
        family("ordinary logits", i -> random.nextGaussian() * 4),
        family("all alike, so that all errors have one sign", i -> 10.1f),
        family("all alike, dropped as a whole, the most", i -> 0x1.fffffp-12f),
        family("the same below 0", i -> -0x1.fffffp-12f),
        family("dropped as a whole", i -> (0.25 + 0.25 * random.nextDouble()) * anchorUlp),
        family("half an ulp of the sums, a tie", i -> 3 + 0.5 * anchorUlp),
        family("the largest", i -> 256),
        family("the least", i -> -Math.nextDown(256f)),
        family("of either sign, nearly 0 in all", i -> (i % 2 == 0 ? 255.9 : -255.8)),
        family("many magnitudes", i -> Math.scalb(random.nextGaussian(), -random.nextInt(60))));
  }

  private static Arguments family(String name, DoubleUnaryOperator logit) {
    return Arguments.of(name, logit);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void isWithinTheBound(String name, DoubleUnaryOperator logit) {
    TileKernel kernel = KernelProvider.newKernel();
    double largest = 0;
    for (int length : LENGTHS) {
      float[] x = new float[length];
      BigDecimal exact = BigDecimal.ZERO;
      for (int i = 0; i < length; i++) {
        x[i] = (float) logit.applyAsDouble(i);
        exact = exact.add(new BigDecimal(x[i]));
      }
      double[] lanes = new double[TileKernel.LANES];
      double[] tile = new double[TileKernel.LANES];
      for (int from = 0; from < length; from += TileKernel.TILE) {
        kernel.sumLogits(x, from, Math.min(TileKernel.TILE, length - from), tile, 0);
        for (int j = 0; j < TileKernel.LANES; j++) {
          lanes[j] += tile[j];
        }
      }
      double error = new BigDecimal(Lanes.sum(lanes)).subtract(exact).abs().doubleValue();
      largest = Math.max(largest, error / length);
    }
    System.out.printf(
        "sum of logits, %s, %s: largest error %.1e a logit, bound %.1e%n",
        kernel.name(), name, largest, BOUND);
    assertThat(largest).isLessThanOrEqualTo(BOUND);
  }
}
