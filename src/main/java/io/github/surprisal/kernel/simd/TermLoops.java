/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.Exponential.C2;
import static io.github.surprisal.kernel.Exponential.C3;
import static io.github.surprisal.kernel.Exponential.C4;
import static io.github.surprisal.kernel.Exponential.C5;
import static io.github.surprisal.kernel.Exponential.C6;
import static io.github.surprisal.kernel.Exponential.HIGHEST;
import static io.github.surprisal.kernel.Exponential.LN2_HIGH;
import static io.github.surprisal.kernel.Exponential.LN2_LOW;
import static io.github.surprisal.kernel.Exponential.LOG2_E;
import static io.github.surprisal.kernel.Exponential.LOWEST;
import static io.github.surprisal.kernel.simd.Vectors.FLOATS;
import static io.github.surprisal.kernel.simd.Vectors.INTS;
import static io.github.surprisal.kernel.simd.Vectors.WIDTH;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.RowBlock;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential of {@link Exponential} in vectors: a term for each logit.
 *
 * <p>It is written out in every method, up to four vectors a turn with every constant in a local
 * variable, and each method holds one loop: C2 gives up on larger ones, on helpers that it should
 * inline into them, and on constants that are broadcast there.
 *
 * <p>Logits far from the row's reference, infinite or NaN, are rare; to lift or lower them into the
 * range that terms have scales for costs a fifth of the time. So there are loops besides that take
 * logits as they are, watch the scales, and tell whether all were within range. If not, what they
 * wrote means nothing.
 */
final class TermLoops {

  /** Elements that one turn of {@link #writeTerms} takes: two vectors. */
  static final int TURN = 2 * WIDTH;

  /** The bits in which z differs from LOWEST only where it is not from there to HIGHEST. */
  private static final int BEYOND = ~(LOWEST ^ HIGHEST);

  private TermLoops() {}

