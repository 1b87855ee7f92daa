/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * The kernel in plain Java loops.
 *
 * <p>Exponentials are taken in a {@link TermBlock}: of a tile, of a row's short end, or of some
 * classes of rows that stand side by side.
 */
public final class LoopRowKernels implements RowKernels {

  @Override
  public String name() {
    return "loop";
  }

  @Override
  public void addExponentials(
      float[] x,
      int offset,
      int length,
      int skip,
      float shift,
      int exponent,
      Lanes lanes,
      Scratch scratch) {
    int count;
    for (int from = 0; from < length; from += count) {
      TermBlock block = scratch.blockFor(length - from);
      count = Math.min(block.size(), length - from);
      block.load(x, offset + from, count, shift);
      if (skip >= from && skip < from + count) {
        block.leaveOut(skip - from);
      }
      lanes.add(block.foldedTerms(exponent));
    }
  }

  @Override
  public void addAndWriteExponentials(
      float[] x,
      int offset,
      int length,
      int skip,
      int exponent,
      Lanes lanes,
      float[] out,
      int outOffset,
      Scratch scratch) {
    int count;
    for (int from = 0; from < length; from += count) {
      TermBlock block = scratch.blockFor(length - from);
      count = Math.min(block.size(), length - from);
      block.load(x, offset + from, count, 0);
      block.writeTerms(exponent, 1, out, outOffset + from, count);
      lanes.add(block.foldedTermsBut(skip - from));
    }
  }

