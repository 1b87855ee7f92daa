/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.simd.Vectors.DOUBLES;
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

  private DoubleLoops() {}

  /** Writes e^y as {@link Exponential#exp} gives it, but 0 for −∞. */
  static void writeExp(double[] y, int length, double[] out) {
    DoubleVector log2e = DoubleVector.broadcast(DOUBLES, Exponential.LOG2_E_DOUBLE);
    DoubleVector magic = DoubleVector.broadcast(DOUBLES, Exponential.MAGIC_DOUBLE);
    DoubleVector minusHigh = DoubleVector.broadcast(DOUBLES, -Exponential.LN2_HIGH_DOUBLE);
    DoubleVector minusLow = DoubleVector.broadcast(DOUBLES, -Exponential.LN2_LOW_DOUBLE);
    for (int i = 0; i < length; i += WIDE) {
      DoubleVector given = DoubleVector.fromArray(DOUBLES, y, i);
      DoubleVector x = given.max(Exponential.LOWEST_DOUBLE);
      DoubleVector z = x.fma(log2e, magic);
      DoubleVector n = z.sub(magic);
      DoubleVector r = n.fma(minusLow, n.fma(minusHigh, x));
      DoubleVector p = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(13));
      for (int k = 12; k >= 0; k--) {
        p = p.fma(r, DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(k)));
      }
      LongVector scale = z.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
      DoubleVector exp = p.reinterpretAsLongs().add(scale).reinterpretAsDoubles();
      exp.blend(0, given.compare(VectorOperators.EQ, Double.NEGATIVE_INFINITY)).intoArray(out, i);
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
