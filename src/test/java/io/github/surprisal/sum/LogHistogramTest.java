/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantiles of the histogram against quantiles of the sorted values. */
final class LogHistogramTest {
  private static final double[] QUANTILES = {
    0, 0.001, 0.01, 0.05, 0.1, 0.25, 1.0 / 3, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1
  };

  /** The worst relative error seen must be near the one that is stated, or it is not the truth. */
  private static final double ERROR = 1.0 / 256;

  private static LogHistogram histogram(double... values) {
    LogHistogram histogram = new LogHistogram();
    for (double value : values) {
      histogram.add(value);
    }
    return histogram;
  }

  /** What the histogram makes of a value that is neither the smallest nor the largest. */
  private static double inTheMiddle(double value) {
    return histogram(-Double.MAX_VALUE, value, Double.MAX_VALUE).quantile(0.5);
  }

  /** How far the quantile is off, in terms of the larger of the two values it lies between. */
  private static double error(LogHistogram histogram, double[] sorted, double q) {
    double position = q * (sorted.length - 1);
    int before = (int) position;
    double share = position - before;
    double low = sorted[before];
    double high = sorted[Math.min(before + 1, sorted.length - 1)];
    double exact = share == 0 || low == high ? low : (1 - share) * low + share * high;
    double got = histogram.quantile(q);
    if (got == exact) {
      return 0;
    }
    double scale = Math.max(Math.max(Math.abs(low), Math.abs(high)), 0x1p-1021);
    return Math.abs(got - exact) / scale;
  }

  private static double worst(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    LogHistogram histogram = histogram(values);
    return DoubleStream.of(QUANTILES).map(q -> error(histogram, sorted, q)).max().getAsDouble();
  }

  private static void assertNearExact(double... values) {
    assertThat(worst(values)).isLessThanOrEqualTo(ERROR * (1 + 1e-12));
  }