  @Override
  public void writeMultiples(
      float[] terms, int offset, int length, float factor, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = terms[offset + i] * factor;
    }
  }

  @Override
  public void writeSoftmax(
      float[] x,
      int offset,
      int length,
      float shift,
      int exponent,
      float factor,
      float[] out,
      int outOffset,
      Scratch scratch) {
    int count;
    for (int from = 0; from < length; from += count) {
      TermBlock block = scratch.blockFor(length - from);
      count = Math.min(block.size(), length - from);
      block.load(x, offset + from, count, shift);
      block.writeTerms(exponent, factor, out, outOffset + from, count);
    }
  }

  @Override
  public void writeRows(
      float[] x,
      int base,
      int stride,
      int classes,
      RowBlock block,
      int first,
      int rows,
      float[] out,
      int outBase,
      int outStride,
      Scratch scratch) {
    TermBlock terms = scratch.blockFor(Math.min(TILE, classes * rows));
    int room = terms.repeatRows(block, first, rows, classes);
    int count;
    for (int c = 0; c < classes; c += count) {
      count = Math.min(room, classes - c);
      terms.loadRows(x, base + c * stride, stride, count);
      terms.writeRowTerms(out, outBase + c * outStride, outStride, count);
    }
  }

  @Override
  public void writePairs(
      float[] x,
      int base,
      int distance,
      int stride,
      int classes,
      RowBlock block,
      int first,
      int rows,
      float[] sums,
      Scratch scratch) {
    writeRows(x, base, stride, classes, block, first, rows, sums, 0, rows, scratch);
    // In an array of its own at the same indices: C2 vectorises no other addition.
    float[] others = block.sums(RowBlock.MAX_SUMS, classes * rows);
    writeRows(x, base + distance, stride, classes, block, first, rows, others, 0, rows, scratch);
    add(others, sums, classes * rows);
  }

  @Override
  public void multiplyRows(float[] terms, int base, RowBlock block, int rows) {
    float[] factors = block.factors;
    for (int row = 0; row < rows; row++) {
      terms[base + row] *= factors[row];
    }
    for (int row = 0; row < rows; row++) {
      if (!block.isUsed(row)) {
        terms[base + row] = 0;
      }
    }
  }

  @Override
  public void foldTerms(
      float[] terms, int base, int length, int lanes, float[] sums, Scratch scratch) {
    int half = length / 2;
    float[] upper = scratch.block().sums(RowBlock.MAX_SUMS, half);
    System.arraycopy(terms, base, sums, 0, half);
    System.arraycopy(terms, base + half, upper, 0, half);
    add(upper, sums, half);
    while (half > lanes) {
      half /= 2;
      System.arraycopy(sums, half, upper, 0, half);
      add(upper, sums, half);
    }
  }

  @Override
  public void add(float[] addends, float[] sums, int length) {
    for (int j = 0; j < length; j++) {
      sums[j] += addends[j];
    }
  }

  @Override
  public float max(float[] x, int offset, int length, int skip) {
    if (skip < 0 || skip >= length) {
      return max(x, offset, offset + length);
    }
    return Math.max(max(x, offset, offset + skip), max(x, offset + skip + 1, offset + length));
  }

  private static float max(float[] x, int from, int to) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  public void addLogits(float[] x, int offset, int length, double[] lanes, Scratch scratch) {
    LogitBlock block = scratch.logitBlock();
    int count;
    for (int from = 0; from < length; from += count) {
      count = Math.min(TILE, length - from);
      block.load(x, offset + from, count);
      if (block.isModerate()) {
        block.addTo(lanes);
      } else {
        addWidened(x, offset + from, count, lanes, scratch.tileSums);
      }
    }
  }

  /** Adds Σ x of a tile to the double lanes, summed in double. */
  private static void addWidened(float[] x, int offset, int count, double[] lanes, double[] sums) {
    int whole = count / LANES * LANES;
    sumColumns(x, offset, whole, sums, 0);
    sumColumns(x, offset + LANES / 2, whole, sums, LANES / 2);
    for (int j = whole; j < count; j++) {
      sums[j - whole] += x[offset + j];
    }
    for (int j = 0; j < LANES; j++) {
      lanes[j] += sums[j];
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
      float[] x,
      int offset,
      float[] w,
      int wOffset,
      int length,
      double reference,
      double[] gapLanes) {
    int whole = length - length % LANES;
    for (int j = 0; j < LANES; j += 4) { // in local variables, else each addend waits for a store
      double gaps0 = gapLanes[j];
      double gaps1 = gapLanes[j + 1];
      double gaps2 = gapLanes[j + 2];
      double gaps3 = gapLanes[j + 3];
      for (int i = j; i < whole; i += LANES) {
        gaps0 += gap(w[wOffset + i], reference - x[offset + i]);
        gaps1 += gap(w[wOffset + i + 1], reference - x[offset + i + 1]);
        gaps2 += gap(w[wOffset + i + 2], reference - x[offset + i + 2]);
        gaps3 += gap(w[wOffset + i + 3], reference - x[offset + i + 3]);
      }
      gapLanes[j] = gaps0;
      gapLanes[j + 1] = gaps1;
      gapLanes[j + 2] = gaps2;
      gapLanes[j + 3] = gaps3;
    }
    for (int i = whole; i < length; i++) {
      gapLanes[i - whole] += gap(w[wOffset + i], reference - x[offset + i]);
    }
  }

  private static double gap(double coefficient, double gap) {
    return coefficient == 0 ? 0 : coefficient * gap;
  }

  @Override
  public void addGaps(
      float[] x,
      int offset,
      float[] p,
      int pOffset,
      float[] w,
      int wOffset,
      int length,
      double reference,
      double[] coefficientLanes,
      double[] gapLanes) {
    int whole = length - length % LANES;
    for (int j = 0; j < LANES; j += 2) {
      double sum0 = coefficientLanes[j];
      double sum1 = coefficientLanes[j + 1];
      double gaps0 = gapLanes[j];
      double gaps1 = gapLanes[j + 1];
      for (int i = j; i < whole; i += LANES) {
        double a0 = (double) p[pOffset + i] * w[wOffset + i];
        double a1 = (double) p[pOffset + i + 1] * w[wOffset + i + 1];
        sum0 += a0;
        sum1 += a1;
        gaps0 += gap(a0, reference - x[offset + i]);
        gaps1 += gap(a1, reference - x[offset + i + 1]);
      }
      coefficientLanes[j] = sum0;
      coefficientLanes[j + 1] = sum1;
      gapLanes[j] = gaps0;
      gapLanes[j + 1] = gaps1;
    }
    for (int i = whole; i < length; i++) {
      double a = (double) p[pOffset + i] * w[wOffset + i];
      coefficientLanes[i - whole] += a;
      gapLanes[i - whole] += gap(a, reference - x[offset + i]);
    }
  }

  @Override
  public void subtractTargets(
      float[] p,
      int pOffset,
      float[] w,
      int wOffset,
      int length,
      float keep,
      float spread,
      float[] out,
      int outOffset) {
    for (int i = 0; i < length; i++) {
      float q = Math.fma(p[pOffset + i], keep, spread);
      out[outOffset + i] = Math.fma(-w[wOffset + i], q, out[outOffset + i]);
    }
  }

  @Override
  public void writeShifted(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = (x[offset + i] - high) - low;
    }
  }

  @Override
  public int firstShiftedAbove(
      float[] x, int offset, int start, int length, float high, float low, float limit) {
    int i = start;
    while (i < length && !((x[offset + i] - high) - low > limit)) {
      i++;
    }
    return i;
  }

  @Override
  public void addDivergence(
      float[] p,
      int pOffset,
      double maxP,
      float[] q,
      int qOffset,
      double maxQ,
      int length,
      double[] sumPLanes,
      double[] sumQLanes,
      double[] gapLanes) {
    for (int i = 0; i < length; i++) {
      double gapP = p[pOffset + i] - maxP;
      double gapQ = q[qOffset + i] - maxQ;
      double termP = gapP == Double.NEGATIVE_INFINITY ? 0 : Exponential.exp(gapP);
      double termQ = gapQ == Double.NEGATIVE_INFINITY ? 0 : Exponential.exp(gapQ);
      sumPLanes[i % LANES] += termP;
      sumQLanes[i % LANES] += termQ;
      gapLanes[i % LANES] += termP == 0 ? 0 : termP * (gapP - gapQ);
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
    HalfPrecision.Float16Table.widen(bits, offset, length, out, outOffset);
  }
}
