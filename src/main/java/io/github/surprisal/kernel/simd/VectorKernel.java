/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.simd.Vectors.DOUBLES;
import static io.github.surprisal.kernel.simd.Vectors.FLOATS;
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
import io.github.surprisal.kernel.loop.LoopKernel;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The kernel on the Vector API, for vectors of 128 bits or more.
 *
 * <p>Terms come from {@link TermLoops}, which take whole turns. What is left at an end is taken as
 * the last whole turn once more, or, where there is none, in work space.
 */
public final class VectorKernel implements TileKernel {

  /** Made with the class, which so can't be used where there are no {@link Vectors}. */
  private static final String NAME = "vector of " + FLOATS.vectorBitSize() + " bits";

  private static final int TURN = TermLoops.TURN;

  /** How many times logits are clamped at once after some were beyond the range. */
  private static final int WARY = 16;

  /** From one tile of clamped logits to the next: a little more than a tile, which is a page. */
  private static final int CLAMPED = TILE + 80;

  /** Takes what is left of a run after whole vectors. */
  private final LoopKernel loops = new LoopKernel();

  private final float[] clamped = new float[Places.FOUR * CLAMPED];
  private final Places clampedPlaces = new Places();
  private final float[] shortTerms = new float[TURN];
  private final float[] shortMagics = new float[TURN];
  private float[] folded = new float[TILE / 16];
  private final LogitLoops logitLoops = new LogitLoops();

  /** How many more times logits are clamped before anything else is tried. */
  private int wary;

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
  public void writeTerms(float[] x, Places places, int length, float[] terms) {
    if (expectsWithinRange()) {
      if (tryTerms(x, places, length, terms)) {
        return;
      }
      wary = WARY;
    }
    for (int k = 0; k < places.count; k++) {
      int exponent = places.exponents[k];
      clamp(x, places.offsets[k], length, exponent, k * CLAMPED);
      clampedPlaces.set(k, k * CLAMPED, exponent, places.termsOffsets[k]);
    }
    clampedPlaces.count = places.count;
    tryTerms(clamped, clampedPlaces, length, terms);
  }

  /** Whether to take the next logits as they are: not for a while after some were out of range. */
  private boolean expectsWithinRange() {
    if (wary == 0) {
      return true;
    }
    wary--;
    return false;
  }

  private boolean tryTerms(float[] x, Places places, int length, float[] terms) {
    if (places.count == Places.FOUR && length >= WIDTH) {
      int whole = FLOATS.loopBound(length);
      boolean isWithinRange = TermLoops.atFourPlaces(x, places, 0, whole, terms);
      if (whole < length) { // also if some were beyond the range: of clamped ones NaN always is
        isWithinRange &= TermLoops.atFourPlaces(x, places, length - WIDTH, WIDTH, terms);
      }
      return isWithinRange;
    }
    boolean isWithinRange = true;
    for (int k = 0; k < places.count; k++) {
      int exponent = places.exponents[k];
      isWithinRange &=
          tryTerms(x, places.offsets[k], exponent, length, terms, places.termsOffsets[k]);
    }
    return isWithinRange;
  }

  private boolean tryTerms(
      float[] x, int offset, int exponent, int length, float[] terms, int termsOffset) {
    if (length < TURN) {
      return tryShort(x, offset, exponent, length, terms, termsOffset);
    }
    int whole = length / TURN * TURN;
    boolean isWithinRange = TermLoops.atOnePlace(x, offset, exponent, whole, terms, termsOffset);
    int last = length - TURN;
    if (whole < length) {
      isWithinRange &=
          TermLoops.atOnePlace(x, offset + last, exponent, TURN, terms, termsOffset + last);
    }
    return isWithinRange;
  }

  private boolean tryShort(
      float[] x, int offset, int exponent, int length, float[] terms, int termsOffset) {
    float[] logits = folded;
    System.arraycopy(x, offset, logits, 0, length);
    Arrays.fill(logits, length, TURN, Exponential.lowest(exponent));
    boolean isWithinRange = TermLoops.atOnePlace(logits, 0, exponent, TURN, shortTerms, 0);
    System.arraycopy(shortTerms, 0, terms, termsOffset, length);
    return isWithinRange;
  }

  @Override
  public void writeTerms(
      float[] x, int offset, References references, int length, float[] terms, int termsOffset) {
    if (expectsWithinRange()) {
      if (tryTerms(x, offset, references, length, terms, termsOffset)) {
        return;
      }
      wary = WARY;
    }
    clamp(x, offset, length, references, 0);
    tryTerms(clamped, 0, references, length, terms, termsOffset);
  }

