/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.loop;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.HalfPrecision;
import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.Logarithm;
import io.github.surprisal.kernel.Places;
import io.github.surprisal.kernel.References;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.kernel.TileStatistics;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kernel in plain Java loops. */
public final class LoopKernel implements TileKernel {

  /** Tiles for up to 64 logits, 128, 256 and so on, made when they are needed. */
  private final @Nullable ExponentialTile[] tiles =
      new @Nullable
          ExponentialTile[1 + Integer.numberOfTrailingZeros(TILE / ExponentialTile.SMALLEST)];

  /** For logits that are added up, made when there are some. */
  private Optional<LogitTile> logits = Optional.empty();

  /** What is folded, and what is added to it. */
  private float[] folded = new float[0];

  private float[] upper = new float[0];

  /** A kernel for one thread at a time. */
  public LoopKernel() {}

  @Override
  public String name() {
    return "loop";
  }

  @Override
  public void writeTerms(float[] x, Places places, int length, float[] terms) {
    for (int place = 0; place < places.count; place++) {
      tileFor(length)
          .writeTerms(
              x,
              places.offsets[place],
              places.exponents[place],
              length,
              terms,
              places.termsOffsets[place]);
    }
  }

  @Override
  public void writeTerms(
      float[] x, int offset, References references, int length, float[] terms, int termsOffset) {
    tileFor(length).writeTerms(x, offset, references, length, terms, termsOffset);
  }

  private ExponentialTile tileFor(int length) {
    int size = ExponentialTile.SMALLEST;
    int number = 0;
    while (size < length) {
      size *= 2;
      number++;
    }
    ExponentialTile tile = tiles[number];
    if (tile == null) {
      tile = new ExponentialTile(size);
      tiles[number] = tile;
    }
    return tile;
  }

  @Override
  public void writePairs(
      float[] x,
      int offset,
      int otherOffset,
      References references,
      int length,
      float[] sums,
      int sumsOffset) {
    makeRoom(length);
    ExponentialTile tile = tileFor(length);
    tile.writeTerms(x, offset, references, length, folded, 0);
    tile.writeTerms(x, otherOffset, references, length, upper, 0);
    add(upper, folded, length);
    System.arraycopy(folded, 0, sums, sumsOffset, length);
  }

  @Override
  public void fold(float[] terms, int offset, int length, int lanes, float[] sums, int sumsOffset) {
    if (lanes == LANES && length <= TILE) {
      float[] spare = tileFor(length).spare();
      System.arraycopy(terms, offset, spare, 0, length);
      Folds.toSixteen(spare, length);
      System.arraycopy(spare, 0, sums, sumsOffset, LANES);
      return;
    }
    makeRoom(length);
    foldCopies(terms, offset, length, lanes);
    System.arraycopy(folded, 0, sums, sumsOffset, lanes);
  }

  private void makeRoom(int length) {
    if (upper.length < length) {
      folded = new float[length];
      upper = new float[length]; // the last one: where memory runs out, both are made anew
    }
  }

  /** C2 vectorises no loop over j and j + a variable: what is added is copied to the same index. */
  private void foldCopies(float[] terms, int offset, int length, int lanes) {
    int half = length / 2;
    System.arraycopy(terms, offset, folded, 0, half);
    System.arraycopy(terms, offset + half, upper, 0, half);
    add(upper, folded, half);
    while (half > lanes) {
      half /= 2;
      System.arraycopy(folded, half, upper, 0, half);
      add(upper, folded, half);
    }
  }

  private static void add(float[] addends, float[] sums, int length) {
    for (int j = 0; j < length; j++) {
      sums[j] += addends[j];
    }
  }

  @Override
  public void addToLanes(float[] sums, int tiles, Lanes lanes) {
    for (int tile = 0; tile < tiles; tile++) {
      lanes.add(sums, tile * LANES);
    }
  }

