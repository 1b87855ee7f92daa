/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;

/** What {@link TileKernel} and {@link Exponential} lay down, written one element at a time. */
public final class ScalarKernel implements TileKernel {

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void writeTerms(float[] x, Places places, int length, float[] terms) {
    for (int k = 0; k < places.count; k++) {
      for (int i = 0; i < length; i++) {
        float term = RowDefinition.term(x[places.offsets[k] + i], 0, places.exponents[k]);
        terms[places.termsOffsets[k] + i] = term;
      }
    }
  }

  /** The exponent that a reference stands for. */
  private static int exponent(References references, int i) {
    return (int) (12582912f + 126 - references.magics[i]);
  }

  @Override
  public void writeTerms(
      float[] x, int offset, References references, int length, float[] terms, int termsOffset) {
    for (int i = 0; i < length; i++) {
      terms[termsOffset + i] = RowDefinition.term(x[offset + i], 0, exponent(references, i));
    }
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
    for (int i = 0; i < length; i++) {
      int exponent = exponent(references, i);
      float first = RowDefinition.term(x[offset + i], 0, exponent);
      sums[sumsOffset + i] = first + RowDefinition.term(x[otherOffset + i], 0, exponent);
    }
  }

  @Override
  public void fold(float[] terms, int offset, int length, int lanes, float[] sums, int sumsOffset) {
    float[] folded = Arrays.copyOfRange(terms, offset, offset + length);
    for (int half = length / 2; half >= lanes; half /= 2) {
      for (int i = 0; i < half; i++) {
        folded[i] += folded[i + half];
      }
    }
    System.arraycopy(folded, 0, sums, sumsOffset, lanes);
  }

  /** What a float addition drops is itself a float: the lesser number less what arrived of it. */
  @Override
  public void addToLanes(float[] sums, int tiles, Lanes lanes) {
    for (int tile = 0; tile < tiles; tile++) {
      if (lanes.tiles++ == 0) {
        Arrays.fill(lanes.high, 0);
        Arrays.fill(lanes.low, 0);
      }
      for (int lane = 0; lane < LANES; lane++) {
        float before = lanes.high[lane];
        float term = sums[tile * LANES + lane];
        float sum = before + term;
        boolean swap = Math.abs(before) < Math.abs(term);
        float greater = swap ? term : before;
        float lesser = swap ? before : term;
        lanes.high[lane] = sum;
        lanes.low[lane] += lesser - (sum - greater);
      }
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
      float remainder = x[offset + i] * low;
      out[outOffset + i] = Math.fma(x[offset + i], high, remainder);
    }
  }

  @Override
  public float maxTerm(float[] terms, int offset, int length) {
    float max = 0;
    for (int i = 0; i < length; i++) {
      max = terms[offset + i] > max ? terms[offset + i] : max;
    }
    return max;
  }

  @Override
  public float max(float[] x, int offset, int length) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      max = Math.max(max, x[offset + i]);
    }
    return max;
  }

  @Override
  public void subtract(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = shifted(x[offset + i], high, low);
    }
  }

  private static float shifted(float x, float high, float low) {
    float once = x - high;
    return once - low;
  }

  @Override
  public int firstAbove(float[] x, int offset, int length, float high, float low, float limit) {
    for (int i = 0; i < length; i++) {
      if (shifted(x[offset + i], high, low) > limit) {
        return i;
      }
    }
    return length;
  }

  @Override
  public void foldWithGaps(
      float[] terms,
      int termsOffset,
      float[] x,
      int offset,
      int length,
      TileStatistics statistics) {
    float[] tile = new float[TILE];
    float[] products = new float[TILE];
    statistics.above = 0;
    for (int i = 0; i < length; i++) {
      tile[i] = terms[termsOffset + i];
      float gap = statistics.reference - x[offset + i];
      products[i] = tile[i] * (gap > Float.MAX_VALUE ? Float.MAX_VALUE : gap);
      statistics.above += x[offset + i] > statistics.limit ? 1 : 0;
    }
    fold(tile, 0, TILE, LANES, statistics.sums, statistics.at);
    fold(products, 0, TILE, LANES, statistics.gaps, statistics.at);
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
      out[outOffset + i] = Float.intBitsToFloat(bits[offset + i] << 16);
    }
  }

  @Override
  public void widenFloat16(short[] bits, int offset, int length, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      int number = bits[offset + i];
      out[outOffset + i] = half(number & 0x7fff) * (number < 0 ? -1f : 1f);
    }
  }

  /** The number that 5 bits of exponent and 10 of fraction stand for. */
  private static float half(int bits) {
    int exponent = bits >>> 10;
    float fraction = bits & 0x3ff;
    return switch (exponent) {
      case 0 -> Math.scalb(fraction, -24);
      case 31 -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
      default -> Math.scalb(1024 + fraction, exponent - 25);
    };
  }

  @Override
  public void sumLogits(float[] x, int offset, int length, double[] sums, int sumsOffset) {
    float[] tile = Arrays.copyOfRange(x, offset, offset + length);
    boolean isModerate = true;
    for (float logit : tile) {
      isModerate &= Math.abs(logit) <= 256;
    }
    for (int j = 0; j < LANES; j++) {
      sums[sumsOffset + j] = isModerate ? floatSum(tile, j) : doubleSum(tile, j);
    }
  }

  /** The logits of a lane, one after the other. */
  private static double doubleSum(float[] tile, int lane) {
    double sum = 0;
    for (int i = lane; i < tile.length; i += LANES) {
      sum += tile[i];
    }
    return sum;
  }

  /** The logits of a lane's four columns, in floats with what their additions drop. */
  private static double floatSum(float[] tile, int lane) {
    float[] sums = new float[4];
    float[] dropped = new float[4];
    for (int k = 0; k < 4; k++) {
      float sum = 12288;
      for (int i = lane + k * LANES; i < tile.length; i += 4 * LANES) {
        float next = sum + tile[i];
        dropped[k] += tile[i] - (next - sum);
        sum = next;
      }
      sums[k] = sum - 12288;
    }
    return (double) ((sums[0] + sums[2]) + (sums[1] + sums[3]))
        + ((dropped[0] + dropped[2]) + (dropped[1] + dropped[3]));
  }

  @Override
  public void addWeightedGaps(
      float[] x, int offset, float[] w, int wOffset, int length, double reference, double[] lanes) {
    for (int i = 0; i < length; i++) {
      double weight = w[wOffset + i];
      lanes[i % LANES] += weight == 0 ? 0.0 : weight * (reference - (double) x[offset + i]);
    }
  }

  @Override
  public void writeDifferences(float[] x, int offset, int length, double reference, double[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = (double) x[offset + i] - reference;
    }
  }

  @Override
  public void addProducts(double[] a, double[] b, int length, double[] lanes) {
    for (int i = 0; i < length; i++) {
      lanes[i % LANES] += a[i] == 0 ? 0.0 : a[i] * b[i];
    }
  }

  @Override
  public void writeExp(double[] y, int length, double[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = y[i] == Double.NEGATIVE_INFINITY ? 0 : RowDefinition.exp(y[i]);
    }
  }

  @Override
  public void writeLog1p(double[] x, int length, double[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = Logarithm.log1p(x[i]);
    }
  }
}
