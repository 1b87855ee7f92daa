/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.simd.Vectors.DOUBLES;
import static io.github.surprisal.kernel.simd.Vectors.FLOATS;
import static io.github.surprisal.kernel.simd.Vectors.INTS;
import static io.github.surprisal.kernel.simd.Vectors.WIDE;
import static io.github.surprisal.kernel.simd.Vectors.WIDTH;
import static io.github.surprisal.kernel.simd.Vectors.bfloat16;
import static io.github.surprisal.kernel.simd.Vectors.wholeRounds;
import static io.github.surprisal.kernel.simd.Vectors.widened;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.HalfPrecision;
import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.Logarithm;
import io.github.surprisal.kernel.Places;
import io.github.surprisal.kernel.References;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.kernel.TileStatistics;
import io.github.surprisal.kernel.loop.LoopKernel;
import java.util.Optional;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The kernel on the Vector API, for vectors of 128 bits or more.
 *
 * <p>Terms come from {@link VectorTerms}, folds from {@link VectorFolds}; what is one loop stands
 * here.
 */
public final class VectorKernel implements TileKernel {

  /** Made with the class, which so can't be used where there are no {@link Vectors}. */
  private static final String NAME = "vector of " + FLOATS.vectorBitSize() + " bits";

  /** Takes what is left of a run after whole vectors. */
  private final LoopKernel loops = new LoopKernel();

  private final VectorTerms terms = new VectorTerms(loops);
  private final VectorFolds folds = new VectorFolds();

  /** Made when logits are added up. */
  private Optional<LogitLoops> logitLoops = Optional.empty();

  /** A kernel for one thread at a time, of the widest vectors that the machine has. */
  public VectorKernel() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int vectorBits() {
    return FLOATS.vectorBitSize();
  }

  @Override
  public void writeTerms(float[] x, Places places, int length, float[] out) {
    terms.write(x, places, length, out);
  }

  @Override
  public void writeTerms(
      float[] x, int offset, References references, int length, float[] out, int outOffset) {
    terms.write(x, offset, references, length, out, outOffset);
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
    terms.writePairs(x, offset, otherOffset, references, length, sums, sumsOffset);
  }

  @Override
  public void fold(float[] given, int offset, int length, int lanes, float[] sums, int sumsOffset) {
    folds.fold(given, offset, length, lanes, sums, sumsOffset);
  }

  /** Adds sums with TwoSum, as {@link Lanes#add} does. */
  @Override
  public void addToLanes(float[] sums, int tiles, Lanes lanes) {
    int first = 0;
    if (lanes.tiles == 0) {
      lanes.add(sums, 0);
      first = 1;
    }
    for (int j = 0; j < LANES; j += WIDTH) {
      FloatVector high = FloatVector.fromArray(FLOATS, lanes.high, j);
      FloatVector low = FloatVector.fromArray(FLOATS, lanes.low, j);
      for (int tile = first; tile < tiles; tile++) {
        FloatVector addend = FloatVector.fromArray(FLOATS, sums, tile * LANES + j);
        FloatVector sum = high.add(addend);
        FloatVector added = sum.sub(high);
        low = low.add(high.sub(sum.sub(added)).add(addend.sub(added)));
        high = sum;
      }
      high.intoArray(lanes.high, j);
      low.intoArray(lanes.low, j);
    }
    lanes.tiles += tiles - first;
  }

