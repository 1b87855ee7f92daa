/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.RowKernels.LANES;
import static io.github.surprisal.kernel.simd.Vectors.DOUBLES;
import static io.github.surprisal.kernel.simd.Vectors.FLOATS;
import static io.github.surprisal.kernel.simd.Vectors.WIDE;
import static io.github.surprisal.kernel.simd.Vectors.WIDTH;
import static io.github.surprisal.kernel.simd.Vectors.widened;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.LogitBlock;
import io.github.surprisal.kernel.Scratch;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The loops that add up a tile's logits as {@link LogitBlock} lays down. */
final class LogitLoops {

  private static final int COLUMNS = LogitBlock.COLUMNS;

  private static final int MAGNITUDE = 0x7fffffff;

  private static final int MODERATE_BITS = Float.floatToRawIntBits(LogitBlock.MODERATE);

  /** Logits whose scales are within range lie no further from the reference exponent than this. */
  private static final double RANGE = 130 * Exponential.LN2_HIGH_DOUBLE;

  private LogitLoops() {}

  /** Whether all logits are moderate whose terms, with this exponent, are within range. */
  static boolean isRangeModerate(int exponent) {
    return Math.abs(exponent) * Exponential.LN2_HIGH_DOUBLE + RANGE <= LogitBlock.MODERATE;
  }

  /** Whether no logit is larger than {@link LogitBlock#MODERATE}, or NaN. */
  static boolean isModerate(float[] x, int offset, int length) {
    IntVector largest = IntVector.zero(Vectors.INTS);
    int whole = FLOATS.loopBound(length);
    for (int i = offset; i < offset + whole; i += WIDTH) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
      largest = largest.max(bits.and(MAGNITUDE));
    }
    int most = largest.reduceLanes(VectorOperators.MAX);
    for (int i = offset + whole; i < offset + length; i++) {
      most = Math.max(most, Float.floatToRawIntBits(x[i]) & MAGNITUDE);
    }
    return most <= MODERATE_BITS;
  }

  /** Writes the lanes of the sum of a tile's logits, as those of the tile of that number. */
  static void sumTile(
      float[] x, int offset, int length, boolean isModerate, Scratch scratch, int tile) {
    double[] sums = scratch.tileSums;
    int to = tile * LANES;
    if (!isModerate) {
      sumWidened(x, offset, length, sums, to);
      return;
    }
    float[] logits = x;
    int from = offset;
    int padded = LogitBlock.wholeRounds(length);
    if (padded > length) {
      logits = scratch.logits;
      from = 0;
      System.arraycopy(x, offset, logits, 0, length);
      Arrays.fill(logits, length, padded, 0);
    }
    float[] high = scratch.terms;
    float[] low = scratch.streams;
    for (int j = 0; j < LANES; j += WIDTH) {
      sumColumns(logits, from + j, padded, high, low, j);
    }
    for (int j = 0; j < LANES; j += WIDE) {
      widened(high, j).add(widened(low, j)).intoArray(sums, to + j);
    }
  }

  /** Adds up the four columns of each of a vector's lanes, and folds them by halves. */
  private static void sumColumns(
      float[] x, int offset, int length, float[] high, float[] low, int lane) {
    FloatVector anchor = FloatVector.broadcast(FLOATS, LogitBlock.ANCHOR);
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
  }

  /** Writes the lanes of the sum of a tile's logits, taken in double. */
  private static void sumWidened(float[] x, int offset, int length, double[] sums, int sumsBase) {
    int whole = Vectors.wholeRounds(length, x, offset);
    for (int j = 0; j < LANES; j += 2 * WIDE) {
      DoubleVector first = DoubleVector.zero(DOUBLES);
      DoubleVector second = DoubleVector.zero(DOUBLES);
      for (int i = j; i < whole; i += LANES) {
        first = first.add(widened(x, offset + i));
        second = second.add(widened(x, offset + i + WIDE));
      }
      first.intoArray(sums, sumsBase + j);
      second.intoArray(sums, sumsBase + j + WIDE);
    }
    for (int j = whole; j < length; j++) {
      sums[sumsBase + j % LANES] += x[offset + j];
    }
  }

  /** Adds the sums of the first tiles to the double lanes, one after the other. */
  static void addTileSums(int tiles, double[] lanes, Scratch scratch) {
    double[] sums = scratch.tileSums;
    for (int j = 0; j < LANES; j += WIDE) {
      DoubleVector sum = DoubleVector.fromArray(DOUBLES, lanes, j);
      for (int tile = 0; tile < tiles; tile++) {
        sum = sum.add(DoubleVector.fromArray(DOUBLES, sums, tile * LANES + j));
      }
      sum.intoArray(lanes, j);
    }
  }
}