  @Override
  public void multiply(
      float[] a, int offset, int length, float factor, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = a[offset + i] * factor;
    }
  }

  @Override
  public void multiply(
      float[] a, int offset, int length, float[] factors, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = a[offset + i] * factors[i];
    }
  }

  @Override
  public void scale(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = Math.fma(x[offset + i], high, x[offset + i] * low);
    }
  }

  @Override
  public float maxTerm(float[] terms, int offset, int length) {
    int max = 0;
    for (int i = offset; i < offset + length; i++) {
      max = Math.max(max, Float.floatToRawIntBits(terms[i]));
    }
    return Float.intBitsToFloat(max);
  }

  @Override
  public float max(float[] x, int offset, int length) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + length; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  public void subtract(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = (x[offset + i] - high) - low;
    }
  }

  @Override
  public int firstAbove(float[] x, int offset, int length, float high, float low, float limit) {
    int i = 0;
    while (i < length && !((x[offset + i] - high) - low > limit)) {
      i++;
    }
    return i;
  }

  @Override
  public void foldWithGaps(
      float[] terms,
      int termsOffset,
      float[] x,
      int offset,
      int length,
      TileStatistics statistics) {
    makeRoom(TILE);
    foldTile(terms, termsOffset, length, statistics.sums, statistics.at);
    System.arraycopy(x, offset, folded, 0, length);
    statistics.above = countAbove(folded, length, statistics.limit);
    System.arraycopy(terms, termsOffset, upper, 0, length);
    multiplyByGaps(folded, statistics.reference, upper, length);
    foldTile(upper, 0, length, statistics.gaps, statistics.at);
  }

  /** Folds {@code length} terms of a tile, where missing ones count 0. */
  private void foldTile(float[] terms, int offset, int length, float[] sums, int sumsOffset) {
    float[] spare = tileFor(TILE).spare();
    System.arraycopy(terms, offset, spare, 0, length);
    Arrays.fill(spare, length, TILE, 0);
    Folds.toSixteen(spare, TILE);
    System.arraycopy(spare, 0, sums, sumsOffset, LANES);
  }

  private static int countAbove(float[] x, int length, float limit) {
    int count = 0;
    for (int j = 0; j < length; j++) {
      count += x[j] > limit ? 1 : 0;
    }
    return count;
  }

  private static void multiplyByGaps(float[] x, float reference, float[] terms, int length) {
    for (int j = 0; j < length; j++) {
      terms[j] *= Math.min(reference - x[j], Float.MAX_VALUE);
    }
  }

  @Override
  public void writeSmoothed(
      float[] p, int offset, int length, float keep, float spread, float[] q) {
    for (int i = 0; i < length; i++) {
      q[i] = Math.fma(p[offset + i], keep, spread);
    }
  }

  @Override
  public void subtractProducts(
      float[] w, int offset, float[] q, int length, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = Math.fma(-w[offset + i], q[i], out[outOffset + i]);
    }
  }

  @Override
  public void widenBfloat16(short[] bits, int offset, int length, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = HalfPrecision.fromBfloat16(bits[offset + i]);
    }
  }

  @Override
  public void widenFloat16(short[] bits, int offset, int length, float[] out, int outOffset) {
    Float16Table.widen(bits, offset, length, out, outOffset);
  }

  @Override
  public void sumLogits(float[] x, int offset, int length, double[] sums, int sumsOffset) {
    LogitTile tile = logits.orElseGet(LogitTile::new);
    if (logits.isEmpty()) {
      logits = Optional.of(tile);
    }
    tile.load(x, offset, length);
    if (tile.isModerate()) {
      tile.sum(sums, sumsOffset);
    } else {
      sumWidened(x, offset, length, sums, sumsOffset);
    }
  }

  private static void sumWidened(float[] x, int offset, int length, double[] sums, int sumsOffset) {
    int whole = length / LANES * LANES;
    sumColumns(x, offset, whole, sums, sumsOffset);
    sumColumns(x, offset + LANES / 2, whole, sums, sumsOffset + LANES / 2);
    for (int j = whole; j < length; j++) {
      sums[sumsOffset + j - whole] += x[offset + j];
    }
  }

  /** Adds up eight lanes, which stay in registers, down the tile. */
  private static void sumColumns(float[] x, int offset, int length, double[] sums, int lane) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    for (int i = 0; i < length; i += LANES) {
      a += x[offset + i];
      b += x[offset + i + 1];
      c += x[offset + i + 2];
      d += x[offset + i + 3];
      e += x[offset + i + 4];
      f += x[offset + i + 5];
      g += x[offset + i + 6];
      h += x[offset + i + 7];
    }
    sums[lane] = a;
    sums[lane + 1] = b;
    sums[lane + 2] = c;
    sums[lane + 3] = d;
    sums[lane + 4] = e;
    sums[lane + 5] = f;
    sums[lane + 6] = g;
    sums[lane + 7] = h;
  }

  @Override
  public void addWeightedGaps(
      float[] x, int offset, float[] w, int wOffset, int length, double reference, double[] lanes) {
    int whole = length - length % LANES;
    for (int j = 0; j < LANES; j += 4) { // in local variables, else each addend waits for a store
      double sum0 = lanes[j];
      double sum1 = lanes[j + 1];
      double sum2 = lanes[j + 2];
      double sum3 = lanes[j + 3];
      for (int i = j; i < whole; i += LANES) {
        sum0 += product(w[wOffset + i], reference - x[offset + i]);
        sum1 += product(w[wOffset + i + 1], reference - x[offset + i + 1]);
        sum2 += product(w[wOffset + i + 2], reference - x[offset + i + 2]);
        sum3 += product(w[wOffset + i + 3], reference - x[offset + i + 3]);
      }
      lanes[j] = sum0;
      lanes[j + 1] = sum1;
      lanes[j + 2] = sum2;
      lanes[j + 3] = sum3;
    }
    for (int i = whole; i < length; i++) {
      lanes[i - whole] += product(w[wOffset + i], reference - x[offset + i]);
    }
  }

  @Override
  public void writeDifferences(float[] x, int offset, int length, double reference, double[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = x[offset + i] - reference;
    }
  }

  @Override
  public void addProducts(double[] a, double[] b, int length, double[] lanes) {
    int whole = length - length % LANES;
    for (int j = 0; j < LANES; j += 4) { // in local variables, else each addend waits for a store
      double sum0 = lanes[j];
      double sum1 = lanes[j + 1];
      double sum2 = lanes[j + 2];
      double sum3 = lanes[j + 3];
      for (int i = j; i < whole; i += LANES) {
        sum0 += product(a[i], b[i]);
        sum1 += product(a[i + 1], b[i + 1]);
        sum2 += product(a[i + 2], b[i + 2]);
        sum3 += product(a[i + 3], b[i + 3]);
      }
      lanes[j] = sum0;
      lanes[j + 1] = sum1;
      lanes[j + 2] = sum2;
      lanes[j + 3] = sum3;
    }
    for (int i = whole; i < length; i++) {
      lanes[i - whole] += product(a[i], b[i]);
    }
  }

  private static double product(double a, double b) {
    return a == 0 ? 0 : a * b;
  }

  @Override
  public void writeExp(double[] y, int length, double[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = y[i] == Double.NEGATIVE_INFINITY ? 0 : Exponential.exp(y[i]);
    }
  }

  @Override
  public void writeLog1p(double[] x, int length, double[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = Logarithm.log1p(x[i]);
    }
  }
}