  @Property
  void everyQuantileIsNearTheExactOne(@ForAll @Size(min = 1, max = 40) double[] values) {
    // the middle of two values near the largest double, of either sign, is what may overflow
    assertNearExact(values);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 1001, 20_000})
  void quantilesOfManyKindsOfValuesAreNearTheExactOnes(int count) {
    Random random = new Random(count);
    double worst = 0;
    DoubleUnaryOperator[] kinds = {
      x -> x,
      x -> -StrictMath.log(1 - x),
      x -> StrictMath.exp(20 * x - 30),
      x -> StrictMath.pow(10, 600 * x - 300),
      x -> x - 0.5,
      x -> x < 0.3 ? 0 : x < 0.5 ? -x : x < 0.51 ? Double.POSITIVE_INFINITY : x * x,
      x -> Math.round(5 * x),
    };
    for (DoubleUnaryOperator kind : kinds) {
      double[] values = random.doubles(count).map(kind).toArray();
      assertNearExact(values);
      worst = Math.max(worst, worst(values));
    }
    if (count > 1000) {
      assertThat(worst).isGreaterThan(ERROR / 2);
    }
  }

  /** The edges of buckets, where the error is largest, and their neighbours. */
  @Test
  void everyValueIsNearItsBucketsMiddle() {
    Random random = new Random(3);
    double worst = 0;
    for (int trial = 0; trial < 20_000; trial++) {
      long fraction = (long) random.nextInt(128) << 45;
      long exponent = 2L + random.nextInt(2045);
      double edge = Double.longBitsToDouble(exponent << 52 | fraction);
      for (double value : new double[] {edge, Math.nextDown(edge), Math.nextUp(edge), -edge}) {
        double error = Math.abs(inTheMiddle(value) - value) / Math.abs(value);
        worst = Math.max(worst, error);
      }
    }
    assertThat(worst).isEqualTo(LogHistogram.RELATIVE_ERROR).isEqualTo(ERROR);
  }

  @Test
  void zerosAndInfinitiesAreExact() {
    double infinity = Double.POSITIVE_INFINITY;
    assertThat(histogram(0).quantile(0.5)).isEqualTo(0.0);
    assertThat(Double.doubleToRawLongBits(histogram(-0.0).quantile(1))).isZero();
    assertThat(histogram(-0.0)).isEqualTo(histogram(0.0));
    assertThat(histogram(infinity, -infinity, 0).quantile(0)).isEqualTo(-infinity);
    assertThat(histogram(infinity, -infinity, 0).quantile(0.5)).isEqualTo(0.0);
    assertThat(histogram(infinity, -infinity, 0).quantile(1)).isEqualTo(infinity);
    assertThat(histogram(infinity, 0, 0).quantile(0.5)).isEqualTo(0.0);
    assertThat(histogram(infinity, 0, 0).quantile(0.75)).isEqualTo(infinity);
    assertThat(inTheMiddle(0)).isEqualTo(0.0);
    assertThat(Double.doubleToRawLongBits(inTheMiddle(-0.0))).isZero();
    assertThat(histogram(infinity, infinity, infinity).quantile(0.5)).isEqualTo(infinity);
  }

  @Test
  void theExtremesAreExact() {
    for (double value : new double[] {0.1, -0.1, Double.MAX_VALUE, Double.MIN_VALUE}) {
      assertThat(histogram(value).quantile(0.3)).isEqualTo(value);
      assertThat(histogram(value, value, value).quantile(0.5)).isEqualTo(value);
      LogHistogram histogram = histogram(value, 2 * value, -value);
      assertThat(histogram.quantile(0)).isEqualTo(Math.min(2 * value, -value));
      assertThat(histogram.quantile(1)).isEqualTo(Math.max(2 * value, -value));
      assertThat(histogram.minimum()).isEqualTo(Math.min(2 * value, -value));
      assertThat(histogram.maximum()).isEqualTo(Math.max(2 * value, -value));
    }
    assertThat(histogram(1.001, 1.002).quantile(0.5)).isEqualTo(1.0015);
    assertThat(histogram(-0.0, -0.0).minimum()).isEqualTo(0.0);
    assertThat(histogram().minimum()).isNaN();
    assertThat(histogram().maximum()).isNaN();
    assertThat(histogram(1, Double.NaN).minimum()).isNaN();
    assertThat(histogram(1, Double.NaN).maximum()).isNaN();
  }

  @Test
  void subnormalValuesAreNear() {
    for (double value : new double[] {Double.MIN_VALUE, 0x1p-1029, 0x1.8p-1023, 0x1.ffp-1023}) {
      assertThat(Math.abs(inTheMiddle(value) - value)).isLessThan(0x1p-1029);
      assertThat(Math.abs(inTheMiddle(-value) + value)).isLessThan(0x1p-1029);
    }
    double ofTiny = inTheMiddle(-Double.MIN_VALUE);
    assertThat(Double.doubleToRawLongBits(ofTiny)).isZero();
  }

  @Test
  void nanMakesEveryQuantileNan() {
    LogHistogram histogram = histogram(1, 2, Double.NaN);
    assertThat(histogram.count()).isEqualTo(3);
    assertThat(histogram.quantile(0)).isNaN();
    assertThat(histogram.quantile(0.5)).isNaN();
    assertThat(histogram().quantile(0.5)).isNaN();
    assertThat(histogram(Double.NaN).quantile(1)).isNaN();
    assertThat(histogram)
        .isNotEqualTo(histogram(1, 2))
        .hasToString("LogHistogram[2 numbers, 1 NaN]");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY})
  void otherQuantilesAreRefused(double q) {
    assertThatThrownBy(() -> histogram(1, 2).quantile(q))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quantile is " + q + ", expected 0 to 1");
  }

  @Test
  void mergingIsCountingAll() {
    Random random = new Random(11);
    double[] values = random.doubles(3000).map(x -> StrictMath.exp(40 * x - 30) - 1e-6).toArray();
    LogHistogram whole = histogram(values);
    for (int trial = 0; trial < 100; trial++) {
      LogHistogram[] parts = new LogHistogram[1 + random.nextInt(20)];
      Arrays.setAll(parts, i -> new LogHistogram());
      for (double value : values) {
        parts[random.nextInt(parts.length)].add(value);
      }
      LogHistogram merged = new LogHistogram();
      for (LogHistogram part : parts) {
        merged.add(part);
      }
      assertThat(merged).isEqualTo(whole).hasSameHashCodeAs(whole);
      assertThat(merged.count()).isEqualTo(3000);
    }
    LogHistogram doubled = whole.copy();
    doubled.add(doubled);
    LogHistogram twice = whole.copy();
    twice.add(whole);
    assertThat(doubled).isEqualTo(twice).isNotEqualTo(whole);
    assertThat(doubled.count()).isEqualTo(6000);
    assertThat(whole).isEqualTo(histogram(values));
  }

  @Test
  void manyCountsAreNoTrouble() {
    LogHistogram histogram = histogram(1, 2, 2, 4);
    for (int doubling = 0; doubling < 60; doubling++) {
      histogram.add(histogram);
    }
    assertThat(histogram.count()).isEqualTo(1L << 62);
    assertThat(histogram.quantile(0)).isEqualTo(1.0);
    assertThat(histogram.quantile(0.2)).isEqualTo(1 + 0x1p-8);
    assertThat(histogram.quantile(0.3)).isEqualTo(2 + 0x1p-7);
    assertThat(histogram.quantile(0.7)).isEqualTo(2 + 0x1p-7);
    assertThat(histogram.quantile(0.8)).isEqualTo(4.0);
    assertThat(histogram.quantile(1)).isEqualTo(4.0);
  }

  private static final int MAGIC = 0x54657374;

  private static byte[] form(LogHistogram histogram) {
    SerialWriter out = new SerialWriter(MAGIC, 1);
    histogram.writeTo(out);
    return out.toByteArray();
  }

  private static LogHistogram read(byte[] form) {
    SerialReader in = new SerialReader(form, "Test", MAGIC, 1);
    LogHistogram read = LogHistogram.readFrom(in);
    in.end();
    return read;
  }

  @Property
  void histogramsOfAnyDoublesComeBack(@ForAll @Size(max = 30) double[] values) {
    LogHistogram histogram = histogram(values);
    LogHistogram read = read(form(histogram));
    assertThat(read).isEqualTo(histogram);
    assertThat(read.count()).isEqualTo(values.length);
    assertThat(form(read)).isEqualTo(form(histogram));
  }

  @Test
  void extremeHistogramsComeBack() {
    double infinity = Double.POSITIVE_INFINITY;
    LogHistogram histogram =
        histogram(
            infinity, -infinity, 0, -0.0, Double.MIN_VALUE, -Double.MIN_VALUE, Double.MAX_VALUE);
    assertThat(read(form(histogram))).isEqualTo(histogram);
    LogHistogram large = histogram(1, 2);
    for (int doubling = 0; doubling < 61; doubling++) {
      large.add(large);
    }
    assertThat(read(form(large))).isEqualTo(large);
    assertThat(read(form(histogram(Double.NaN, Double.NaN))).count()).isEqualTo(2);
  }

  @Test
  void theFormIsShort() {
    LogHistogram histogram = new LogHistogram();
    new Random(6).doubles(100_000).forEach(x -> histogram.add(-StrictMath.log(x) / 100));
    assertThat(form(histogram)).hasSizeBetween(2000, 4000);
    assertThat(form(histogram())).hasSize(27);
  }

  /** NaN, smallest, largest, number of buckets, then distance and count of each. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          00 7ff0000000000000 fff0000000000000 8000   | the number of buckets is not in its shortest form
          ffffffffffffffffff7f                        | the number of NaN is larger than any
          00 0000000000000000 0000000000000000 01 0000 | a histogram has no bucket -1
          00 0000000000000000 0000000000000000 01 0100 | a histogram holds an empty bucket
          00 0000000000000000 0000000000000000 01 81802001 | a histogram has no bucket 524288
          00 0000000000000000 0000000000000000 01 ffffffffffffffff7f01 | a histogram has no bucket 2147483646
          00 0000000000000000 0000000000000000 01 82ff0f01 | a histogram has no bucket 262017
          00 0000000000000000 0000000000000000 02 0101 0001 | a histogram has no bucket 0
          00 0000000000000000 0000000000000000 02 0101 0101 | a histogram does not reach from 0.0 to 0.0
          00 0000000000000000 3ff0000000000000 01 0102 | a histogram does not reach from 0.0 to 1.0
          00 3ff0000000000000 0000000000000000 02 0101 80ff0701 | a histogram does not reach from 1.0 to 0.0
          00 0000000000000000 0000000000000001 01 0101 | a histogram does not reach from 0.0 to 4.9E-324
          00 8000000000000000 0000000000000000 01 0102 | a histogram does not reach from -0.0 to 0.0
          00 7ff8000000000000 7ff8000000000000 01 0101 | a histogram does not reach from NaN to NaN
          00 0000000000000000 0000000000000000 00      | a histogram does not reach from 0.0 to 0.0
          00 0000000000000000 0000000000000000 02 01ffffffffffffffff7f 0101 | a histogram counts more values than any can
          01 0000000000000000 0000000000000000 01 01ffffffffffffffff7f | a histogram counts more values than any can
          00 0000000000000000 0000000000000000 03 0101 | it ends after 25 bytes of fields, in the middle of one
          """)
  void otherFormsAreRejected(String hex, String reason) {
    SerialWriter out = new SerialWriter(MAGIC, 1);
    for (byte field : HexFormat.of().parseHex(hex.replace(" ", ""))) {
      out.writeByte(field);
    }
    byte[] form = out.toByteArray();
    assertThatThrownBy(() -> read(form))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the serial form of a Test is malformed: " + reason);
  }
}
