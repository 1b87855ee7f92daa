/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.simd.Vectors.DOUBLES;
import static io.github.surprisal.kernel.simd.Vectors.LONGS;
import static io.github.surprisal.kernel.simd.Vectors.WIDE;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.Logarithm;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Exponentials and logarithms in double, of whole vectors.
 *
 * <p>No vector goes from one method to another: where HotSpot does not inline that, it makes an
 * object of it.
 */
final class DoubleLoops {

  /** Elements that one turn of {@link #writeExpInRange} takes. */
  static final int TURN = 2 * WIDE;

  /**
   * The bias of a double's exponent. It is added to the magic number, so that the bits of z,
   * shifted by 52, are the bits of 2^n. The sum changes no n, since no product of a double and log2
   * e lies halfway between two integers.
   */
  private static final long BIAS = 1023;

  /** The exponent n from which on no y is below {@link Exponential#LOWEST_DOUBLE}. */
  private static final long LOWEST_EXPONENT = -1020;

  /** The bits of z for that n. */
  private static final long LOWEST_Z =
      Double.doubleToRawLongBits(Exponential.MAGIC_DOUBLE) + BIAS + LOWEST_EXPONENT;

  /** The bits in which z − LOWEST_Z may be other than 0: 709 has 2,043. */
  private static final long RANGE = 2047;

  private DoubleLoops() {}

