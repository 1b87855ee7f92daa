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

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.HalfPrecision;
import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.LoopRowKernels;
import io.github.surprisal.kernel.RowBlock;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel on the Vector API, for vectors of 128 bits or more.
 *
 * <p>The exponential is written out, two or four vectors a turn with every constant in a local
 * variable, in methods that hold one loop each: C2 gives up on larger ones, and on constants that
 * are broadcast in a helper. A tile of a row is read from front to back, since reading its two
 * halves side by side defeats the processor's prefetching and takes twice as long; its terms are
 * written, and then folded in the order that {@link RowKernels} lays down. Of rows that stand side
 * by side a vector holds as many as it has lanes, and their terms are folded likewise.
 */
public final class VectorRowKernels implements RowKernels {

  private static final VectorSpecies<Float> FLOATS = widestUsable();
  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);
  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, FLOATS.vectorShape());

  /** As many shorts as {@link #INTS} holds ints. */
  private static final VectorSpecies<Short> HALF_SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  private static final int WIDTH = FLOATS.length();
  private static final int WIDE = DOUBLES.length();

  /** Elements that one turn of the exponential's loop takes: two vectors. */
  private static final int TURN = 2 * WIDTH;

  /** Takes what is left of a run after whole vectors. */
  private final LoopRowKernels loops = new LoopRowKernels();

  /** A kernel for the widest vectors that the machine has. */
  public VectorRowKernels() {}

  /** A row has 16 lanes: wider vectors have no use here. */
  private static VectorSpecies<Float> widestUsable() {
    VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
    if (preferred.vectorBitSize() < 128) {
      throw new UnsupportedOperationException(
          "vectors have " + preferred.vectorBitSize() + " bits, expected 128 or more");
    }
    return preferred.length() > LANES ? FloatVector.SPECIES_512 : preferred;
  }

  @Override
  public String name() {
    return "vector of " + FLOATS.vectorBitSize() + " bits";
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
    int start =
        shift == 0
            ? addStreams(
                x, offset, length, skip, exponent, lanes, scratch.streams, 0, false, scratch)
            : 0;
    for (int from = start; from < length; from += TILE) {
      int count = Math.min(TILE, length - from);
      int padded = takeTerms(x, offset + from, count, shift, exponent, scratch);
      addTerms(scratch.terms, padded, skip - from, lanes);
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
    int whole = length / TILE * TILE;
    int start = addStreams(x, offset, length, skip, exponent, lanes, out, outOffset, true, scratch);
    for (int from = start; from < whole; from += TILE) {
      writeTerms(x, offset + from, TILE, exponent, out, outOffset + from);
      foldTile(out, outOffset + from, skip - from, scratch, 0);
      addSums(scratch.sums, 1, lanes);
    }
    int rest = length - whole;
    if (rest > 0) {
      int padded = takeTerms(x, offset + whole, rest, 0, exponent, scratch);
      System.arraycopy(scratch.terms, 0, out, outOffset + whole, rest);
      addTerms(scratch.terms, padded, skip - whole, lanes);
    }
  }

  /**
   * Adds the terms of a run's tiles four by four, each of which is far from the others: the
   * processor fetches ahead at one place of each page, and at one alone that is not enough. Returns
   * for how many elements that was done.
   *
   * @param keeps whether all terms stay in {@code out}: written one by one, while the next are
   *     computed, results that are not in the cache cost least
   */
  private static int addStreams(
      float[] x,
      int offset,
      int length,
      int skip,
      int exponent,
      Lanes lanes,
      float[] out,
      int outOffset,
      boolean keeps,
      Scratch scratch) {
    int done = 0;
    for (int tiles = inStreams(length); tiles > 0; tiles = inStreams(length - done)) {
      int distance = tiles / Scratch.STREAMS * TILE;
      int outDistance = keeps ? distance : Scratch.STREAM;
      for (int from = done; from < done + distance; from += TILE) {
        int at = keeps ? outOffset + from : 0;
        writeFourTiles(x, offset + from, distance, exponent, out, at, outDistance);
        for (int k = 0; k < Scratch.STREAMS; k++) {
          int begin = from + k * distance;
          foldTile(out, at + k * outDistance, skip - begin, scratch, (begin - done) / TILE);
        }
      }
      addSums(scratch.sums, tiles, lanes);
      done += tiles * TILE;
    }
    return done;
  }

  /** How many of the tiles of so many elements are taken four by four next. */
  private static int inStreams(int length) {
    int tiles = Math.min(length / TILE, Scratch.SUMS);
    return tiles - tiles % Scratch.STREAMS;
  }

  /** Folds a tile of terms, of which one may count 0, to the sums of the tile of that number. */
  private static void foldTile(float[] written, int base, int skip, Scratch scratch, int tile) {
    float[] terms = scratch.terms;
    if (skip >= 0 && skip < TILE) {
      float term = written[base + skip];
      written[base + skip] = 0;
      foldToQuarter(written, base, TILE / 4, terms, 0);
      written[base + skip] = term;
    } else {
      foldToQuarter(written, base, TILE / 4, terms, 0);
    }
    foldToQuarter(terms, 0, TILE / 16, terms, 0);
    foldToQuarter(terms, 0, LANES, scratch.sums, tile * LANES);
  }

  /** Adds the sums of so many tiles to the lanes, one after the other. */
  private static void addSums(float[] sums, int tiles, Lanes lanes) {
    int from = 0;
    if (lanes.tiles == 0) {
      System.arraycopy(sums, 0, lanes.high, 0, LANES);
      clear(lanes.low, 0, LANES);
      from = 1;
    }
    for (int tile = from; tile < tiles; tile++) {
      addLanes(sums, tile * LANES, lanes.high, lanes.low);
    }
    lanes.tiles += tiles;
  }

  /** Writes a tile's terms to scratch.terms, and 0 up to the whole turns that this returns. */
  private static int takeTerms(
      float[] x, int base, int count, float shift, int exponent, Scratch scratch) {
    int padded = (count + TURN - 1) / TURN * TURN;
    if (shift == 0 && padded == count) {
      writeTerms(x, base, count, exponent, scratch.terms, 0);
    } else {
      float[] logits = scratch.logits;
      System.arraycopy(x, base, logits, 0, count);
      for (int i = 0; shift != 0 && i < count; i++) {
        logits[i] -= shift;
      }
      Arrays.fill(logits, count, padded, Float.NEGATIVE_INFINITY);
      writeTerms(logits, 0, padded, exponent, scratch.terms, 0);
    }
    return padded;
  }

  /**
   * Adds the terms of a tile of which so many elements, in whole turns, are in use, but for one.
   */
  private static void addTerms(float[] terms, int count, int skip, Lanes lanes) {
    int size = TILE;
    while (size / 2 >= Math.max(count, 2 * LANES)) {
      size /= 2;
    }
    clear(terms, count, size);
    if (skip >= 0 && skip < count) {
      terms[skip] = 0;
    }
    foldRows(terms, size, LANES);
    addSums(terms, 1, lanes);
  }

  @Override
  public void writeMultiples(
      float[] terms, int offset, int length, float factor, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromArray(FLOATS, terms, offset + i).mul(factor).intoArray(out, outOffset + i);
    }
    loops.writeMultiples(terms, offset + whole, length - whole, factor, out, outOffset + whole);
  }

  @Override
  public void addTile(
      float[] x,
      int offset,
      int stride,
      int from,
      int length,
      RowBlock block,
      int first,
      int end,
      Scratch scratch) {
    int whole = first + FLOATS.loopBound(end - first);
    if (whole > first) {
      // Vectors of rows lie far apart, one class after the other: nothing prefetches that.
      scratch.touched = touch(x, offset + first, stride, length, whole - first);
    }
    for (int row = first; row < whole; row += WIDTH) {
      if (block.isAnyUsed(row, row + WIDTH)) {
        addRows(x, offset + row, stride, from, length, block, row, scratch);
      }
    }
    if (whole < end) {
      RowKernels.super.addTile(x, offset, stride, from, length, block, whole, end, scratch);
    }
  }

  /** Reads so many elements of each class, so that they stand in the cache. */
  private static float touch(float[] x, int offset, int stride, int length, int rows) {
    float even = 0;
    float odd = 0;
    for (int c = 0; c < length; c++) {
      int start = offset + c * stride;
      for (int i = 0; i < rows; i += 2 * LANES) {
        even += x[start + i];
        odd += x[start + Math.min(i + LANES, rows - 1)];
      }
    }
    return even + odd;
  }

  /** Adds a tile of as many rows as a vector has lanes. */
  private static void addRows(
      float[] x,
      int offset,
      int stride,
      int from,
      int length,
      RowBlock block,
      int first,
      Scratch scratch) {
    int half = LANES;
    while (2 * half < length) {
      half *= 2;
    }
    float[] terms = scratch.tiles(half * WIDTH);
    int upper = Math.max(0, length - half);
    int lower = Math.min(length, half);
    writePairs(x, offset, half * stride, stride, upper, block, first, terms);
    int single = offset + upper * stride;
    writeRows(x, single, stride, lower - upper, block, first, terms, upper * WIDTH, WIDTH);
    clear(terms, lower * WIDTH, half * WIDTH);
    for (int i = 0; i < WIDTH; i++) {
      int skip = block.skips[first + i] - from;
      if (skip >= 0 && skip < length) {
        int other = skip ^ half;
        terms[(skip & (half - 1)) * WIDTH + i] =
            other < length
                ? Exponential.term(x[offset + other * stride + i], block.exponents[first + i])
                : 0f;
      }
    }
    foldRows(terms, half * WIDTH, LANES * WIDTH);
    for (int i = 0; i < WIDTH; i++) {
      if (block.isUsed(first + i)) {
        for (int lane = 0; lane < LANES; lane++) {
          scratch.terms[lane] = terms[lane * WIDTH + i];
        }
        block.lanes[first + i].add(scratch.terms);
      }
    }
  }

  /** Writes, for each of so many classes, the sum of its term and that of a class further on. */
  private static void writePairs(
      float[] x,
      int base,
      int distance,
      int stride,
      int classes,
      RowBlock block,
      int first,
      float[] sums) {
    FloatVector lowest = FloatVector.fromArray(FLOATS, block.lowests, first);
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector magic = FloatVector.fromArray(FLOATS, block.magics, first);
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector highest = IntVector.broadcast(INTS, HIGHEST);
    int i = base;
    for (int c = 0; c < classes; c++) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, i);
      FloatVector b = FloatVector.fromArray(FLOATS, x, i + distance);
      a = a.blend(lowest, a.compare(VectorOperators.LT, lowest));
      b = b.blend(lowest, b.compare(VectorOperators.LT, lowest));
      FloatVector za = a.fma(log2e, magic);
      FloatVector zb = b.fma(log2e, magic);
      FloatVector na = za.sub(magic);
      FloatVector nb = zb.sub(magic);
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
      IntVector ka = za.reinterpretAsInts().min(highest);
      IntVector kb = zb.reinterpretAsInts().min(highest);
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      // Both products are exact, so this is one rounded addition.
      pb.fma(sb, pa.mul(sa)).intoArray(sums, c * WIDTH);
      i += stride;
    }
  }

  /** Folds terms[0 … length) by halves to so many. */
  private static void foldRows(float[] terms, int length, int result) {
    int rest = length;
    while (rest > 2 * result) {
      rest /= 4;
      foldToQuarter(terms, 0, rest, terms, 0);
    }
    if (rest == 2 * result) {
      for (int j = 0; j < result; j += WIDTH) {
        FloatVector.fromArray(FLOATS, terms, j)
            .add(FloatVector.fromArray(FLOATS, terms, j + result))
            .intoArray(terms, j);
      }
    }
  }

  private static void clear(float[] out, int from, int to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int j = from; j < to; j += WIDTH) {
      zero.intoArray(out, j);
    }
  }

  /** Writes the terms of x[base … base + length) from outBase on, for a length of whole turns. */
  private static void writeTerms(
      float[] x, int base, int length, int exponent, float[] out, int outBase) {
    FloatVector lowest = FloatVector.broadcast(FLOATS, Exponential.lowest(exponent));
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector magic = FloatVector.broadcast(FLOATS, Exponential.magic(exponent));
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector highest = IntVector.broadcast(INTS, HIGHEST);
    for (int j = 0; j < length; j += TURN) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, base + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, base + WIDTH + j);
      a = a.blend(lowest, a.compare(VectorOperators.LT, lowest));
      b = b.blend(lowest, b.compare(VectorOperators.LT, lowest));
      FloatVector za = a.fma(log2e, magic);
      FloatVector zb = b.fma(log2e, magic);
      FloatVector na = za.sub(magic);
      FloatVector nb = zb.sub(magic);
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
      IntVector ka = za.reinterpretAsInts().min(highest);
      IntVector kb = zb.reinterpretAsInts().min(highest);
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      pa.mul(sa).intoArray(out, outBase + j);
      pb.mul(sb).intoArray(out, outBase + WIDTH + j);
    }
  }

  /**
   * Writes the terms of a tile from each of four places: the tile at x[base + k·distance …] to
   * out[outBase + k·outDistance …].
   */
  private static void writeFourTiles(
      float[] x, int base, int distance, int exponent, float[] out, int outBase, int outDistance) {
    FloatVector lowest = FloatVector.broadcast(FLOATS, Exponential.lowest(exponent));
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector magic = FloatVector.broadcast(FLOATS, Exponential.magic(exponent));
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector highest = IntVector.broadcast(INTS, HIGHEST);
    int baseB = base + distance;
    int outB = outBase + outDistance;
    int baseC = base + 2 * distance;
    int outC = outBase + 2 * outDistance;
    int baseD = base + 3 * distance;
    int outD = outBase + 3 * outDistance;
    for (int j = 0; j < TILE; j += WIDTH) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, base + j);
      FloatVector b = FloatVector.fromArray(FLOATS, x, baseB + j);
      FloatVector c = FloatVector.fromArray(FLOATS, x, baseC + j);
      FloatVector d = FloatVector.fromArray(FLOATS, x, baseD + j);
      a = a.blend(lowest, a.compare(VectorOperators.LT, lowest));
      b = b.blend(lowest, b.compare(VectorOperators.LT, lowest));
      c = c.blend(lowest, c.compare(VectorOperators.LT, lowest));
      d = d.blend(lowest, d.compare(VectorOperators.LT, lowest));
      FloatVector za = a.fma(log2e, magic);
      FloatVector zb = b.fma(log2e, magic);
      FloatVector zc = c.fma(log2e, magic);
      FloatVector zd = d.fma(log2e, magic);
      FloatVector na = za.sub(magic);
      FloatVector nb = zb.sub(magic);
      FloatVector nc = zc.sub(magic);
      FloatVector nd = zd.sub(magic);
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
      IntVector ka = za.reinterpretAsInts().min(highest);
      IntVector kb = zb.reinterpretAsInts().min(highest);
      IntVector kc = zc.reinterpretAsInts().min(highest);
      IntVector kd = zd.reinterpretAsInts().min(highest);
      FloatVector sa = ka.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sb = kb.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sc = kc.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector sd = kd.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      pa.mul(sa).intoArray(out, outBase + j);
      pb.mul(sb).intoArray(out, outB + j);
      pc.mul(sc).intoArray(out, outC + j);
      pd.mul(sd).intoArray(out, outD + j);
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

  /** Adds terms[from … from + LANES) to the lanes with TwoSum, as Lanes.add does. */
  private static void addLanes(float[] terms, int from, float[] high, float[] low) {
    for (int j = 0; j < LANES; j += WIDTH) {
      FloatVector before = FloatVector.fromArray(FLOATS, high, j);
      FloatVector term = FloatVector.fromArray(FLOATS, terms, from + j);
      FloatVector sum = before.add(term);
      FloatVector added = sum.sub(before);
      FloatVector dropped = before.sub(sum.sub(added)).add(term.sub(added));
      FloatVector.fromArray(FLOATS, low, j).add(dropped).intoArray(low, j);
      sum.intoArray(high, j);
    }
  }

  @Override
  public float max(float[] x, int offset, int length, int skip) {
    if (skip < 0 || skip >= length) {
      return max(x, offset, length);
    }
    return Math.max(max(x, offset, skip), max(x, offset + skip + 1, length - skip - 1));
  }

  private float max(float[] x, int offset, int length) {
    FloatVector lanes = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      lanes = lanes.max(FloatVector.fromArray(FLOATS, x, offset + i));
    }
    float max = lanes.reduceLanes(VectorOperators.MAX);
    return Math.max(max, loops.max(x, offset + whole, length - whole, -1));
  }

  @Override
  public void addLogits(float[] x, int offset, int length, double[] lanes) {
    int whole = wholeRounds(length, x, offset);
    for (int j = 0; j < LANES; j += 2 * WIDE) {
      addColumns(x, offset + j, whole, lanes, j);
    }
    loops.addLogits(x, offset + whole, length - whole, lanes);
  }

  /** Adds two vectors' worth of lanes down the run. */
  private static void addColumns(float[] x, int offset, int length, double[] lanes, int lane) {
    DoubleVector first = DoubleVector.fromArray(DOUBLES, lanes, lane);
    DoubleVector second = DoubleVector.fromArray(DOUBLES, lanes, lane + WIDE);
    for (int i = 0; i < length; i += LANES) {
      first = first.add(widened(x, offset + i));
      second = second.add(widened(x, offset + i + WIDE));
    }
    first.intoArray(lanes, lane);
    second.intoArray(lanes, lane + WIDE);
  }

  /**
   * WIDE elements in double. A whole vector is read all the same: vectors of half the width would
   * be others to HotSpot, which then takes stores for stores of either kind and boxes vectors.
   */
  private static DoubleVector widened(float[] x, int index) {
    return (DoubleVector) FloatVector.fromArray(FLOATS, x, index).castShape(DOUBLES, 0);
  }

  /** Elements in whole rounds of the lanes that {@link #widened} can read. */
  private static int wholeRounds(int length, float[] x, int offset) {
    return Math.min(length, Math.max(0, x.length - offset - WIDE)) / LANES * LANES;
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
    int whole = wholeRounds(wholeRounds(wholeRounds(length, x, offset), p, pOffset), w, wOffset);
    for (int j = 0; j < LANES; j += WIDE) {
      DoubleVector coefficients = DoubleVector.fromArray(DOUBLES, coefficientLanes, j);
      DoubleVector gaps = DoubleVector.fromArray(DOUBLES, gapLanes, j);
      DoubleVector from = DoubleVector.broadcast(DOUBLES, reference);
      for (int i = j; i < whole; i += LANES) {
        DoubleVector a = widened(p, pOffset + i).mul(widened(w, wOffset + i));
        DoubleVector gap = a.mul(from.sub(widened(x, offset + i)));
        coefficients = coefficients.add(a);
        gaps = gaps.add(gap.blend(0, a.compare(VectorOperators.EQ, 0)));
      }
      coefficients.intoArray(coefficientLanes, j);
      gaps.intoArray(gapLanes, j);
    }
    loops.addGaps(
        x,
        offset + whole,
        p,
        pOffset + whole,
        w,
        wOffset + whole,
        length - whole,
        reference,
        coefficientLanes,
        gapLanes);
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
    for (int from = 0; from < length; from += TILE) {
      int count = Math.min(TILE, length - from);
      takeTerms(x, offset + from, count, shift, exponent, scratch);
      writeMultiples(scratch.terms, 0, count, factor, out, outOffset + from);
    }
  }

  @Override
  public void writeTile(
      float[] x,
      int offset,
      int stride,
      int length,
      RowBlock block,
      int first,
      int end,
      float[] out,
      int outOffset,
      int outStride,
      Scratch scratch) {
    int whole = first + FLOATS.loopBound(end - first);
    if (whole > first) {
      scratch.touched = touch(x, offset + first, stride, length, whole - first);
    }
    for (int row = first; row < whole; row += WIDTH) {
      writeRows(x, offset + row, stride, length, block, row, out, outOffset + row, outStride);
    }
    if (whole < end) {
      RowKernels.super.writeTile(
          x, offset, stride, length, block, whole, end, out, outOffset, outStride, scratch);
    }
  }

  /** Writes so many classes of as many rows as a vector has lanes: their terms, times a factor. */
  private static void writeRows(
      float[] x,
      int base,
      int stride,
      int classes,
      RowBlock block,
      int first,
      float[] out,
      int outBase,
      int outStride) {
    FloatVector shift = FloatVector.fromArray(FLOATS, block.shifts, first);
    FloatVector lowest = FloatVector.fromArray(FLOATS, block.lowests, first);
    FloatVector factor = FloatVector.fromArray(FLOATS, block.factors, first);
    IntVector mask = IntVector.fromArray(INTS, block.masks, first);
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector magic = FloatVector.fromArray(FLOATS, block.magics, first);
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(FLOATS, C6);
    FloatVector c5 = FloatVector.broadcast(FLOATS, C5);
    FloatVector c4 = FloatVector.broadcast(FLOATS, C4);
    FloatVector c3 = FloatVector.broadcast(FLOATS, C3);
    FloatVector c2 = FloatVector.broadcast(FLOATS, C2);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    IntVector highest = IntVector.broadcast(INTS, HIGHEST);
    int i = base;
    int j = outBase;
    for (int c = 0; c < classes; c++) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, i).sub(shift);
      a = a.blend(lowest, a.compare(VectorOperators.LT, lowest));
      FloatVector z = a.fma(log2e, magic);
      FloatVector n = z.sub(magic);
      FloatVector r = n.fma(minusLow, n.fma(minusHigh, a));
      FloatVector p = r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, two).fma(r, two);
      IntVector k = z.reinterpretAsInts().min(highest);
      FloatVector s = k.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      IntVector bits = p.mul(s).mul(factor).reinterpretAsInts().and(mask);
      bits.reinterpretAsFloats().intoArray(out, j);
      i += stride;
      j += outStride;
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
    FloatVector kept = FloatVector.broadcast(FLOATS, keep);
    FloatVector spreads = FloatVector.broadcast(FLOATS, spread);
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector q = FloatVector.fromArray(FLOATS, p, pOffset + i).fma(kept, spreads);
      FloatVector weighted = FloatVector.fromArray(FLOATS, w, wOffset + i).mul(q);
      FloatVector.fromArray(FLOATS, out, outOffset + i).sub(weighted).intoArray(out, outOffset + i);
    }
    loops.subtractTargets(
        p,
        pOffset + whole,
        w,
        wOffset + whole,
        length - whole,
        keep,
        spread,
        out,
        outOffset + whole);
  }

  @Override
  public void writeShifted(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, offset + i).sub(high).sub(low).intoArray(out, outOffset + i);
    }
    loops.writeShifted(x, offset + whole, length - whole, high, low, out, outOffset + whole);
  }

  @Override
  public int firstShiftedAbove(
      float[] x, int offset, int start, int length, float high, float low, float limit) {
    int i = start;
    while (i + WIDTH <= length
        && !FloatVector.fromArray(FLOATS, x, offset + i)
            .sub(high)
            .sub(low)
            .compare(VectorOperators.GT, limit)
            .anyTrue()) {
      i += WIDTH;
    }
    return loops.firstShiftedAbove(x, offset, i, length, high, low, limit);
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
    int whole = wholeRounds(wholeRounds(length, p, pOffset), q, qOffset);
    for (int j = 0; j < LANES; j += WIDE) {
      DoubleVector sumP = DoubleVector.fromArray(DOUBLES, sumPLanes, j);
      DoubleVector sumQ = DoubleVector.fromArray(DOUBLES, sumQLanes, j);
      DoubleVector gaps = DoubleVector.fromArray(DOUBLES, gapLanes, j);
      for (int i = j; i < whole; i += LANES) {
        DoubleVector gapP = widened(p, pOffset + i).sub(maxP);
        DoubleVector gapQ = widened(q, qOffset + i).sub(maxQ);
        DoubleVector termP = exp(gapP);
        DoubleVector gap = termP.mul(gapP.sub(gapQ));
        sumP = sumP.add(termP);
        sumQ = sumQ.add(exp(gapQ));
        gaps = gaps.add(gap.blend(0, termP.compare(VectorOperators.EQ, 0)));
      }
      sumP.intoArray(sumPLanes, j);
      sumQ.intoArray(sumQLanes, j);
      gaps.intoArray(gapLanes, j);
    }
    loops.addDivergence(
        p,
        pOffset + whole,
        maxP,
        q,
        qOffset + whole,
        maxQ,
        length - whole,
        sumPLanes,
        sumQLanes,
        gapLanes);
  }

  /** e^y as Exponential.exp gives it, but 0 for −∞. */
  private static DoubleVector exp(DoubleVector y) {
    DoubleVector magic = DoubleVector.broadcast(DOUBLES, Exponential.MAGIC_DOUBLE);
    DoubleVector x = y.max(Exponential.LOWEST_DOUBLE);
    DoubleVector z = x.fma(DoubleVector.broadcast(DOUBLES, Exponential.LOG2_E_DOUBLE), magic);
    DoubleVector n = z.sub(magic);
    DoubleVector high = n.fma(DoubleVector.broadcast(DOUBLES, -Exponential.LN2_HIGH_DOUBLE), x);
    DoubleVector r = n.fma(DoubleVector.broadcast(DOUBLES, -Exponential.LN2_LOW_DOUBLE), high);
    DoubleVector p = DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(13));
    for (int k = 12; k >= 0; k--) {
      p = p.fma(r, DoubleVector.broadcast(DOUBLES, Exponential.inverseFactorial(k)));
    }
    LongVector scale = z.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
    DoubleVector result = p.reinterpretAsLongs().add(scale).reinterpretAsDoubles();
    return result.blend(0, y.compare(VectorOperators.EQ, Double.NEGATIVE_INFINITY));
  }

  @Override
  public void widenBfloat16(short[] bits, int length, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      widened(bits, i)
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(out, outOffset + i);
    }
    loops.widenBfloat16(bits, whole, length, out, outOffset);
  }

  @Override
  public void widenFloat16(short[] bits, int length, float[] out, int outOffset) {
    int whole = FLOATS.loopBound(length);
    for (int i = 0; i < whole; i += WIDTH) {
      IntVector half = widened(bits, i);
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
    loops.widenFloat16(bits, whole, length, out, outOffset);
  }

  private static IntVector widened(short[] bits, int index) {
    return (IntVector) ShortVector.fromArray(HALF_SHORTS, bits, index).castShape(INTS, 0);
  }
}
