/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.TileKernel.LANES;
import static io.github.surprisal.kernel.TileKernel.TILE;
import static io.github.surprisal.kernel.simd.Vectors.DOUBLES;
import static io.github.surprisal.kernel.simd.Vectors.FLOATS;
import static io.github.surprisal.kernel.simd.Vectors.INTS;
import static io.github.surprisal.kernel.simd.Vectors.WIDE;
import static io.github.surprisal.kernel.simd.Vectors.WIDTH;
import static io.github.surprisal.kernel.simd.Vectors.widened;

import io.github.surprisal.kernel.LogitSum;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The loops that add up a tile's logits as {@link LogitSum} lays down. */
final class LogitLoops {

  private static final int COLUMNS = LogitSum.COLUMNS;

  private static final int MAGNITUDE = 0x7fffffff;

  private static final int MODERATE_BITS = Float.floatToRawIntBits(LogitSum.MODERATE);

  private final float[] padded = new float[TILE];
  private final float[] high = new float[LANES];
  private final float[] low = new float[LANES];

  /** Writes the lanes of Σ x over a tile. */
  void sumTile(float[] x, int offset, int length, double[] sums, int sumsOffset) {
    float[] logits = x;
    int from = offset;
    int rounds = LogitSum.wholeRounds(length);
    if (rounds > length) {
      logits = padded;
      from = 0;
      System.arraycopy(x, offset, padded, 0, length);
      Arrays.fill(padded, length, rounds, 0);
    }
    boolean isModerate = true;
    for (int j = 0; j < LANES; j += WIDTH) {
      isModerate &= sumColumns(logits, from + j, rounds, high, low, j);
    }
    if (!isModerate) {
      sumWidened(x, offset, length, sums, sumsOffset);
      return;
    }
    for (int j = 0; j < LANES; j++) {
      sums[sumsOffset + j] = (double) high[j] + low[j];
    }
  }

  /**
   * Adds up the four columns of each of a vector's lanes, and folds them by halves; returns whether
   * all logits are moderate, without which the sums mean nothing.
   */
  private static boolean sumColumns(
      float[] x, int offset, int length, float[] high, float[] low, int lane) {
    FloatVector anchor = FloatVector.broadcast(FLOATS, LogitSum.ANCHOR);
    IntVector magnitude = IntVector.broadcast(INTS, MAGNITUDE);
    IntVector largest = IntVector.zero(INTS);
    FloatVector sum0 = anchor;
    FloatVector sum1 = anchor;
    FloatVector sum2 = anchor;
    FloatVector sum3 = anchor;
    FloatVector dropped0 = FloatVector.zero(FLOATS);
    FloatVector dropped1 = dropped0;
    FloatVector dropped2 = dropped0;
    FloatVector dropped3 = dropped0;
    for (int done = 0; done < length; done += COLUMNS) {
      int i = offset + done;
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, i);
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, i + LANES);
      FloatVector x2 = FloatVector.fromArray(FLOATS, x, i + 2 * LANES);
      FloatVector x3 = FloatVector.fromArray(FLOATS, x, i + 3 * LANES);
      largest = largest.max(x0.reinterpretAsInts().and(magnitude));
      largest = largest.max(x1.reinterpretAsInts().and(magnitude));
      largest = largest.max(x2.reinterpretAsInts().and(magnitude));
      largest = largest.max(x3.reinterpretAsInts().and(magnitude));
      FloatVector next0 = sum0.add(x0);
      FloatVector next1 = sum1.add(x1);
      FloatVector next2 = sum2.add(x2);
      FloatVector next3 = sum3.add(x3);
      dropped0 = dropped0.add(x0.sub(next0.sub(sum0)));
      dropped1 = dropped1.add(x1.sub(next1.sub(sum1)));
      dropped2 = dropped2.add(x2.sub(next2.sub(sum2)));
      dropped3 = dropped3.add(x3.sub(next3.sub(sum3)));
      sum0 = next0;
      sum1 = next1;
      sum2 = next2;
      sum3 = next3;
    }
    FloatVector even = sum0.sub(anchor).add(sum2.sub(anchor));
    FloatVector odd = sum1.sub(anchor).add(sum3.sub(anchor));
    even.add(odd).intoArray(high, lane);
    dropped0.add(dropped2).add(dropped1.add(dropped3)).intoArray(low, lane);
    return !largest.compare(VectorOperators.GT, MODERATE_BITS).anyTrue();
  }

  /** Writes the lanes of Σ x over a tile, taken in double. */
  private static void sumWidened(float[] x, int offset, int length, double[] sums, int sumsOffset) {
    int whole = Vectors.wholeRounds(length, x, offset);
    for (int j = 0; j < LANES; j += 2 * WIDE) {
      DoubleVector first = DoubleVector.zero(DOUBLES);
      DoubleVector second = DoubleVector.zero(DOUBLES);
      for (int i = j; i < whole; i += LANES) {
        first = first.add(widened(x, offset + i));
        second = second.add(widened(x, offset + i + WIDE));
      }
      first.intoArray(sums, sumsOffset + j);
      second.intoArray(sums, sumsOffset + j + WIDE);
    }
    for (int j = whole; j < length; j++) {
      sums[sumsOffset + j % LANES] += x[offset + j];
    }
  }
}
