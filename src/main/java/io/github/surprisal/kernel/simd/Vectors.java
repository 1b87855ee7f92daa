/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.TileKernel.LANES;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors in use: of one size, the widest that is of use on this machine. */
final class Vectors {

  static final VectorSpecies<Float> FLOATS = widestUsable();
  static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);
  static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, FLOATS.vectorShape());

  static final VectorSpecies<Long> LONGS = DOUBLES.withLanes(long.class);

  /** As many shorts as {@link #INTS} holds ints. */
  static final VectorSpecies<Short> HALF_SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  static final int WIDTH = FLOATS.length();
  static final int WIDE = DOUBLES.length();

  static {
    useEachOperation();
  }

  private Vectors() {}

  /**
   * Uses every operation of this package once, before any is hot. HotSpot 17 looks each one up in
   * {@code VectorOperators.ImplCache.find}. Compiled before an operation's first use, that method
   * falls back to the interpreter then, and a loop takes such failures for its own: one for each
   * operation in it. From 100 on C2 does not rely on the classes of its vectors any more, and makes
   * objects of them: 15 times slower, in one JVM of thirty.
   */
  private static void useEachOperation() {
    FloatVector floats = FloatVector.broadcast(FLOATS, 1f);
    floats = floats.add(floats).sub(floats).mul(floats).max(floats).fma(floats, floats);
    float max = floats.reduceLanes(VectorOperators.MAX);
    IntVector ints = IntVector.broadcast(INTS, (int) max);
    ints = ints.and(ints).or(ints).lanewise(VectorOperators.XOR, ints).min(ints).max(ints);
    int most = ints.lanewise(VectorOperators.LSHL, 1).reduceLanes(VectorOperators.MAX);
    DoubleVector doubles = DoubleVector.broadcast(DOUBLES, most);
    doubles = doubles.add(doubles).sub(doubles).mul(doubles).div(doubles).max(doubles);
    LongVector longs = doubles.fma(doubles, doubles).reinterpretAsLongs();
    longs = longs.add(longs).sub(longs).or(longs).and(longs).lanewise(VectorOperators.LSHL, 1);
    longs.lanewise(VectorOperators.LSHR, 1).intoArray(new long[longs.length()], 0);
  }

  /** A row has 16 lanes: wider vectors have no use here. */
  private static VectorSpecies<Float> widestUsable() {
    VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
    if (preferred.vectorBitSize() < 128) {
      throw new UnsupportedOperationException(
          "vectors have " + preferred.vectorBitSize() + " bits, expected 128 or more");
    }
    return preferred.length() > LANES ? FloatVector.SPECIES_512 : preferred;
  }

  /**
   * WIDE elements in double. A whole vector is read all the same: vectors of half the width would
   * be others to HotSpot, which then takes stores for stores of either kind and boxes vectors.
   */
  static DoubleVector widened(float[] x, int index) {
    return (DoubleVector) FloatVector.fromArray(FLOATS, x, index).castShape(DOUBLES, 0);
  }

  /** Elements in whole rounds of the lanes that {@link #widened(float[], int)} can read. */
  static int wholeRounds(int length, float[] x, int offset) {
    return Math.min(length, Math.max(0, x.length - offset - WIDE)) / LANES * LANES;
  }

  /**
   * WIDTH shorts as ints. No loop should have more than three conversions, of any kind: where a
   * program has several kinds HotSpot 17 fails to foresee their classes, some 20 times, counts that
   * for each conversion in a loop, and makes objects of the vectors from 100 on.
   */
  static IntVector widened(short[] bits, int index) {
    return (IntVector) ShortVector.fromArray(HALF_SHORTS, bits, index).castShape(INTS, 0);
  }

  /** WIDTH bfloat16 numbers: the upper halves of floats. */
  static FloatVector bfloat16(short[] bits, int index) {
    return widened(bits, index).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }
}
