/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The second moments Σ x[i]·x[j] of vectors over independent units, as exact sums; the ones that
 * are 0 take no room. Mutable.
 */
final class CrossMoments {

  /** The most elements of a vector. */
  private static final int STRIDE = 16;

  /** Binary digits behind the point of a product of two elements. */
  private static final int FRACTION = -2 * PredictionTotals.RESIDUALS.least();

  /** Products of two sums over tokens, of which there are fewer than 2^62. */
  private static final NumberRange PRODUCTS = new NumberRange(-FRACTION, 124);

  private final SortedMap<Integer, ExactSum> sums = new TreeMap<>();

  /** Adds a unit. */
  void add(ExactSum... x) {
    for (int i = 0; i < x.length; i++) {
      for (int j = i; j < x.length && !x[i].isZero(); j++) {
        if (!x[j].isZero()) {
          sum(i, j).addProduct(x[i], x[j]);
        }
      }
    }
  }

  private ExactSum sum(int i, int j) {
    return sums.computeIfAbsent(i * STRIDE + j, any -> new ExactSum());
  }

  /** Adds all units of other moments, which may be these. */
  void add(CrossMoments other) {
    other.sums.forEach((key, sum) -> sums.computeIfAbsent(key, any -> new ExactSum()).add(sum));
  }

  /** Σ x[i]·x[j], which is not to be changed. */
  ExactSum at(int i, int j) {
    return sums.getOrDefault(Math.min(i, j) * STRIDE + Math.max(i, j), new ExactSum());
  }

  /** Σ y·x[j], where y = Σ signs[i]·x[i] in every unit. */
  ExactSum combined(int[] signs, int j) {
    ExactSum combined = new ExactSum();
    for (int i = 0; i < signs.length; i++) {
      add(combined, signs[i], at(i, j));
    }
    return combined;
  }

  /** Σ y², where y = Σ signs[i]·x[i] in every unit. */
  ExactSum combinedSquare(int[] signs) {
    ExactSum square = new ExactSum();
    for (int j = 0; j < signs.length; j++) {
      add(square, signs[j], combined(signs, j));
    }
    return square;
  }

  private static void add(ExactSum sum, int sign, ExactSum addend) {
    if (sign != 0) {
      sum.add(sign > 0 ? addend : addend.negated());
    }
  }

  void writeTo(SerialWriter out) {
    out.writeVariable(sums.values().stream().filter(sum -> !sum.isZero()).count());
    sums.forEach(
        (key, sum) -> {
          if (!sum.isZero()) {
            out.writeVariable(key);
            sum.writeTo(out);
          }
        });
  }

  /**
   * Reads moments of vectors of this length.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  static CrossMoments readFrom(SerialReader in, int length) {
    CrossMoments moments = new CrossMoments();
    long count = in.readVariable("the number of moments");
    int before = -1;
    for (long i = 0; i < count; i++) {
      long key = in.readVariable("the number of a moment");
      in.require(
          key > before && key / STRIDE <= key % STRIDE && key % STRIDE < length,
          "its moments are out of order");
      before = (int) key;
      ExactSum sum = ExactSum.readFrom(in);
      in.require(
          sum.isFinite() && !sum.isZero() && PRODUCTS.mayHave(sum, 1),
          "no documents have such moments");
      moments.sums.put(before, sum);
    }
    return moments;
  }

  /**
   * Whether {@code units} units can have these moments, given Σ x: with 1 before each vector, the
   * matrix of all second moments is positive semidefinite.
   */
  boolean fit(long units, ExactSum... total) {
    BigInteger[][] matrix = new BigInteger[total.length + 1][total.length + 1];
    matrix[0][0] = integer(ExactSum.ofCount(units));
    for (int i = 0; i < total.length; i++) {
      matrix[0][i + 1] = integer(total[i]);
      for (int j = i; j < total.length; j++) {
        matrix[i + 1][j + 1] = integer(at(i, j));
      }
    }
    return isDefinite(matrix);
  }

  private static BigInteger integer(ExactSum sum) {
    return sum.toBigDecimal()
        .multiply(new BigDecimal(BigInteger.ONE.shiftLeft(FRACTION)))
        .toBigIntegerExact();
  }

  /**
   * Whether a symmetric matrix is positive semidefinite: no pivot is negative, and a row whose
   * pivot is 0 is 0. It is eliminated without fractions, after E. H. Bareiss, <i>Sylvester's
   * identity and multistep integer-preserving Gaussian elimination</i>, Math. Comp. 22 (1968).
   *
   * @param a the upper triangle, which is overwritten
   */
  private static boolean isDefinite(BigInteger[][] a) {
    BigInteger before = BigInteger.ONE;
    for (int k = 0; k < a.length; k++) {
      BigInteger pivot = a[k][k];
      if (pivot.signum() < 0 || (pivot.signum() == 0 && !isZero(a[k], k))) {
        return false;
      }
      if (pivot.signum() > 0) {
        eliminate(a, k, before);
        before = pivot;
      }
    }
    return true;
  }

  private static boolean isZero(BigInteger[] row, int from) {
    for (int j = from; j < row.length; j++) {
      if (row[j].signum() != 0) {
        return false;
      }
    }
    return true;
  }

  private static void eliminate(BigInteger[][] a, int k, BigInteger divisor) {
    for (int i = k + 1; i < a.length; i++) {
      for (int j = i; j < a.length; j++) {
        a[i][j] = a[i][j].multiply(a[k][k]).subtract(a[k][i].multiply(a[k][j])).divide(divisor);
      }
    }
  }
}