  /**
   * Writes e^y as {@link Exponential#exp} gives it, for y up to 709; returns false, and what it
   * wrote means nothing, if any y is NaN, infinite or below about −707.
   *
   * <p>As in {@link TermLoops}, the formula is written out for both vectors of a turn, and the bits
   * of z are watched: a maximum and a comparison with −∞ take as long as half of the polynomial.
   *
   * <p>For y from −708 to 709 what it writes is right, whatever it returns.
   *
   * @param length whole turns
   * @param out may be {@code y}
   */
  static boolean writeExpInRange(double[] y, int length, double[] out) {
    DoubleVector log2e = DoubleVector.broadcast(DOUBLES, Exponential.LOG2_E_DOUBLE);
    DoubleVector magic = DoubleVector.broadcast(DOUBLES, Exponential.MAGIC_DOUBLE + BIAS);
    DoubleVector minusHigh = DoubleVector.broadcast(DOUBLES, -Exponential.LN2_HIGH_DOUBLE);
    DoubleVector minusLow = DoubleVector.broadcast(DOUBLES, -Exponential.LN2_LOW_DOUBLE);
    DoubleVector c13 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(13));
    DoubleVector c12 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(12));
    DoubleVector c11 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(11));
    DoubleVector c10 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(10));
    DoubleVector c9 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(9));
    DoubleVector c8 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(8));
    DoubleVector c7 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(7));
    DoubleVector c6 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(6));
    DoubleVector c5 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(5));
    DoubleVector c4 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(4));
    DoubleVector c3 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(3));
    DoubleVector c2 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(2));
    DoubleVector c1 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(1));
    DoubleVector c0 = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(0));
    LongVector lowest = LongVector.broadcast(LONGS, LOWEST_Z);
    LongVector distances = LongVector.zero(LONGS);
    for (int i = 0; i < length; i += TURN) {
      DoubleVector a = DoubleVector.fromArray(DOUBLES, y, i);
      DoubleVector b = DoubleVector.fromArray(DOUBLES, y, i + WIDE);
      DoubleVector za = a.fma(log2e, magic);
      DoubleVector zb = b.fma(log2e, magic);
      DoubleVector na = za.sub(magic);
      DoubleVector nb = zb.sub(magic);
      DoubleVector ra = na.fma(minusLow, na.fma(minusHigh, a));
      DoubleVector rb = nb.fma(minusLow, nb.fma(minusHigh, b));
      DoubleVector pa = c13.fma(ra, c12);
      DoubleVector pb = c13.fma(rb, c12);
      pa = pa.fma(ra, c11);
      pb = pb.fma(rb, c11);
      pa = pa.fma(ra, c10);
      pb = pb.fma(rb, c10);
      pa = pa.fma(ra, c9);
      pb = pb.fma(rb, c9);
      pa = pa.fma(ra, c8);
      pb = pb.fma(rb, c8);
      pa = pa.fma(ra, c7);
      pb = pb.fma(rb, c7);
      pa = pa.fma(ra, c6);
      pb = pb.fma(rb, c6);
      pa = pa.fma(ra, c5);
      pb = pb.fma(rb, c5);
      pa = pa.fma(ra, c4);
      pb = pb.fma(rb, c4);
      pa = pa.fma(ra, c3);
      pb = pb.fma(rb, c3);
      pa = pa.fma(ra, c2);
      pb = pb.fma(rb, c2);
      pa = pa.fma(ra, c1);
      pb = pb.fma(rb, c1);
      pa = pa.fma(ra, c0);
      pb = pb.fma(rb, c0);
      LongVector ka = za.reinterpretAsLongs();
      LongVector kb = zb.reinterpretAsLongs();
      distances = distances.or(ka.sub(lowest)).or(kb.sub(lowest));
      DoubleVector sa = ka.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
      DoubleVector sb = kb.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
      pa.mul(sa).intoArray(out, i);
      pb.mul(sb).intoArray(out, i + WIDE);
    }
    return distances.and(~RANGE).compare(VectorOperators.EQ, 0).allTrue();
  }

  /** Writes y, but {@link Exponential#LOWEST_DOUBLE} for numbers below. */
  static void writeLifted(double[] y, int length, double[] out) {
    DoubleVector lowest = DoubleVector.broadcast(DOUBLES, Exponential.LOWEST_DOUBLE);
    for (int i = 0; i < length; i += WIDE) {
      DoubleVector.fromArray(DOUBLES, y, i).max(lowest).intoArray(out, i);
    }
  }

  /** Writes 0 where y is −∞. */
  static void clearImpossible(double[] y, int length, double[] out) {
    DoubleVector impossible = DoubleVector.broadcast(DOUBLES, Double.NEGATIVE_INFINITY);
    DoubleVector zero = DoubleVector.zero(DOUBLES);
    for (int i = 0; i < length; i += WIDE) {
      VectorMask<Double> isImpossible =
          DoubleVector.fromArray(DOUBLES, y, i).compare(VectorOperators.EQ, impossible);
      DoubleVector.fromArray(DOUBLES, out, i).blend(zero, isImpossible).intoArray(out, i);
    }
  }

  /** Writes log(1 + x) as {@link Logarithm#log1p} gives it for finite x from 0 on. */
  static void writeLog1p(double[] arguments, int length, double[] out) {
    DoubleVector one = DoubleVector.broadcast(DOUBLES, 1);
    DoubleVector magic = DoubleVector.broadcast(DOUBLES, Exponential.MAGIC_DOUBLE);
    DoubleVector lnHigh = DoubleVector.broadcast(DOUBLES, Exponential.LN2_HIGH_DOUBLE);
    DoubleVector lnLow = DoubleVector.broadcast(DOUBLES, Exponential.LN2_LOW_DOUBLE);
    for (int i = 0; i < length; i += WIDE) {
      DoubleVector x = DoubleVector.fromArray(DOUBLES, arguments, i);
      DoubleVector u = x.add(one);
      DoubleVector dropped = x.sub(u.sub(one));
      dropped = dropped.blend(one.sub(u.sub(x)), x.compare(VectorOperators.GT, one));
      LongVector bits = u.reinterpretAsLongs();
      LongVector k = bits.sub(Logarithm.SQRT_HALF_BITS).lanewise(VectorOperators.LSHR, 52);
      LongVector scaled = bits.sub(k.lanewise(VectorOperators.LSHL, 52));
      DoubleVector n = k.add(magic.reinterpretAsLongs()).reinterpretAsDoubles().sub(magic);
      VectorMask<Double> isUnscaled = x.compare(VectorOperators.LT, Logarithm.UNSCALED);
      DoubleVector f = scaled.reinterpretAsDoubles().sub(one).blend(x, isUnscaled);
      DoubleVector s = f.div(f.add(2));
      DoubleVector square = s.mul(s);
      DoubleVector sum = DoubleVector.broadcast(DOUBLES, Logarithm.coefficient(10));
      for (int j = 9; j >= 0; j--) {
        sum = sum.fma(square, DoubleVector.broadcast(DOUBLES, Logarithm.coefficient(j)));
      }
      DoubleVector log = f.sub(s.mul(f.sub(square.mul(sum))));
      DoubleVector low = n.fma(lnLow, dropped.div(u));
      n.fma(lnHigh, log.add(low)).blend(log, isUnscaled).intoArray(out, i);
    }
  }
}
