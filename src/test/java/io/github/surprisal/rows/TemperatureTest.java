/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.kernel.KernelProvider;
import io.github.surprisal.kernel.TileKernel;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits are divided by a temperature as if in exact arithmetic, rounded once. */
final class TemperatureTest {

  private static final TileKernel KERNEL = KernelProvider.newKernel();

  /** What the sum of two floats may miss of 1/t, and the rounding of the lesser product. */
  private static final double BEYOND_HALF = 0x1p-21;

  @ParameterizedTest
  @ValueSource(
      doubles = {0.7, 0.982, 1.0000001, 0.99999999, 1.3, 3, 7, 1e-5, 1e5, 1e-30, 1e30, 1.7e-25})
  void quotientsAreRoundedOnce(double t) {
    Temperature temperature = new Temperature(t);
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      float x = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(20) - 10));
      double error = error(temperature.of(x), x, t);
      assertThat(error).as("%s / %s, in ulp", x, t).isLessThanOrEqualTo(0.5 + BEYOND_HALF);
    }
  }

  /** The distance from the exact quotient in ulp. */
  private static double error(float got, float x, double t) {
    BigDecimal exact = new BigDecimal(x).divide(new BigDecimal(t), MathContext.DECIMAL128);
    double distance = new BigDecimal(got).subtract(exact).abs().doubleValue();
    return distance / Math.ulp(exact.floatValue());
  }

  @Test
  void aPowerOfTwoIsExact() {
    Random random = new Random(4);
    for (int exponent = -99; exponent <= 99; exponent++) {
      Temperature temperature = new Temperature(Math.scalb(1.0, exponent));
      for (int i = 0; i < 200; i++) {
        float x = random.nextBoolean() ? any(random) : (float) random.nextGaussian() * 10;
        assertThat(temperature.of(x)).isEqualTo((float) Math.scalb((double) x, -exponent));
      }
      assertThat(temperature.of(Float.MAX_VALUE))
          .isEqualTo((float) Math.scalb((double) Float.MAX_VALUE, -exponent));
    }
  }

  private static float any(Random random) {
    return Float.intBitsToFloat(random.nextInt() & 0xfeffffff);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2, 0.7, 1e-30, 1e30})
  void whatIsNotFiniteStaysWhatItIs(double t) {
    Temperature temperature = new Temperature(t);
    for (float x : new float[] {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN}) {
      assertThat(Float.valueOf(temperature.of(x))).isEqualTo(Float.valueOf(x));
    }
    assertThat(temperature.of(0f)).isEqualTo(0f);
    assertThat(Float.valueOf(temperature.of(-0f))).isEqualTo(Float.valueOf(-0f));
  }

  @Test
  void whatPassesTheFloatsIsInfinite() {
    assertThat(new Temperature(0.1).of(3e38f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(new Temperature(0.1).of(-3e38f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(new Temperature(1e-30).of(-1e10f)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void oneReadsTheRowsThemselves() {
    RowReader rows = reader(new float[] {1, 2, 3}, 3);
    assertThat(TemperedRowReader.of(rows, Temperature.ONE, KERNEL)).isSameAs(rows);
    assertThat(new Temperature(1).isOne()).isTrue();
    assertThat(new Temperature(Math.nextUp(1.0)).isOne()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 1024})
  void rowsAreReadAsTheirLogitsAre(int classes) {
    float[] logits = new float[3 * classes];
    Random random = new Random(classes);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i % 9 == 4 ? Float.NEGATIVE_INFINITY : (float) random.nextGaussian() * 5;
    }
    Temperature temperature = new Temperature(0.7);
    RowReader rows = TemperedRowReader.of(reader(logits.clone(), classes), temperature, KERNEL);
    assertThat(rows.isInPlace()).isFalse();
    assertThat(rows.classes()).isEqualTo(classes);
    float[] staging = new float[classes + 5];
    for (int row = 2; row >= 0; row--) {
      rows.moveTo(row);
      rows.read(0, classes, staging, 5);
      for (int c = 0; c < classes; c++) {
        float expected = temperature.of(logits[row * classes + c]);
        assertThat(rows.array()[rows.offset() + c]).isEqualTo(expected);
        assertThat(rows.at(c)).isEqualTo(expected);
      }
    }
  }

  private static RowReader reader(float[] logits, int classes) {
    FloatData data = new FloatData(new FloatStorage.Array(logits), 0);
    ClassRows rows = new ClassRows(classes, 1, logits.length / classes);
    return RowReaders.of(rows, data, new Stage(KERNEL));
  }
}
