/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class ExactSumTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static ExactSum sum(double... values) {
    ExactSum sum = new ExactSum();
    for (double value : values) {
      sum.add(value);
    }
    return sum;
  }

  private static ExactSum sumOfSquares(double... values) {
    ExactSum sum = new ExactSum();
    for (double value : values) {
      sum.addSquare(value);
    }
    return sum;
  }

  private static BigDecimal exact(double... values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value));
    }
    return sum;
  }

  /** The nearest double, ties to even, found by comparing neighbours. */
  public static double nearest(BigDecimal exact) {
    BigDecimal limit = new BigDecimal(BigInteger.ONE.shiftLeft(1024).subtract(halfUlpOfMax()));
    if (exact.abs().compareTo(limit) >= 0) {
      return exact.signum() * INFINITY;
    }
    double candidate = exact.round(new MathContext(40, RoundingMode.HALF_EVEN)).doubleValue();
    candidate = Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, candidate));
    double best = candidate;
    for (double other : new double[] {Math.nextDown(candidate), Math.nextUp(candidate)}) {
      if (Double.isFinite(other) && isNearer(other, best, exact)) {
        best = other;
      }
    }
    return best;
  }

  private static BigInteger halfUlpOfMax() {
    return BigInteger.ONE.shiftLeft(970);
  }

  private static boolean isNearer(double candidate, double best, BigDecimal exact) {
    int order =
        new BigDecimal(candidate)
            .subtract(exact)
            .abs()
            .compareTo(new BigDecimal(best).subtract(exact).abs());
    return order < 0 || (order == 0 && (Double.doubleToRawLongBits(candidate) & 1) == 0);
  }

  private static double anyFinite(Random random) {
    double value;
    do {
      value = Double.longBitsToDouble(random.nextLong());
    } while (!Double.isFinite(value));
    return value;
  }

  private static void assertExact(ExactSum sum, BigDecimal exact) {
    assertThat(sum.toBigDecimal()).isEqualByComparingTo(exact);
    assertThat(sum.toDouble()).isEqualTo(nearest(exact));
  }

  @Test
  void emptySumIsPositiveZero() {
    assertThat(Double.doubleToRawLongBits(new ExactSum().toDouble())).isZero();
    assertThat(Double.doubleToRawLongBits(sum(-0.0, -0.0).toDouble())).isZero();
    assertThat(Double.doubleToRawLongBits(sum(1, -1).toDouble())).isZero();
    assertThat(new ExactSum().toBigDecimal()).isEqualByComparingTo(BigDecimal.ZERO);
    assertThat(new ExactSum().isFinite()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0.0,
        1,
        0.1,
        Math.PI,
        Double.MAX_VALUE,
        Double.MIN_VALUE,
        Double.MIN_NORMAL,
        0x1.fffffffffffffp-1023,
        1e-65,
        1e30,
        0x1p52,
        0x1p53,
        4.9e-320
      })
  void oneValueIsItself(double value) {
    assertThat(sum(value).toDouble()).isEqualTo(value);
    assertThat(sum(-value).toDouble()).isEqualTo(0.0 - value);
    assertThat(sum(value).toBigDecimal()).isEqualByComparingTo(new BigDecimal(value));
    assertThat(sum(-value).toBigDecimal()).isEqualByComparingTo(new BigDecimal(-value));
    assertExact(sumOfSquares(value), new BigDecimal(value).pow(2));
  }

  @Test
  void everyPowerOfTwoAndItsNeighbours() {
    for (int exponent = Double.MIN_EXPONENT - 52; exponent <= Double.MAX_EXPONENT; exponent++) {
      double power = Math.scalb(1.0, exponent);
      for (double value : new double[] {power, Math.nextUp(power), -Math.nextDown(power)}) {
        assertThat(sum(value).toDouble()).isEqualTo(value == 0 ? 0.0 : value);
        assertThat(sum(value, power).toDouble()).isEqualTo(value + power);
      }
    }
  }

  @Test
  void randomDoublesOfAllMagnitudes() {
    Random random = new Random(1);
    for (int trial = 0; trial < 300; trial++) {
      double[] values = random.doubles(1 + trial / 10).map(x -> anyFinite(random)).toArray();
      assertExact(sum(values), exact(values));
      BigDecimal squares = BigDecimal.ZERO;
      for (double value : values) {
        squares = squares.add(new BigDecimal(value).pow(2));
      }
      assertExact(sumOfSquares(values), squares);
    }
  }

  @Property
  void anyDoublesAtAll(@ForAll @Size(max = 30) double[] values) {
    assertExact(sum(values), exact(values));
  }

  @Test
  void twoDoublesRoundAsHardwareDoes() {
    Random random = new Random(2);
    for (int trial = 0; trial < 200_000; trial++) {
      double first = anyFinite(random);
      long nearby =
          Double.doubleToRawLongBits(first) ^ (random.nextLong() >>> 1 >> random.nextInt(63));
      double second = Double.longBitsToDouble(nearby);
      if (Double.isFinite(second)) {
        second = random.nextBoolean() ? second : -second;
        assertThat(sum(first, second).toDouble()).isEqualTo(first + second + 0.0);
      }
    }
  }

  @Test
  void productsAreExact() {
    Random random = new Random(4);
    for (int trial = 0; trial < 300; trial++) {
      ExactSum sum = new ExactSum();
      BigDecimal exact = BigDecimal.ZERO;
      for (int i = 0; i <= trial / 10; i++) {
        double first = anyFinite(random);
        double second = i % 7 == 0 ? Double.MIN_VALUE : anyFinite(random);
        sum.addProduct(first, second);
        exact = exact.add(new BigDecimal(first).multiply(new BigDecimal(second)));
      }
      assertExact(sum, exact);
    }
  }

  @Test
  void productsOfSpecialValues() {
    assertThat(product(INFINITY, -2)).isEqualTo(sum(-INFINITY));
    assertThat(product(-INFINITY, -INFINITY)).isEqualTo(sum(INFINITY));
    assertThat(product(0, INFINITY)).isEqualTo(sum(Double.NaN));
    assertThat(product(Double.NaN, 0)).isEqualTo(sum(Double.NaN));
    assertThat(product(-0.0, 3)).isEqualTo(sum());
    assertThat(product(-3, 5)).isEqualTo(sum(-15));
  }

  private static ExactSum product(double first, double second) {
    ExactSum sum = new ExactSum();
    sum.addProduct(first, second);
    return sum;
  }

  @Test
  void productsOfSumsAreExact() {
    Random random = new Random(6);
    for (int trial = 0; trial < 300; trial++) {
      double[] first = random.doubles(1 + trial % 9).map(x -> anyFinite(random) / 16).toArray();
      double[] second = random.doubles(1 + trial % 7).map(x -> anyFinite(random) / 16).toArray();
      ExactSum product = new ExactSum();
      product.addProduct(sum(first), sum(second));
      assertExact(product, exact(first).multiply(exact(second)));
    }
    ExactSum ofLeast = new ExactSum();
    ofLeast.addProduct(sum(Double.MIN_VALUE), sum(-Double.MIN_VALUE));
    assertExact(ofLeast, new BigDecimal(Double.MIN_VALUE).pow(2).negate());
  }

  @Test
  void productsOfSumsThatADoubleCannotHold() {
    double max = Double.MAX_VALUE;
    assertThat(product(sum(max), sum(-max))).isEqualTo(product(max, -max));
    assertThat(product(sum(max, max), sum(-1))).isEqualTo(sum(-INFINITY));
    assertThat(product(sum(max, max), sum())).isEqualTo(sum(Double.NaN));
    assertThat(product(sum(2), sum(INFINITY))).isEqualTo(sum(INFINITY));
    assertThat(product(sum(Double.NaN), sum(1))).isEqualTo(sum(Double.NaN));
  }

  private static ExactSum product(ExactSum first, ExactSum second) {
    ExactSum sum = new ExactSum();
    sum.addProduct(first, second);
    return sum;
  }

  @Test
  void aClearedSumIsEmpty() {
    ExactSum sum = sum(3, -INFINITY, INFINITY, Double.NaN);
    sum.clear();
    assertThat(sum).isEqualTo(sum());
  }

  @Test
  void cancellationLosesNothing() {
    assertThat(sum(1e308, 1e-308, -1e308).toDouble()).isEqualTo(1e-308);
    assertThat(sum(1e30, 1e-65, -1e30).toDouble()).isEqualTo(1e-65);
    assertThat(sum(1e30, 1e-65)).isNotEqualTo(sum(1e30));
    Random random = new Random(3);
    ExactSum sum = new ExactSum();
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      values.add(anyFinite(random));
    }
    values.forEach(sum::add);
    Collections.shuffle(values, random);
    values.forEach(value -> sum.add(-value));
    assertThat(sum).isEqualTo(new ExactSum()).hasSameHashCodeAs(new ExactSum());
    sum.add(Double.MIN_VALUE);
    assertThat(sum.toDouble()).isEqualTo(Double.MIN_VALUE);
  }

  @Test
  void roundsHalfToEvenAndOnlyOnce() {
    assertThat(sum(1, 0x1p-53).toDouble()).isEqualTo(1);
    assertThat(sum(1, 0x1p-52, 0x1p-53).toDouble()).isEqualTo(1 + 0x1p-51);
    assertThat(sum(1, 0x1p-53, Double.MIN_VALUE).toDouble()).isEqualTo(1 + 0x1p-52);
    assertThat(sum(1, 0x1p-53, -Double.MIN_VALUE).toDouble()).isEqualTo(1);
    assertThat(sum(-1, -0x1p-53).toDouble()).isEqualTo(-1);
    assertThat(sum(-1, -0x1p-53, -Double.MIN_VALUE).toDouble()).isEqualTo(-1 - 0x1p-52);
    assertThat(sum(0x1p53, 1, 0x1p-1000).toDouble()).isEqualTo(0x1p53 + 2);
    assertThat(sum(0x1.fffffffffffffp0, 0x1p-53).toDouble()).isEqualTo(2);
  }

  @Test
  void roundsSquaresBelowTheLeastDouble() {
    double tiny = 0x1p-538; // its square, 2^-1076, is a quarter of the least double
    assertThat(sumOfSquares(tiny).toDouble()).isEqualTo(0.0);
    assertThat(sumOfSquares(tiny, tiny).toDouble()).isEqualTo(0.0);
    assertThat(sumOfSquares(tiny, tiny, tiny).toDouble()).isEqualTo(Double.MIN_VALUE);
    assertThat(sumOfSquares(tiny, tiny, Double.MIN_VALUE).toDouble()).isEqualTo(Double.MIN_VALUE);
    ExactSum oddTie = sumOfSquares(tiny, tiny);
    oddTie.add(Double.MIN_VALUE);
    assertThat(oddTie.toDouble()).isEqualTo(2 * Double.MIN_VALUE);
    assertThat(sumOfSquares(Double.MIN_VALUE).toBigDecimal())
        .isEqualByComparingTo(new BigDecimal(Double.MIN_VALUE).pow(2));
  }

  @Test
  void overflowComesAtTheEndIfAtAll() {
    double max = Double.MAX_VALUE;
    assertThat(sum(max, max, -max).toDouble()).isEqualTo(max);
    assertThat(sum(max, max).toDouble()).isEqualTo(INFINITY);
    assertThat(sum(-max, -max).toDouble()).isEqualTo(-INFINITY);
    assertThat(sum(max, max).isFinite()).isTrue();
    assertThat(sum(max, 0x1p970).toDouble()).isEqualTo(INFINITY);
    assertThat(sum(max, 0x1p970, -Double.MIN_VALUE).toDouble()).isEqualTo(max);
    assertExact(sumOfSquares(max, max), new BigDecimal(max).pow(2).multiply(BigDecimal.valueOf(2)));
  }

  @Test
  void nonFiniteValuesAreCountedApart() {
    assertThat(sum(1, INFINITY).toDouble()).isEqualTo(INFINITY);
    assertThat(sum(1, -INFINITY).toDouble()).isEqualTo(-INFINITY);
    assertThat(sum(INFINITY, -INFINITY).toDouble()).isNaN();
    assertThat(sum(Double.NaN, INFINITY).toDouble()).isNaN();
    assertThat(sum(Double.NaN).toDouble()).isNaN();
    assertThat(sumOfSquares(-INFINITY, 1).toDouble()).isEqualTo(INFINITY);
    assertThat(sumOfSquares(Double.NaN).toDouble()).isNaN();
    assertThat(sum(1, INFINITY, 2).toBigDecimal()).isEqualByComparingTo("3");
    for (double value : new double[] {INFINITY, -INFINITY, Double.NaN}) {
      assertThat(sum(value).isFinite()).isFalse();
      assertThat(sum(value)).isNotEqualTo(sum()).isNotEqualTo(sum(value, value));
      assertThat(sum(1, value, 2)).isEqualTo(sum(3, value)).hasSameHashCodeAs(sum(3, value));
    }
    ExactSum merged = sum(INFINITY);
    merged.add(sum(-INFINITY, 4));
    assertThat(merged).isEqualTo(sum(4, -INFINITY, INFINITY));
    merged.add(sum(Double.NaN));
    assertThat(merged.copy()).isEqualTo(sum(4, Double.NaN, -INFINITY, INFINITY));
  }

  @Test
  void everyOrderGivesTheSameBits() {
    double[] values = {1e308, -1e-308, 3.5, -1e308, 0x1p-1074, 1e16, -7};
    ExactSum expected = sum(values);
    List<double[]> orders = new ArrayList<>();
    permute(values.clone(), 0, orders);
    assertThat(orders).hasSize(5040);
    for (double[] order : orders) {
      ExactSum sum = sum(order);
      assertThat(sum).isEqualTo(expected).hasSameHashCodeAs(expected);
      assertThat(sum.toDouble()).isEqualTo(expected.toDouble());
    }
  }

  private static void permute(double[] values, int fixed, List<double[]> orders) {
    if (fixed == values.length) {
      orders.add(values.clone());
    }
    for (int i = fixed; i < values.length; i++) {
      swap(values, fixed, i);
      permute(values, fixed + 1, orders);
      swap(values, fixed, i);
    }
  }

  private static void swap(double[] values, int i, int j) {
    double value = values[i];
    values[i] = values[j];
    values[j] = value;
  }

  @Test
  void everyMergeTreeGivesTheSameBits() {
    double[] values = {1e308, -1e-308, 3.5, -1e308, 0x1p-1074, INFINITY, 1e16};
    List<ExactSum> merged = mergeTrees(values, 0, values.length);
    assertThat(merged).hasSize(132); // Catalan number of 6
    assertThat(merged).containsOnly(sum(values));
  }

  private static List<ExactSum> mergeTrees(double[] values, int from, int to) {
    if (to - from == 1) {
      return List.of(sum(values[from]));
    }
    List<ExactSum> sums = new ArrayList<>();
    for (int split = from + 1; split < to; split++) {
      for (ExactSum left : mergeTrees(values, from, split)) {
        for (ExactSum right : mergeTrees(values, split, to)) {
          ExactSum sum = left.copy();
          sum.add(right);
          sums.add(sum);
        }
      }
    }
    return sums;
  }

  @Test
  void mergingChangesOnlyTheReceiver() {
    ExactSum left = sum(1, 2);
    ExactSum right = sum(3);
    left.add(right);
    assertThat(right).isEqualTo(sum(3));
    assertThat(left).isEqualTo(sum(6));
    ExactSum copy = left.copy();
    copy.add(1);
    assertThat(left).isEqualTo(sum(6));
    assertThat(left.toDouble()).isEqualTo(6);
    assertThat(left).hasToString("ExactSum[6.0]").isNotEqualTo(6.0);
  }

  @Test
  void hasRoomForTwoToThe62Additions() {
    for (double value :
        new double[] {Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MIN_VALUE, 0.1, -0x1p31}) {
      ExactSum sum = sum(value);
      ExactSum squares = sumOfSquares(value);
      for (int doubling = 0; doubling < 62; doubling++) {
        sum.add(sum);
        squares.add(squares);
      }
      BigDecimal count = new BigDecimal(BigInteger.ONE.shiftLeft(62));
      assertExact(sum, new BigDecimal(value).multiply(count));
      assertExact(squares, new BigDecimal(value).pow(2).multiply(count));
    }
  }

  @Test
  void passesCarriesBeforeDigitsOverflow() {
    // Sums of nearly 2^28 uncarried additions are merged with each other, past the carry threshold.
    double value = -0x1.fffffffffffffp20;
    ExactSum sum = sum(value);
    for (int doubling = 0; doubling < 27; doubling++) {
      sum.add(sum);
    }
    ExactSum total = new ExactSum();
    for (int i = 0; i < 64; i++) {
      total.add(sum);
      total.add(value);
    }
    BigDecimal count = BigDecimal.valueOf(64 * ((1L << 27) + 1));
    assertExact(total, new BigDecimal(value).multiply(count));
  }

  @Test
  void aCountIsExactAboveTwoToThe32Too() {
    for (int bit = 0; bit < 63; bit++) {
      for (long count : new long[] {(1L << bit) - 1, 1L << bit, (1L << bit) + 1}) {
        assertExact(ExactSum.ofCount(count), BigDecimal.valueOf(count));
      }
    }
    Random random = new Random(7);
    for (int trial = 0; trial < 1000; trial++) {
      long count = random.nextLong() >>> (1 + random.nextInt(60));
      assertExact(ExactSum.ofCount(count), BigDecimal.valueOf(count));
    }
    assertExact(ExactSum.ofCount(Long.MAX_VALUE), BigDecimal.valueOf(Long.MAX_VALUE));
  }

  /**
   * Few additions of each kind, which fill the digits, and then doublings: carries are propagated
   * in time only if the few additions were counted, too.
   */
  @ParameterizedTest
  @ValueSource(strings = {"values", "squares", "products", "products of sums", "sums"})
  void everyAdditionMakesRoomForItsCarries(String kind) {
    double full = 0x1.fffffffffffffp52; // 53 ones
    double other = -0x1.fffffffffffffp20;
    ExactSum wide = new ExactSum();
    for (int exponent = -600; exponent <= 600; exponent += 53) {
      wide.add(Math.scalb(full, exponent));
    }
    ExactSum sum = new ExactSum();
    for (int i = 0; i < 64; i++) {
      switch (kind) {
        case "values" -> sum.add(full);
        case "squares" -> sum.addSquare(full);
        case "products" -> sum.addProduct(full, other);
        case "products of sums" -> sum.addProduct(wide, wide);
        default -> sum.add(wide);
      }
    }
    BigDecimal exact =
        switch (kind) {
          case "values" -> new BigDecimal(full);
          case "squares" -> new BigDecimal(full).pow(2);
          case "products" -> new BigDecimal(full).multiply(new BigDecimal(other));
          case "products of sums" -> wide.toBigDecimal().pow(2);
          default -> wide.toBigDecimal();
        };
    exact = exact.multiply(BigDecimal.valueOf(64));
    for (int doubling = 0; doubling < 40; doubling++) {
      assertExact(sum, exact);
      sum.add(sum);
      exact = exact.add(exact);
    }
  }
}