  /** Writes the terms of x[base … base + length) from outBase on, for a length of whole turns. */
  static void writeTerms(float[] x, int base, int length, int exponent, float[] out, int outBase) {
    FloatVector lowest = FloatVector.broadcast(FLOATS, Exponential.lowest(exponent));
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector magic = FloatVector.broadcast(FLOATS, Exponential.magic(exponent));
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector highest = IntVector.broadcast(INTS, HIGHEST);
    for (int j = 0; j < length; j += TURN) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, base + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, base + WIDTH + j);
      a = a.blend(lowest, a.compare(VectorOperators.LT, lowest));
      b = b.blend(lowest, b.compare(VectorOperators.LT, lowest));
      FloatVector za = a.fma(log2e, magic);
      FloatVector zb = b.fma(log2e, magic);
      FloatVector na = za.sub(magic);
      FloatVector nb = zb.sub(magic);
      FloatVector ra = na.fma(minusLow, na.fma(minusHigh, a));
      FloatVector rb = nb.fma(minusLow, nb.fma(minusHigh, b));
      FloatVector pa = ra.fma(c6, c5);
      FloatVector pb = rb.fma(c6, c5);
      pa = pa.fma(ra, c4);
      pb = pb.fma(rb, c4);
      pa = pa.fma(ra, c3);
      pb = pb.fma(rb, c3);
      pa = pa.fma(ra, c2);
      pb = pb.fma(rb, c2);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      IntVector ka = za.reinterpretAsInts().min(highest);
      IntVector kb = zb.reinterpretAsInts().min(highest);
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      pa.mul(sa).intoArray(out, outBase + j);
      pb.mul(sb).intoArray(out, outBase + WIDTH + j);
    }
  }

  /** {@link #writeTerms} if all logits are within range; returns whether they are. */
  static boolean tryTerms(float[] x, int base, int length, int exponent, float[] out, int outBase) {
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector magic = FloatVector.broadcast(FLOATS, Exponential.magic(exponent));
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    IntVector distances = IntVector.zero(INTS);
    for (int j = 0; j < length; j += TURN) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, base + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, base + WIDTH + j);
      FloatVector za = a.fma(log2e, magic);
      FloatVector zb = b.fma(log2e, magic);
      FloatVector na = za.sub(magic);
      FloatVector nb = zb.sub(magic);
      FloatVector ra = na.fma(minusLow, na.fma(minusHigh, a));
      FloatVector rb = nb.fma(minusLow, nb.fma(minusHigh, b));
      FloatVector pa = ra.fma(c6, c5);
      FloatVector pb = rb.fma(c6, c5);
      pa = pa.fma(ra, c4);
      pb = pb.fma(rb, c4);
      pa = pa.fma(ra, c3);
      pb = pb.fma(rb, c3);
      pa = pa.fma(ra, c2);
      pb = pb.fma(rb, c2);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      IntVector ka = za.reinterpretAsInts();
      IntVector kb = zb.reinterpretAsInts();
      distances = distances.or(ka.lanewise(VectorOperators.XOR, lowest));
      distances = distances.or(kb.lanewise(VectorOperators.XOR, lowest));
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      pa.mul(sa).intoArray(out, outBase + j);
      pb.mul(sb).intoArray(out, outBase + WIDTH + j);
    }
    return distances.and(BEYOND).compare(VectorOperators.EQ, 0).allTrue();
  }

  /**
   * Writes the terms of runs of so many logits, in whole vectors, from four places, each with an
   * exponent of its own, to out[outBase + k·outDistance …], which may be where the logits stand.
   */
  static void writeFour(
      float[] x,
      int[] bases,
      int length,
      int[] exponents,
      float[] out,
      int outBase,
      int outDistance) {
    FloatVector lowestA = FloatVector.broadcast(FLOATS, Exponential.lowest(exponents[0]));
    FloatVector lowestB = FloatVector.broadcast(FLOATS, Exponential.lowest(exponents[1]));
    FloatVector lowestC = FloatVector.broadcast(FLOATS, Exponential.lowest(exponents[2]));
    FloatVector lowestD = FloatVector.broadcast(FLOATS, Exponential.lowest(exponents[3]));
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector magicA = FloatVector.broadcast(FLOATS, Exponential.magic(exponents[0]));
    FloatVector magicB = FloatVector.broadcast(FLOATS, Exponential.magic(exponents[1]));
    FloatVector magicC = FloatVector.broadcast(FLOATS, Exponential.magic(exponents[2]));
    FloatVector magicD = FloatVector.broadcast(FLOATS, Exponential.magic(exponents[3]));
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector highest = IntVector.broadcast(INTS, HIGHEST);
    int baseA = bases[0];
    int baseB = bases[1];
    int outB = outBase + outDistance;
    int baseC = bases[2];
    int outC = outBase + 2 * outDistance;
    int baseD = bases[3];
    int outD = outBase + 3 * outDistance;
    for (int j = 0; j < length; j += WIDTH) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, baseA + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, baseB + j);
      FloatVector c = FloatVector.fromArray(FLOATS, x, baseC + j);
      FloatVector d = FloatVector.fromArray(FLOATS, x, baseD + j);
      a = a.blend(lowestA, a.compare(VectorOperators.LT, lowestA));
      b = b.blend(lowestB, b.compare(VectorOperators.LT, lowestB));
      c = c.blend(lowestC, c.compare(VectorOperators.LT, lowestC));
      d = d.blend(lowestD, d.compare(VectorOperators.LT, lowestD));
      FloatVector za = a.fma(log2e, magicA);
      FloatVector zb = b.fma(log2e, magicB);
      FloatVector zc = c.fma(log2e, magicC);
      FloatVector zd = d.fma(log2e, magicD);
      FloatVector na = za.sub(magicA);
      FloatVector nb = zb.sub(magicB);
      FloatVector nc = zc.sub(magicC);
      FloatVector nd = zd.sub(magicD);
      FloatVector ra = na.fma(minusLow, na.fma(minusHigh, a));
      FloatVector rb = nb.fma(minusLow, nb.fma(minusHigh, b));
      FloatVector rc = nc.fma(minusLow, nc.fma(minusHigh, c));
      FloatVector rd = nd.fma(minusLow, nd.fma(minusHigh, d));
      FloatVector pa = ra.fma(c6, c5);
      FloatVector pb = rb.fma(c6, c5);
      FloatVector pc = rc.fma(c6, c5);
      FloatVector pd = rd.fma(c6, c5);
      pa = pa.fma(ra, c4);
      pb = pb.fma(rb, c4);
      pc = pc.fma(rc, c4);
      pd = pd.fma(rd, c4);
      pa = pa.fma(ra, c3);
      pb = pb.fma(rb, c3);
      pc = pc.fma(rc, c3);
      pd = pd.fma(rd, c3);
      pa = pa.fma(ra, c2);
      pb = pb.fma(rb, c2);
      pc = pc.fma(rc, c2);
      pd = pd.fma(rd, c2);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      pc = pc.fma(rc, two);
      pd = pd.fma(rd, two);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      pc = pc.fma(rc, two);
      pd = pd.fma(rd, two);
      IntVector ka = za.reinterpretAsInts().min(highest);
      IntVector kb = zb.reinterpretAsInts().min(highest);
      IntVector kc = zc.reinterpretAsInts().min(highest);
      IntVector kd = zd.reinterpretAsInts().min(highest);
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sc = kc.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sd = kd.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      pa.mul(sa).intoArray(out, outBase + j);
      pb.mul(sb).intoArray(out, outB + j);
      pc.mul(sc).intoArray(out, outC + j);
      pd.mul(sd).intoArray(out, outD + j);
    }
  }

  /**
   * {@link #writeFour} if all logits are within range; returns whether they are. If not, what is
   * written means nothing: logits in its place are lost.
   */
  static boolean tryFour(
      float[] x,
      int[] bases,
      int length,
      int[] exponents,
      float[] out,
      int outBase,
      int outDistance) {
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector magicA = FloatVector.broadcast(FLOATS, Exponential.magic(exponents[0]));
    FloatVector magicB = FloatVector.broadcast(FLOATS, Exponential.magic(exponents[1]));
    FloatVector magicC = FloatVector.broadcast(FLOATS, Exponential.magic(exponents[2]));
    FloatVector magicD = FloatVector.broadcast(FLOATS, Exponential.magic(exponents[3]));
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    IntVector distances = IntVector.zero(INTS);
    int baseA = bases[0];
    int baseB = bases[1];
    int outB = outBase + outDistance;
    int baseC = bases[2];
    int outC = outBase + 2 * outDistance;
    int baseD = bases[3];
    int outD = outBase + 3 * outDistance;
    for (int j = 0; j < length; j += WIDTH) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, baseA + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, baseB + j);
      FloatVector c = FloatVector.fromArray(FLOATS, x, baseC + j);
      FloatVector d = FloatVector.fromArray(FLOATS, x, baseD + j);
      FloatVector za = a.fma(log2e, magicA);
      FloatVector zb = b.fma(log2e, magicB);
      FloatVector zc = c.fma(log2e, magicC);
      FloatVector zd = d.fma(log2e, magicD);
      FloatVector na = za.sub(magicA);
      FloatVector nb = zb.sub(magicB);
      FloatVector nc = zc.sub(magicC);
      FloatVector nd = zd.sub(magicD);
      FloatVector ra = na.fma(minusLow, na.fma(minusHigh, a));
      FloatVector rb = nb.fma(minusLow, nb.fma(minusHigh, b));
      FloatVector rc = nc.fma(minusLow, nc.fma(minusHigh, c));
      FloatVector rd = nd.fma(minusLow, nd.fma(minusHigh, d));
      FloatVector pa = ra.fma(c6, c5);
      FloatVector pb = rb.fma(c6, c5);
      FloatVector pc = rc.fma(c6, c5);
      FloatVector pd = rd.fma(c6, c5);
      pa = pa.fma(ra, c4);
      pb = pb.fma(rb, c4);
      pc = pc.fma(rc, c4);
      pd = pd.fma(rd, c4);
      pa = pa.fma(ra, c3);
      pb = pb.fma(rb, c3);
      pc = pc.fma(rc, c3);
      pd = pd.fma(rd, c3);
      pa = pa.fma(ra, c2);
      pb = pb.fma(rb, c2);
      pc = pc.fma(rc, c2);
      pd = pd.fma(rd, c2);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      pc = pc.fma(rc, two);
      pd = pd.fma(rd, two);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      pc = pc.fma(rc, two);
      pd = pd.fma(rd, two);
      IntVector ka = za.reinterpretAsInts();
      IntVector kb = zb.reinterpretAsInts();
      IntVector kc = zc.reinterpretAsInts();
      IntVector kd = zd.reinterpretAsInts();
      distances = distances.or(ka.lanewise(VectorOperators.XOR, lowest));
      distances = distances.or(kb.lanewise(VectorOperators.XOR, lowest));
      distances = distances.or(kc.lanewise(VectorOperators.XOR, lowest));
      distances = distances.or(kd.lanewise(VectorOperators.XOR, lowest));
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sc = kc.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sd = kd.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      pa.mul(sa).intoArray(out, outBase + j);
      pb.mul(sb).intoArray(out, outB + j);
      pc.mul(sc).intoArray(out, outC + j);
      pd.mul(sd).intoArray(out, outD + j);
    }
    return distances.and(BEYOND).compare(VectorOperators.EQ, 0).allTrue();
  }

  /**
   * Writes so many classes of so many rows that stand side by side, whole vectors of them: their
   * terms, times a factor. The two halves of the classes are taken together, since memory comes
   * faster from two places.
   */
  static void writeRows(
      float[] x,
      int base,
      int stride,
      int classes,
      RowBlock block,
      int first,
      int rows,
      float[] out,
      int outBase,
      int outStride) {
    int half = classes / 2;
    writeTwoOfRows(
        x,
        base,
        half * stride,
        stride,
        half,
        block,
        first,
        rows,
        out,
        outBase,
        half * outStride,
        outStride);
    if (2 * half < classes) {
      int last = classes - 1; // twice: both halves are this one
      writeTwoOfRows(
          x,
          base + last * stride,
          0,
          stride,
          1,
          block,
          first,
          rows,
          out,
          outBase + last * outStride,
          0,
          outStride);
    }
  }

  /** {@link #writeRows} of so many classes, and of as many at some distance from them. */
  private static void writeTwoOfRows(
      float[] x,
      int base,
      int distance,
      int stride,
      int classes,
      RowBlock block,
      int first,
      int rows,
      float[] out,
      int outBase,
      int outDistance,
      int outStride) {
    float[] shifts = block.shifts;
    float[] lowests = block.lowests;
    float[] magics = block.magics;
    float[] factors = block.factors;
    int[] masks = block.masks;
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector highest = IntVector.broadcast(INTS, HIGHEST);
    int end = first + rows;
    int row = first;
    int i = base;
    int j = outBase;
    for (int n = 0; n < classes * rows; n += WIDTH) {
      FloatVector lowest = FloatVector.fromArray(FLOATS, lowests, row);
      FloatVector magic = FloatVector.fromArray(FLOATS, magics, row);
      FloatVector shift = FloatVector.fromArray(FLOATS, shifts, row);
      FloatVector factor = FloatVector.fromArray(FLOATS, factors, row);
      IntVector mask = IntVector.fromArray(INTS, masks, row);
      FloatVector a = FloatVector.fromArray(FLOATS, x, i).sub(shift);
      FloatVector b = FloatVector.fromArray(FLOATS, x, i + distance).sub(shift);
      a = a.blend(lowest, a.compare(VectorOperators.LT, lowest));
      b = b.blend(lowest, b.compare(VectorOperators.LT, lowest));
      FloatVector za = a.fma(log2e, magic);
      FloatVector zb = b.fma(log2e, magic);
      FloatVector na = za.sub(magic);
      FloatVector nb = zb.sub(magic);
      FloatVector ra = na.fma(minusLow, na.fma(minusHigh, a));
      FloatVector rb = nb.fma(minusLow, nb.fma(minusHigh, b));
      FloatVector pa = ra.fma(c6, c5);
      FloatVector pb = rb.fma(c6, c5);
      pa = pa.fma(ra, c4);
      pb = pb.fma(rb, c4);
      pa = pa.fma(ra, c3);
      pb = pb.fma(rb, c3);
      pa = pa.fma(ra, c2);
      pb = pb.fma(rb, c2);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      IntVector ka = za.reinterpretAsInts().min(highest);
      IntVector kb = zb.reinterpretAsInts().min(highest);
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      pa.mul(sa).mul(factor).reinterpretAsInts().and(mask).reinterpretAsFloats().intoArray(out, j);
      pb.mul(sb)
          .mul(factor)
          .reinterpretAsInts()
          .and(mask)
          .reinterpretAsFloats()
          .intoArray(out, j + outDistance);
      row += WIDTH;
      i += WIDTH;
      j += WIDTH;
      if (row == end) { // the next class
        row = first;
        i += stride - rows;
        j += outStride - rows;
      }
    }
  }

  /**
   * Writes the terms of two classes of so many rows, whole vectors of them, to another array, if
   * all logits are within range; returns whether they are.
   *
   * @param distance from one class to the other, in both arrays
   */
  static boolean tryTwoOfRows(
      float[] x, int base, int distance, float[] magics, int rows, float[] out, int outBase) {
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector lowest = IntVector.broadcast(INTS, LOWEST);
    IntVector distances = IntVector.zero(INTS);
    int baseB = base + distance;
    int outB = outBase + distance;
    for (int row = 0; row < rows; row += WIDTH) {
      FloatVector magic = FloatVector.fromArray(FLOATS, magics, row);
      FloatVector a = FloatVector.fromArray(FLOATS, x, base + row);
      FloatVector b = FloatVector.fromArray(FLOATS, x, baseB + row);
      FloatVector za = a.fma(log2e, magic);
      FloatVector zb = b.fma(log2e, magic);
      FloatVector na = za.sub(magic);
      FloatVector nb = zb.sub(magic);
      FloatVector ra = na.fma(minusLow, na.fma(minusHigh, a));
      FloatVector rb = nb.fma(minusLow, nb.fma(minusHigh, b));
      FloatVector pa = ra.fma(c6, c5);
      FloatVector pb = rb.fma(c6, c5);
      pa = pa.fma(ra, c4);
      pb = pb.fma(rb, c4);
      pa = pa.fma(ra, c3);
      pb = pb.fma(rb, c3);
      pa = pa.fma(ra, c2);
      pb = pb.fma(rb, c2);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      IntVector ka = za.reinterpretAsInts();
      IntVector kb = zb.reinterpretAsInts();
      distances = distances.or(ka.lanewise(VectorOperators.XOR, lowest));
      distances = distances.or(kb.lanewise(VectorOperators.XOR, lowest));
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      pa.mul(sa).intoArray(out, outBase + row);
      pb.mul(sb).intoArray(out, outB + row);
    }
    return distances.and(BEYOND).compare(VectorOperators.EQ, 0).allTrue();
  }

  /**
   * Writes, for each of so many classes of so many rows that stand side by side, the sum of its
   * term and that of a class further on.
   */
  static void writePairs(
      float[] x,
      int base,
      int distance,
      int stride,
      int classes,
      RowBlock block,
      int first,
      int rows,
      float[] sums,
      int sumsBase,
      int pitch) {
    float[] lowests = block.lowests;
    float[] magics = block.magics;
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector highest = IntVector.broadcast(INTS, HIGHEST);
    int end = first + rows;
    int row = first;
    int i = base;
    int j = sumsBase;
    for (int n = 0; n < classes * rows; n += WIDTH) {
      FloatVector lowest = FloatVector.fromArray(FLOATS, lowests, row);
      FloatVector magic = FloatVector.fromArray(FLOATS, magics, row);
      FloatVector a = FloatVector.fromArray(FLOATS, x, i);
      FloatVector b = FloatVector.fromArray(FLOATS, x, i + distance);
      a = a.blend(lowest, a.compare(VectorOperators.LT, lowest));
      b = b.blend(lowest, b.compare(VectorOperators.LT, lowest));
      FloatVector za = a.fma(log2e, magic);
      FloatVector zb = b.fma(log2e, magic);
      FloatVector na = za.sub(magic);
      FloatVector nb = zb.sub(magic);
      FloatVector ra = na.fma(minusLow, na.fma(minusHigh, a));
      FloatVector rb = nb.fma(minusLow, nb.fma(minusHigh, b));
      FloatVector pa = ra.fma(c6, c5);
      FloatVector pb = rb.fma(c6, c5);
      pa = pa.fma(ra, c4);
      pb = pb.fma(rb, c4);
      pa = pa.fma(ra, c3);
      pb = pb.fma(rb, c3);
      pa = pa.fma(ra, c2);
      pb = pb.fma(rb, c2);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      pa = pa.fma(ra, two);
      pb = pb.fma(rb, two);
      IntVector ka = za.reinterpretAsInts().min(highest);
      IntVector kb = zb.reinterpretAsInts().min(highest);
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      // Both products are exact, so this is one rounded addition.
      pb.fma(sb, pa.mul(sa)).intoArray(sums, j);
      row += WIDTH;
      i += WIDTH;
      j += WIDTH;
      if (row == end) { // the next class
        row = first;
        i += stride - rows;
        j += pitch - rows;
      }
    }
  }
}