  private boolean tryTerms(
      float[] x, int offset, References references, int length, float[] terms, int termsOffset) {
    float[] magics = references.magics;
    if (length < TURN) {
      return tryShort(x, offset, magics, length, terms, termsOffset);
    }
    int whole = length / TURN * TURN;
    boolean isWithinRange = TermLoops.ofReferences(x, offset, magics, 0, whole, terms, termsOffset);
    int last = length - TURN;
    if (whole < length) {
      isWithinRange &=
          TermLoops.ofReferences(x, offset + last, magics, last, TURN, terms, termsOffset + last);
    }
    return isWithinRange;
  }

  private boolean tryShort(
      float[] x, int offset, float[] magics, int length, float[] terms, int termsOffset) {
    float[] logits = folded;
    System.arraycopy(x, offset, logits, 0, length);
    Arrays.fill(logits, length, TURN, 0);
    System.arraycopy(magics, 0, shortMagics, 0, length);
    Arrays.fill(shortMagics, length, TURN, Exponential.magic(0));
    boolean isWithinRange = TermLoops.ofReferences(logits, 0, shortMagics, 0, TURN, shortTerms, 0);
    System.arraycopy(shortTerms, 0, terms, termsOffset, length);
    return isWithinRange;
  }

  /** Copies logits clamped to the range that terms have scales for; NaN stays NaN. */
  private void clamp(float[] x, int offset, int length, int exponent, int to) {
    FloatVector lowest = FloatVector.broadcast(FLOATS, Exponential.lowest(exponent));
    FloatVector highest = FloatVector.broadcast(FLOATS, Exponential.highest(exponent));
    int whole = FLOATS.loopBound(length);
    for (int j = 0; j < whole; j += WIDTH) {
      FloatVector logits = FloatVector.fromArray(FLOATS, x, offset + j);
      FloatVector lifted = logits.blend(lowest, logits.compare(VectorOperators.LT, lowest));
      lifted.blend(highest, logits.compare(VectorOperators.GT, highest)).intoArray(clamped, to + j);
    }
    for (int j = whole; j < length; j++) {
      float lifted = Math.max(x[offset + j], Exponential.lowest(exponent));
      clamped[to + j] = Math.min(lifted, Exponential.highest(exponent));
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
    if (length >= WIDTH && expectsWithinRange()) {
      if (tryPairs(x, offset, otherOffset, references.magics, length, sums, sumsOffset)) {
        return;
      }
      wary = WARY;
    }
    clamp(x, offset, length, references, 0);
    clamp(x, otherOffset, length, references, CLAMPED);
    if (length >= WIDTH) {
      tryPairs(clamped, 0, CLAMPED, references.magics, length, sums, sumsOffset);
      return;
    }
    for (int i = 0; i < length; i++) {
      sums[sumsOffset + i] =
          Exponential.termOfReference(clamped[i], references.magics[i])
              + Exponential.termOfReference(clamped[CLAMPED + i], references.magics[i]);
    }
  }

  private static boolean tryPairs(
      float[] x,
      int offset,
      int otherOffset,
      float[] magics,
      int length,
      float[] sums,
      int sumsOffset) {
    int whole = FLOATS.loopBound(length);
    boolean isWithinRange =
        TermLoops.pairs(x, offset, otherOffset, magics, 0, whole, sums, sumsOffset);
    int last = length - WIDTH;
    if (whole < length) {
      isWithinRange &=
          TermLoops.pairs(
              x, offset + last, otherOffset + last, magics, last, WIDTH, sums, sumsOffset + last);
    }
    return isWithinRange;
  }

  private void clamp(float[] x, int offset, int length, References references, int to) {
    for (int i = 0; i < length; i++) {
      float lifted = Math.max(x[offset + i], references.lowests[i]);
      clamped[to + i] = Math.min(lifted, references.highests[i]);
    }
  }

  @Override
  public void fold(float[] terms, int offset, int length, int lanes, float[] sums, int sumsOffset) {
    if (length == TILE && lanes == LANES) {
      foldToSixteenth(terms, offset, TILE / 16, folded, 0);
      foldToQuarter(folded, 0, LANES, sums, sumsOffset);
    } else {
      foldBySteps(terms, offset, length, lanes, sums, sumsOffset);
    }
  }

  private void foldBySteps(
      float[] terms, int offset, int length, int lanes, float[] sums, int sumsOffset) {
    float[] from = terms;
    int at = offset;
    int rest = length;
    while (rest > lanes) {
      int next = rest >= 16 * lanes ? rest / 16 : rest >= 4 * lanes ? rest / 4 : rest / 2;
      boolean isLast = next == lanes;
      float[] out = isLast ? sums : room(next);
      int outAt = isLast ? sumsOffset : 0;
      if (rest == 16 * next) {
        foldToSixteenth(from, at, next, out, outAt);
      } else if (rest == 4 * next) {
        foldToQuarter(from, at, next, out, outAt);
      } else {
        foldToHalf(from, at, next, out, outAt);
      }
      from = out;
      at = outAt;
      rest = next;
    }
  }

  private float[] room(int elements) {
    if (folded.length < elements) {
      folded = new float[elements];
    }
    return folded;
  }

  private static void foldToHalf(float[] terms, int from, int half, float[] out, int outFrom) {
    for (int j = 0; j < half; j += WIDTH) {
      FloatVector.fromArray(FLOATS, terms, from + j)
          .add(FloatVector.fromArray(FLOATS, terms, from + half + j))
          .intoArray(out, outFrom + j);
    }
  }

  /** Four folds of t[from … from + 16·h) at once: by halves, these by halves, and so on. */
  private static void foldToSixteenth(float[] t, int from, int h, float[] out, int outFrom) {
    for (int j = 0; j < h; j += WIDTH) {
      int i = from + j;
      FloatVector a =
          FloatVector.fromArray(FLOATS, t, i).add(FloatVector.fromArray(FLOATS, t, i + 8 * h));
      FloatVector b =
          FloatVector.fromArray(FLOATS, t, i + 4 * h)
              .add(FloatVector.fromArray(FLOATS, t, i + 12 * h));
      FloatVector c =
          FloatVector.fromArray(FLOATS, t, i + 2 * h)
              .add(FloatVector.fromArray(FLOATS, t, i + 10 * h));
      FloatVector d =
          FloatVector.fromArray(FLOATS, t, i + 6 * h)
              .add(FloatVector.fromArray(FLOATS, t, i + 14 * h));
      FloatVector e =
          FloatVector.fromArray(FLOATS, t, i + h).add(FloatVector.fromArray(FLOATS, t, i + 9 * h));
      FloatVector f =
          FloatVector.fromArray(FLOATS, t, i + 5 * h)
              .add(FloatVector.fromArray(FLOATS, t, i + 13 * h));
      FloatVector g =
          FloatVector.fromArray(FLOATS, t, i + 3 * h)
              .add(FloatVector.fromArray(FLOATS, t, i + 11 * h));
      FloatVector k =
          FloatVector.fromArray(FLOATS, t, i + 7 * h)
              .add(FloatVector.fromArray(FLOATS, t, i + 15 * h));
      FloatVector even = a.add(b).add(c.add(d));
      FloatVector odd = e.add(f).add(g.add(k));
      even.add(odd).intoArray(out, outFrom + j);
    }
  }

  /** Two folds of terms[from … from + 4·quarter) at once: by halves, and these by halves. */
  private static void foldToQuarter(
      float[] terms, int from, int quarter, float[] out, int outFrom) {
    for (int j = 0; j < quarter; j += WIDTH) {
      int i = from + j;
      FloatVector even =
          FloatVector.fromArray(FLOATS, terms, i)
              .add(FloatVector.fromArray(FLOATS, terms, i + 2 * quarter));
      FloatVector odd =
          FloatVector.fromArray(FLOATS, terms, i + quarter)
              .add(FloatVector.fromArray(FLOATS, terms, i + 3 * quarter));
      even.add(odd).intoArray(out, outFrom + j);
    }
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
  public float max(float[] x, int offset, int length) {
    FloatVector lanes = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      lanes = lanes.max(FloatVector.fromArray(FLOATS, x, offset + i));
    }
    float max = lanes.reduceLanes(VectorOperators.MAX);
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
  public int countAbove(float[] x, int offset, int length, float limit) {
    int whole = FLOATS.loopBound(length);
    int count = 0;
    for (int i = 0; i < whole; i += WIDTH) {
      count +=
          FloatVector.fromArray(FLOATS, x, offset + i)
              .compare(VectorOperators.GT, limit)
              .trueCount();
    }
    return count + loops.countAbove(x, offset + whole, length - whole, limit);
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
    logitLoops.sumTile(x, offset, length, sums, sumsOffset);
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
  public void writeGaps(double reference, float[] x, int offset, int length, double[] gaps) {
    DoubleVector from = DoubleVector.broadcast(DOUBLES, reference);
    int whole = wholeRounds(length, x, offset);
    for (int i = 0; i < whole; i += WIDE) {
      from.sub(widened(x, offset + i)).intoArray(gaps, i);
    }
    for (int i = whole; i < length; i++) {
      gaps[i] = reference - x[offset + i];
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
    int whole = DOUBLES.loopBound(length);
    DoubleLoops.writeExp(y, whole, out);
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
