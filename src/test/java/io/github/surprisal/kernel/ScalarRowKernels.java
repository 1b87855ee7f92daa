/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;

/** What {@link RowKernels} and {@link Exponential} lay down, written one element at a time. */
final class ScalarRowKernels implements RowKernels {
  @Override
  public String name() {
    return "scalar";
  }

  private static float term(float logit, float shift, int exponent) {
    return RowDefinition.term(logit, shift, exponent);
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
    float[] terms = new float[TILE];
    for (int from = 0; from < length; from += TILE) {
      for (int j = 0; j < TILE; j++) {
        boolean counts = from + j < length && from + j != skip;
        terms[j] = counts ? term(x[offset + from + j], shift, exponent) : 0f;
      }
      for (int half = TILE / 2; half >= LANES; half /= 2) {
        for (int j = 0; j < half; j++) {
          terms[j] += terms[j + half];
        }
      }
      if (lanes.tiles++ == 0) {
        Arrays.fill(lanes.high, 0);
        Arrays.fill(lanes.low, 0);
      }
      for (int j = 0; j < LANES; j++) {
        addToLane(lanes, j, terms[j]);
      }
    }
  }

  @Override
  public void addExponentialsOfBfloat16(
      short[] bits, int offset, int length, int skip, int exponent, Lanes lanes, Scratch scratch) {
    float[] x = new float[length];
    widenBfloat16(bits, offset, length, x, 0);
    addExponentials(x, 0, length, skip, 0, exponent, lanes, scratch);
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
    addExponentials(x, offset, length, skip, 0, exponent, lanes, scratch);
    writeSoftmax(x, offset, length, 0, exponent, 1, out, outOffset, scratch);
  }

  @Override
  public void writeMultiples(
      float[] terms, int offset, int length, float factor, float[] out, int outOffset) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = terms[offset + i] * factor;
    }
  }

  /** What a float addition drops is itself a float: the lesser number less what arrived of it. */
  private static void addToLane(Lanes lanes, int lane, float term) {
    float before = lanes.high[lane];
    float sum = before + term;
    boolean swap = Math.abs(before) < Math.abs(term);
    float greater = swap ? term : before;
    float lesser = swap ? before : term;
    lanes.high[lane] = sum;
    lanes.low[lane] += lesser - (sum - greater);
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
    for (int c = 0; c < classes; c++) {
      for (int r = 0; r < rows; r++) {
        int row = first + r;
        float term = term(x[base + c * stride + r], block.shifts[row], block.exponents[row]);
        out[outBase + c * outStride + r] = block.isUsed(row) ? term * block.factors[row] : 0f;
      }
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
    for (int c = 0; c < classes; c++) {
      for (int r = 0; r < rows; r++) {
        int i = base + c * stride + r;
        int exponent = block.exponents[first + r];
        sums[c * rows + r] = term(x[i], 0, exponent) + term(x[i + distance], 0, exponent);
      }
    }
  }

  @Override
  public void multiplyRows(float[] terms, int base, RowBlock block, int rows) {
    for (int row = 0; row < rows; row++) {
      terms[base + row] = block.isUsed(row) ? terms[base + row] * block.factors[row] : 0f;
    }
  }

  @Override
  public void foldTerms(
      float[] terms, int base, int length, int lanes, float[] sums, Scratch scratch) {
    float[] folded = Arrays.copyOfRange(terms, base, base + length);
    for (int half = length / 2; half >= lanes; half /= 2) {
      for (int i = 0; i < half; i++) {
        folded[i] += folded[i + half];
      }
    }
    System.arraycopy(folded, 0, sums, 0, lanes);
  }

  @Override
  public void add(float[] addends, float[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += addends[i];
    }
  }

  @Override
  public float max(float[] x, int offset, int length, int skip) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      max = i == skip ? max : Math.max(max, x[offset + i]);
    }
    return max;
  }

  @Override
  public void addExponentialsAndLogits(
      float[] x,
      int offset,
      int length,
      int skip,
      int exponent,
      Lanes lanes,
      double[] logitLanes,
      Scratch scratch) {
    addExponentials(x, offset, length, skip, 0, exponent, lanes, scratch);
    addLogits(x, offset, length, logitLanes, scratch);
  }

  @Override
  public void addLogits(float[] x, int offset, int length, double[] lanes, Scratch scratch) {
    for (int from = 0; from < length; from += TILE) {
      float[] tile = Arrays.copyOfRange(x, offset + from, offset + Math.min(from + TILE, length));
      boolean isModerate = true;
      for (float logit : tile) {
        isModerate &= Math.abs(logit) <= 256;
      }
      for (int j = 0; j < LANES; j++) {
        lanes[j] += isModerate ? floatSum(tile, j) : doubleSum(tile, j);
      }
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
      float[] x,
      int offset,
      float[] w,
      int wOffset,
      int length,
      double reference,
      double[] gapLanes) {
    for (int i = 0; i < length; i++) {
      double weight = w[wOffset + i];
      gapLanes[i % LANES] += weight == 0 ? 0.0 : weight * (reference - (double) x[offset + i]);
    }
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
    for (int i = 0; i < length; i++) {
      double a = (double) p[pOffset + i] * (double) w[wOffset + i];
      coefficientLanes[i % LANES] += a;
      gapLanes[i % LANES] += a == 0 ? 0.0 : a * (reference - (double) x[offset + i]);
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
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = term(x[offset + i], shift, exponent) * factor;
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
      float target = Math.fma(p[pOffset + i], keep, spread);
      out[outOffset + i] = Math.fma(-w[wOffset + i], target, out[outOffset + i]);
    }
  }

  @Override
  public void writeShifted(
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
  public int firstShiftedAbove(
      float[] x, int offset, int start, int length, float high, float low, float limit) {
    for (int i = start; i < length; i++) {
      if (shifted(x[offset + i], high, low) > limit) {
        return i;
      }
    }
    return length;
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
      double gapP = (double) p[pOffset + i] - maxP;
      double gapQ = (double) q[qOffset + i] - maxQ;
      double termP = exp(gapP);
      sumPLanes[i % LANES] += termP;
      sumQLanes[i % LANES] += exp(gapQ);
      gapLanes[i % LANES] += termP == 0 ? 0.0 : termP * (gapP - gapQ);
    }
  }

  /** e^y of a gap of 0 or less; 0 for −∞. */
  private static double exp(double y) {
    return y == Double.NEGATIVE_INFINITY ? 0 : RowDefinition.exp(y);
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
}