  @Override
  public void multiply(
      float[] a, int offset, int length, float factor, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromArray(FLOATS, a, offset + i).mul(factor).intoArray(out, outOffset + i);
    }
    loops.multiply(a, offset + whole, length - whole, factor, out, outOffset + whole);
  }

  @Override
  public void multiply(
      float[] a, int offset, int length, float[] factors, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromArray(FLOATS, a, offset + i)
          .mul(FloatVector.fromArray(FLOATS, factors, i))
          .intoArray(out, outOffset + i);
    }
    for (int i = whole; i < length; i++) {
      out[outOffset + i] = a[offset + i] * factors[i];
    }
  }

  @Override
  public void scale(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    FloatVector highs = FloatVector.broadcast(FLOATS, high);
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector logits = FloatVector.fromArray(FLOATS, x, offset + i);
      logits.fma(highs, logits.mul(low)).intoArray(out, outOffset + i);
    }
    loops.scale(x, offset + whole, length - whole, high, low, out, outOffset + whole);
  }

  /** Four maxima at a time: each takes several instructions, which wait for each other. */
  @Override
  public float maxTerm(float[] terms, int offset, int length) {
    IntVector a = IntVector.zero(INTS);
    IntVector b = a;
    int whole = length - length % (2 * WIDTH);
    for (int i = offset; i < offset + whole; i += 2 * WIDTH) {
      a = a.max(FloatVector.fromArray(FLOATS, terms, i).reinterpretAsInts());
      b = b.max(FloatVector.fromArray(FLOATS, terms, i + WIDTH).reinterpretAsInts());
    }
    float max = Float.intBitsToFloat(a.max(b).reduceLanes(VectorOperators.MAX));
    return Math.max(max, loops.maxTerm(terms, offset + whole, length - whole));
  }

  @Override
  public float max(float[] x, int offset, int length) {
    FloatVector a = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int whole = length - length % (4 * WIDTH);
    for (int i = offset; i < offset + whole; i += 4 * WIDTH) {
      a = a.max(FloatVector.fromArray(FLOATS, x, i));
      b = b.max(FloatVector.fromArray(FLOATS, x, i + WIDTH));
      c = c.max(FloatVector.fromArray(FLOATS, x, i + 2 * WIDTH));
      d = d.max(FloatVector.fromArray(FLOATS, x, i + 3 * WIDTH));
    }
    float max = a.max(b).max(c.max(d)).reduceLanes(VectorOperators.MAX);
    return Math.max(max, loops.max(x, offset + whole, length - whole));
  }

  @Override
  public void subtract(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, offset + i).sub(high).sub(low).intoArray(out, outOffset + i);
    }
    loops.subtract(x, offset + whole, length - whole, high, low, out, outOffset + whole);
  }

  @Override
  public int firstAbove(float[] x, int offset, int length, float high, float low, float limit) {
    int i = 0;
    while (length - i >= WIDTH
        && !FloatVector.fromArray(FLOATS, x, offset + i)
            .sub(high)
            .sub(low)
            .compare(VectorOperators.GT, limit)
            .anyTrue()) {
      i += WIDTH;
    }
    return i + loops.firstAbove(x, offset + i, length - i, high, low, limit);
  }

  @Override
  public void foldWithGaps(
      float[] given,
      int givenOffset,
      float[] x,
      int offset,
      int length,
      TileStatistics statistics) {
    if (length == TILE) {
      folds.foldWithGaps(given, givenOffset, x, offset, statistics);
    } else {
      loops.foldWithGaps(given, givenOffset, x, offset, length, statistics);
    }
  }

  @Override
  public void writeSmoothed(
      float[] p, int offset, int length, float keep, float spread, float[] q) {
    FloatVector kept = FloatVector.broadcast(FLOATS, keep);
    FloatVector spreads = FloatVector.broadcast(FLOATS, spread);
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromArray(FLOATS, p, offset + i).fma(kept, spreads).intoArray(q, i);
    }
    for (int i = whole; i < length; i++) {
      q[i] = Math.fma(p[offset + i], keep, spread);
    }
  }

  @Override
  public void subtractProducts(
      float[] w, int offset, float[] q, int length, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector result = FloatVector.fromArray(FLOATS, out, outOffset + i);
      FloatVector weight = FloatVector.fromArray(FLOATS, w, offset + i);
      weight.neg().fma(FloatVector.fromArray(FLOATS, q, i), result).intoArray(out, outOffset + i);
    }
    for (int i = whole; i < length; i++) {
      out[outOffset + i] = Math.fma(-w[offset + i], q[i], out[outOffset + i]);
    }
  }

  @Override
  public void widenBfloat16(short[] bits, int offset, int length, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      bfloat16(bits, offset + i).intoArray(out, outOffset + i);
    }
    loops.widenBfloat16(bits, offset + whole, length - whole, out, outOffset + whole);
  }

  @Override
  public void widenFloat16(short[] bits, int offset, int length, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      IntVector half = widened(bits, offset + i);
      IntVector magnitude = half.and(0x7fff);
      IntVector sign = half.and(0x8000).lanewise(VectorOperators.LSHL, 16);
      IntVector value =
          magnitude
              .lanewise(VectorOperators.LSHL, HalfPrecision.FRACTION_SHIFT)
              .reinterpretAsFloats()
              .mul(HalfPrecision.REBIAS)
              .reinterpretAsInts();
      IntVector special =
          value.blend(
              value.or(0x7f800000),
              magnitude.compare(VectorOperators.GE, HalfPrecision.FLOAT16_INFINITY));
      special.or(sign).reinterpretAsFloats().intoArray(out, outOffset + i);
    }
    for (int i = whole; i < length; i++) {
      out[outOffset + i] = HalfPrecision.fromFloat16(bits[offset + i]);
    }
  }

  @Override
  public void sumLogits(float[] x, int offset, int length, double[] sums, int sumsOffset) {
    LogitLoops made = logitLoops.orElseGet(LogitLoops::new);
    if (logitLoops.isEmpty()) {
      logitLoops = Optional.of(made);
    }
    made.sumTile(x, offset, length, sums, sumsOffset);
  }

  @Override
  public void addWeightedGaps(
      float[] x, int offset, float[] w, int wOffset, int length, double reference, double[] lanes) {
    int whole = wholeRounds(wholeRounds(length, x, offset), w, wOffset);
    DoubleVector from = DoubleVector.broadcast(DOUBLES, reference);
    for (int j = 0; j < LANES; j += WIDE) {
      DoubleVector gaps = DoubleVector.fromArray(DOUBLES, lanes, j);
      for (int i = j; i < whole; i += LANES) {
        DoubleVector weight = widened(w, wOffset + i);
        DoubleVector gap = weight.mul(from.sub(widened(x, offset + i)));
        gaps = gaps.add(gap.blend(0, weight.compare(VectorOperators.EQ, 0)));
      }
      gaps.intoArray(lanes, j);
    }
    loops.addWeightedGaps(x, offset + whole, w, wOffset + whole, length - whole, reference, lanes);
  }

  @Override
  public void writeDifferences(float[] x, int offset, int length, double reference, double[] out) {
    DoubleVector from = DoubleVector.broadcast(DOUBLES, reference);
    int whole = wholeRounds(length, x, offset);
    for (int i = 0; i < whole; i += WIDE) {
      widened(x, offset + i).sub(from).intoArray(out, i);
    }
    for (int i = whole; i < length; i++) {
      out[i] = x[offset + i] - reference;
    }
  }

  @Override
  public void addProducts(double[] a, double[] b, int length, double[] lanes) {
    int whole = length / LANES * LANES;
    for (int j = 0; j < LANES; j += WIDE) {
      DoubleVector sum = DoubleVector.fromArray(DOUBLES, lanes, j);
      for (int i = j; i < whole; i += LANES) {
        DoubleVector factor = DoubleVector.fromArray(DOUBLES, a, i);
        DoubleVector product = factor.mul(DoubleVector.fromArray(DOUBLES, b, i));
        sum = sum.add(product.blend(0, factor.compare(VectorOperators.EQ, 0)));
      }
      sum.intoArray(lanes, j);
    }
    for (int i = whole; i < length; i++) {
      lanes[i - whole] += a[i] == 0 ? 0 : a[i] * b[i];
    }
  }

  @Override
  public void writeExp(double[] y, int length, double[] out) {
    assert y != out;
    int whole = length - length % DoubleLoops.TURN;
    if (!DoubleLoops.writeExpInRange(y, whole, out)) {
      DoubleLoops.writeLifted(y, whole, out);
      DoubleLoops.writeExpInRange(out, whole, out);
      DoubleLoops.clearImpossible(y, whole, out);
    }
    for (int i = whole; i < length; i++) {
      out[i] = y[i] == Double.NEGATIVE_INFINITY ? 0 : Exponential.exp(y[i]);
    }
  }

  @Override
  public void writeLog1p(double[] x, int length, double[] out) {
    int whole = DOUBLES.loopBound(length);
    DoubleLoops.writeLog1p(x, whole, out);
    for (int i = whole; i < length; i++) {
      out[i] = Logarithm.log1p(x[i]);
    }
  }
}
