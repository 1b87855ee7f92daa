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
import io.github.surprisal.kernel.Places;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential of {@link Exponential} in vectors: a term for each logit. The class is generated:
 * the test class {@code TermLoopsSource} writes it, and {@code TermLoopsTest} fails if it is stale.
 *
 * <p>The formula is written out for each vector of a turn, with every constant in a local variable,
 * and each method holds one loop: C2 gives up on larger ones, on helpers that it should inline into
 * them, and on constants that are broadcast there.
 *
 * <p>The loops take logits as they are. They watch the bits of z and tell whether all logits were
 * within the range that terms have scales for; if not, what they wrote means nothing, and they are
 * to be called again with logits that are clamped to that range. Hardly any logits are beyond it,
 * and clamping all of them takes a fifth of the time.
 */
final class TermLoops {

  /** Elements that one turn takes at one place. */
  static final int TURN = 2 * WIDTH;

  /** The bits in which z differs from LOWEST only where it is not from there to HIGHEST. */
  private static final int BEYOND = ~(LOWEST ^ HIGHEST);

  private TermLoops() {}

  /** Writes the terms of {@code length} logits, whole turns; returns whether all were in range. */
  static boolean atOnePlace(
      float[] x, int offset, int exponent, int length, float[] terms, int termsOffset) {
    FloatVector magicA = FloatVector.broadcast(FLOATS, Exponential.magic(exponent));
    FloatVector magicB = magicA;
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
    for (int j = 0; j < length; j += TURN) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, offset + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, offset + WIDTH + j);
      FloatVector za = a.fma(log2e, magicA);
      FloatVector zb = b.fma(log2e, magicB);
      FloatVector na = za.sub(magicA);
      FloatVector nb = zb.sub(magicB);
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
      pa.mul(sa).intoArray(terms, termsOffset + j);
      pb.mul(sb).intoArray(terms, termsOffset + WIDTH + j);
    }
    return distances.and(BEYOND).compare(VectorOperators.EQ, 0).allTrue();
  }

  /**
   * Writes the terms of {@code length} logits, whole vectors, from element {@code from} on at each
   * of four places; returns whether all were in range.
   */
  static boolean atFourPlaces(float[] x, Places places, int from, int length, float[] terms) {
    FloatVector magicA = FloatVector.broadcast(FLOATS, Exponential.magic(places.exponents[0]));
    int offsetA = places.offsets[0] + from;
    int termsA = places.termsOffsets[0] + from;
    FloatVector magicB = FloatVector.broadcast(FLOATS, Exponential.magic(places.exponents[1]));
    int offsetB = places.offsets[1] + from;
    int termsB = places.termsOffsets[1] + from;
    FloatVector magicC = FloatVector.broadcast(FLOATS, Exponential.magic(places.exponents[2]));
    int offsetC = places.offsets[2] + from;
    int termsC = places.termsOffsets[2] + from;
    FloatVector magicD = FloatVector.broadcast(FLOATS, Exponential.magic(places.exponents[3]));
    int offsetD = places.offsets[3] + from;
    int termsD = places.termsOffsets[3] + from;
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
    for (int j = 0; j < length; j += WIDTH) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, offsetA + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, offsetB + j);
      FloatVector c = FloatVector.fromArray(FLOATS, x, offsetC + j);
      FloatVector d = FloatVector.fromArray(FLOATS, x, offsetD + j);
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
      pa.mul(sa).intoArray(terms, termsA + j);
      pb.mul(sb).intoArray(terms, termsB + j);
      pc.mul(sc).intoArray(terms, termsC + j);
      pd.mul(sd).intoArray(terms, termsD + j);
    }
    return distances.and(BEYOND).compare(VectorOperators.EQ, 0).allTrue();
  }

  /**
   * Writes the terms of {@code length} logits, whole turns, each with a reference of its own from
   * {@code from} on; returns whether all were in range.
   */
  static boolean ofReferences(
      float[] x, int offset, float[] magics, int from, int length, float[] terms, int termsOffset) {
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
    for (int j = 0; j < length; j += TURN) {
      FloatVector magicA = FloatVector.fromArray(FLOATS, magics, from + j);
      FloatVector magicB = FloatVector.fromArray(FLOATS, magics, from + WIDTH + j);
      FloatVector a = FloatVector.fromArray(FLOATS, x, offset + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, offset + WIDTH + j);
      FloatVector za = a.fma(log2e, magicA);
      FloatVector zb = b.fma(log2e, magicB);
      FloatVector na = za.sub(magicA);
      FloatVector nb = zb.sub(magicB);
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
      pa.mul(sa).intoArray(terms, termsOffset + j);
      pb.mul(sb).intoArray(terms, termsOffset + WIDTH + j);
    }
    return distances.and(BEYOND).compare(VectorOperators.EQ, 0).allTrue();
  }

  /**
   * Writes the sums of two terms each, of {@code length} logits, whole vectors, at either offset,
   * with references from {@code from} on; returns whether all were in range.
   */
  static boolean pairs(
      float[] x,
      int offset,
      int otherOffset,
      float[] magics,
      int from,
      int length,
      float[] sums,
      int sumsOffset) {
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
    for (int j = 0; j < length; j += WIDTH) {
      FloatVector magicA = FloatVector.fromArray(FLOATS, magics, from + j);
      FloatVector magicB = magicA;
      FloatVector a = FloatVector.fromArray(FLOATS, x, offset + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, otherOffset + j);
      FloatVector za = a.fma(log2e, magicA);
      FloatVector zb = b.fma(log2e, magicB);
      FloatVector na = za.sub(magicA);
      FloatVector nb = zb.sub(magicB);
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
      // Both products are exact, so this is one rounded addition.
      pb.fma(sb, pa.mul(sa)).intoArray(sums, sumsOffset + j);
    }
    return distances.and(BEYOND).compare(VectorOperators.EQ, 0).allTrue();
  }
}
