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
import io.github.surprisal.kernel.LoopRowKernels;
import io.github.surprisal.kernel.RowBlock;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import java.util.Arrays;
import java.util.function.Supplier;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The kernel on the Vector API, for vectors of 128 bits or more.
 *
 * <p>Terms are written by {@link TermLoops}, and then folded in the order that {@link RowKernels}
 * lays down. A tile of a row is read from front to back, since reading its two halves side by side
 * defeats the processor's prefetching and takes twice as long; whether four tiles are read at a
 * time is a matter of {@link ReadingOrder}. Of rows that stand side by side a vector holds as many
 * as it has lanes.
 */
public final class VectorRowKernels implements RowKernels {

  /** Made with the class, which so can't be used where there are no {@link Vectors}. */
  private static final String NAME = "vector of " + FLOATS.vectorBitSize() + " bits";

  /** Takes what is left of a run, or of a block's rows, after whole vectors. */
  private final LoopRowKernels loops = new LoopRowKernels();

  // Each kind of pass has an order of its own: what it writes takes memory's time as well.
  private final ReadingOrder ofSums;
  private final ReadingOrder ofSumsAndLogits;
  private final ReadingOrder ofKeptTerms;
  private final ReadingOrder ofBfloat16;
  private final ReadingOrder ofShortRows;

  /** A kernel for the widest vectors that the machine has, which finds out how to read best. */
  public VectorRowKernels() {
    this(MeasuredReadingOrder::new);
  }

  /** A kernel that reads in the orders given to it. */
  public VectorRowKernels(Supplier<ReadingOrder> orders) {
    ofSums = orders.get();
    ofSumsAndLogits = orders.get();
    ofKeptTerms = orders.get();
    ofBfloat16 = orders.get();
    ofShortRows = orders.get();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String findings() {
    return switch (ofSums.usual()) {
      case ReadingOrder.ONE -> "long rows are read from front to back, which is faster here";
      case ReadingOrder.FOUR -> "long rows are read at four places, which is faster here";
      default -> "";
    };
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
            ? addTiles(x, offset, length, skip, exponent, lanes, scratch.streams, 0, false, scratch)
            : 0;
    int count;
    for (int from = start; from < length; from += count) {
      count = Math.min(TILE, length - from);
      int padded = takeTerms(x, offset + from, count, shift, exponent, scratch);
      addTerms(scratch.terms, 0, padded, skip - from, lanes);
    }
  }

  /** Enough for each place to have some that follow each other, few enough to be fetched ahead. */
  @Override
  public int rowsAtATime() {
    return 32;
  }

  /** Takes rows one after the other, or four at a time. */
  @Override
  public void addRows(float[] x, int base, int classes, RowBlock block, int rows, Scratch scratch) {
    int used = block.findUsed(rows);
    int places = ofShortRows.next();
    long start = ofShortRows.start();
    int distance = places == ReadingOrder.ONE ? 0 : used / Scratch.STREAMS;
    for (int i = 0; i < distance; i++) {
      addFourRows(x, base, classes, block, i, distance, scratch);
    }
    for (int i = distance * Scratch.STREAMS; i < used; i++) {
      addRow(x, base, classes, block, block.found[i], scratch);
    }
    ofShortRows.took(places, used * classes, start);
  }

  /** Adds the rows found at {@code i} and three times so much further on. */
  private void addFourRows(
      float[] x, int base, int classes, RowBlock block, int i, int distance, Scratch scratch) {
    // What a vector holds beyond the end of a row counts 0, but has to be read.
    int last = block.found[i + (Scratch.STREAMS - 1) * distance];
    if (base + last * classes > x.length - wholeVectors(classes)) {
      for (int k = 0; k < Scratch.STREAMS; k++) {
        addRow(x, base, classes, block, block.found[i + k * distance], scratch);
      }
      return;
    }
    float[] terms = scratch.streams;
    int length;
    for (int from = 0; from < classes; from += length) {
      for (int k = 0; k < Scratch.STREAMS; k++) {
        int row = block.found[i + k * distance];
        scratch.bases[k] = base + row * classes + from;
        scratch.exponents[k] = block.exponents[row];
      }
      length = Math.min(TILE, classes - from);
      int padded = wholeVectors(length);
      writeFour(x, padded, terms, 0, Scratch.STREAM, scratch);
      for (int k = 0; k < Scratch.STREAMS; k++) {
        int row = block.found[i + k * distance];
        int at = k * Scratch.STREAM;
        Arrays.fill(terms, at + length, at + padded, 0);
        addTerms(terms, at, padded, block.skips[row] - from, block.lanes[row]);
      }
    }
  }

  private static int wholeVectors(int length) {
    return (length + WIDTH - 1) / WIDTH * WIDTH;
  }

  @Override
  public void addExponentialsOfBfloat16(
      short[] bits, int offset, int length, int skip, int exponent, Lanes lanes, Scratch scratch) {
    int places = ofBfloat16.next();
    long start = ofBfloat16.start();
    float[] out = scratch.streams;
    int done = 0;
    for (int tiles = tilesAt(places, length); tiles > 0; tiles = tilesAt(places, length - done)) {
      int each = tiles / places;
      int distance = each * TILE;
      for (int tile = 0; tile < each; tile++) {
        int from = done + tile * TILE;
        writeTilesOfBfloat16(bits, offset + from, places, distance, exponent, scratch);
        foldTiles(out, 0, places, Scratch.STREAM, skip - from, distance, scratch, tile);
      }
      addSums(scratch.sums, 0, tiles, lanes);
      done += tiles * TILE;
    }
    ofBfloat16.took(places, done, start);
    RowKernels.super.addExponentialsOfBfloat16(
        bits, offset + done, length - done, skip - done, exponent, lanes, scratch);
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
    int start = addTiles(x, offset, length, skip, exponent, lanes, out, outOffset, true, scratch);
    for (int from = start; from < whole; from += TILE) {
      writeTerms(x, offset + from, TILE, exponent, out, outOffset + from, scratch);
      foldTile(out, outOffset + from, skip - from, scratch, 0);
      addSums(scratch.sums, 0, 1, lanes);
    }
    int rest = length - whole;
    if (rest > 0) {
      int padded = takeTerms(x, offset + whole, rest, 0, exponent, scratch);
      System.arraycopy(scratch.terms, 0, out, outOffset + whole, rest);
      addTerms(scratch.terms, 0, padded, skip - whole, lanes);
    }
  }

  /**
   * Adds the terms of a run's tiles, at as many places of memory as pay; returns for how many
   * elements that was done.
   *
   * @param keeps whether all terms stay in {@code out}: written one by one, while the next are
   *     computed, results that are not in the cache cost least
   */
  private int addTiles(
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
    ReadingOrder order = keeps ? ofKeptTerms : ofSums;
    int places = order.next();
    long start = order.start();
    int done = 0;
    for (int tiles = tilesAt(places, length); tiles > 0; tiles = tilesAt(places, length - done)) {
      int distance = tiles / places * TILE;
      int outDistance = keeps ? distance : Scratch.STREAM;
      for (int from = done; from < done + distance; from += TILE) {
        int at = keeps ? outOffset + from : 0;
        int tile = (from - done) / TILE;
        writeTiles(x, offset + from, places, distance, exponent, out, at, outDistance, scratch);
        foldTiles(out, at, places, outDistance, skip - from, distance, scratch, tile);
      }
      addSums(scratch.sums, 0, tiles, lanes);
      done += tiles * TILE;
    }
    order.took(places, done, start);
    return done;
  }

  /** How many of the tiles of {@code length} elements are taken next, so many places at a time. */
  private static int tilesAt(int places, int length) {
    int tiles = Math.min(length / TILE, Scratch.SUMS);
    return tiles - tiles % places;
  }

  /**
   * Folds the terms of a tile at each place, of which one may count 0.
   *
   * @param skip counted from the first tile, which is the one of that number
   * @param distance from the first element of a tile to that of the next
   */
  private static void foldTiles(
      float[] written,
      int base,
      int places,
      int writtenDistance,
      int skip,
      int distance,
      Scratch scratch,
      int tile) {
    for (int k = 0; k < places; k++) {
      int number = tile + k * (distance / TILE);
      foldTile(written, base + k * writtenDistance, skip - k * distance, scratch, number);
    }
  }

  /** Folds a tile of terms, of which one may count 0, to the sums of the tile of that number. */
  private static void foldTile(float[] written, int base, int skip, Scratch scratch, int tile) {
    float[] terms = scratch.terms;
    if (skip >= 0 && skip < TILE) {
      float term = written[base + skip];
      written[base + skip] = 0;
      foldToSixteenth(written, base, TILE / 16, terms, 0);
      written[base + skip] = term;
    } else {
      foldToSixteenth(written, base, TILE / 16, terms, 0);
    }
    foldToQuarter(terms, 0, LANES, scratch.sums, tile * LANES);
  }

  /** Adds the sums of so many tiles to the lanes, one after the other. */
  private static void addSums(float[] sums, int base, int tiles, Lanes lanes) {
    int from = 0;
    if (lanes.tiles == 0) {
      System.arraycopy(sums, base, lanes.high, 0, LANES);
      clear(lanes.low, 0, LANES);
      from = 1;
    }
    for (int tile = from; tile < tiles; tile++) {
      addLanes(sums, base + tile * LANES, lanes.high, lanes.low);
    }
    lanes.tiles += tiles;
  }

  /** Writes the terms of some logits; returns true only if all were within range. */
  private static boolean writeTerms(
      float[] x, int base, int length, int exponent, float[] out, int outBase, Scratch scratch) {
    if (scratch.expectsWithinRange()) {
      if (TermLoops.tryTerms(x, base, length, exponent, out, outBase)) {
        return true;
      }
      scratch.sawBeyondRange();
    }
    TermLoops.writeTerms(x, base, length, exponent, out, outBase);
    return false;
  }

  /**
   * Writes the terms of a tile at each place; returns true only if all logits were within range.
   */
  private static boolean writeTiles(
      float[] x,
      int base,
      int places,
      int distance,
      int exponent,
      float[] out,
      int outBase,
      int outDistance,
      Scratch scratch) {
    if (places == ReadingOrder.ONE) {
      return writeTerms(x, base, TILE, exponent, out, outBase, scratch);
    }
    setFour(base, distance, exponent, scratch);
    return writeFour(x, TILE, out, outBase, outDistance, scratch);
  }

  private static void setFour(int base, int distance, int exponent, Scratch scratch) {
    for (int k = 0; k < Scratch.STREAMS; k++) {
      scratch.bases[k] = base + k * distance;
      scratch.exponents[k] = exponent;
    }
  }

  /**
   * Writes the terms of runs of so many logits, in whole vectors, from scratch.bases on, to another
   * array; returns true only if all were within range.
   */
  private static boolean writeFour(
      float[] x, int length, float[] out, int outBase, int outDistance, Scratch scratch) {
    int[] bases = scratch.bases;
    int[] exponents = scratch.exponents;
    if (scratch.expectsWithinRange()) {
      if (TermLoops.tryFour(x, bases, length, exponents, out, outBase, outDistance)) {
        return true;
      }
      scratch.sawBeyondRange();
    }
    TermLoops.writeFour(x, bases, length, exponents, out, outBase, outDistance);
    return false;
  }

  /**
   * Writes the terms of a tile at each place to scratch.streams. Those of four tiles take the place
   * of their logits, which have to be widened once more if some are not within range.
   */
  private static void writeTilesOfBfloat16(
      short[] bits, int base, int places, int distance, int exponent, Scratch scratch) {
    float[] x = scratch.streams;
    if (places == ReadingOrder.ONE) {
      for (int j = 0; j < TILE; j += WIDTH) {
        bfloat16(bits, base + j).intoArray(scratch.logits, j);
      }
      writeTerms(scratch.logits, 0, TILE, exponent, x, 0, scratch);
      return;
    }
    int[] bases = scratch.bases;
    int[] exponents = scratch.exponents;
    setFour(0, Scratch.STREAM, exponent, scratch);
    widenFourTiles(bits, base, distance, x);
    if (scratch.expectsWithinRange()) {
      if (TermLoops.tryFour(x, bases, TILE, exponents, x, 0, Scratch.STREAM)) {
        return;
      }
      scratch.sawBeyondRange();
      widenFourTiles(bits, base, distance, x);
    }
    TermLoops.writeFour(x, bases, TILE, exponents, x, 0, Scratch.STREAM);
  }

  private static void widenFourTiles(short[] bits, int base, int distance, float[] out) {
    widenTwoTiles(bits, base, distance, out, 0);
    widenTwoTiles(bits, base + 2 * distance, distance, out, 2 * Scratch.STREAM);
  }

  /** Two, and not four: see {@link Vectors#widened(short[], int)}. */
  private static void widenTwoTiles(
      short[] bits, int base, int distance, float[] out, int outBase) {
    for (int j = 0; j < TILE; j += WIDTH) {
      bfloat16(bits, base + j).intoArray(out, outBase + j);
      bfloat16(bits, base + distance + j).intoArray(out, outBase + Scratch.STREAM + j);
    }
  }

  /** Writes a tile's terms to scratch.terms, and 0 up to the whole turns that this returns. */
  private static int takeTerms(
      float[] x, int base, int count, float shift, int exponent, Scratch scratch) {
    int padded = (count + TermLoops.TURN - 1) / TermLoops.TURN * TermLoops.TURN;
    if (shift == 0 && padded == count) {
      writeTerms(x, base, count, exponent, scratch.terms, 0, scratch);
    } else {
      float[] logits = scratch.logits;
      System.arraycopy(x, base, logits, 0, count);
      for (int i = 0; shift != 0 && i < count; i++) {
        logits[i] -= shift;
      }
      Arrays.fill(logits, count, padded, Exponential.lowest(exponent));
      writeTerms(logits, 0, padded, exponent, scratch.terms, 0, scratch);
    }
    return padded;
  }

  /**
   * Adds the terms of a tile of which so many elements, in whole vectors, are in use, but for one.
   */
  private static void addTerms(float[] terms, int base, int count, int skip, Lanes lanes) {
    int size = TILE;
    while (size / 2 >= Math.max(count, 2 * LANES)) {
      size /= 2;
    }
    clear(terms, base + count, base + size);
    if (skip >= 0 && skip < count) {
      terms[base + skip] = 0;
    }
    fold(terms, base, size, LANES, terms, base);
    addSums(terms, base, 1, lanes);
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
    int whole = FLOATS.loopBound(rows);
    TermLoops.writeRows(x, base, stride, classes, block, first, whole, out, outBase, outStride);
    if (whole == rows) {
      return;
    }
    if (out == x) { // those that are written already are no logits any more
      int in = base + whole;
      int to = outBase + whole;
      int row = first + whole;
      loops.writeRows(
          x, in, stride, classes, block, row, rows - whole, out, to, outStride, scratch);
      return;
    }
    int last = rows - WIDTH; // the last vector of rows, some of them once more
    int in = base + last;
    int to = outBase + last;
    TermLoops.writeRows(x, in, stride, classes, block, first + last, WIDTH, out, to, outStride);
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
    int whole = FLOATS.loopBound(rows);
    TermLoops.writePairs(x, base, distance, stride, classes, block, first, whole, sums, 0, rows);
    if (whole < rows) { // the last vector of rows, some of them once more
      int last = rows - WIDTH;
      TermLoops.writePairs(
          x, base + last, distance, stride, classes, block, first + last, WIDTH, sums, last, rows);
    }
  }

  @Override
  public void writeTermsOfRows(
      float[] x,
      int base,
      int classes,
      RowBlock block,
      int rows,
      float[] out,
      int outBase,
      Scratch scratch) {
    int half = classes / 2 * rows;
    if (scratch.expectsWithinRange()) {
      boolean isWithinRange = true;
      for (int from = 0; from < half && isWithinRange; from += rows) {
        isWithinRange =
            TermLoops.tryTwoOfRows(x, base + from, half, block.magics, rows, out, outBase + from);
      }
      if (isWithinRange) {
        return;
      }
      scratch.sawBeyondRange();
    }
    TermLoops.writeRows(x, base, rows, classes, block, 0, rows, out, outBase, rows);
  }

  @Override
  public void multiplyRows(float[] terms, int base, RowBlock block, int rows) {
    float[] factors = block.factors;
    int[] masks = block.masks;
    int whole = FLOATS.loopBound(rows);
    for (int row = 0; row < whole; row += WIDTH) {
      FloatVector product =
          FloatVector.fromArray(FLOATS, terms, base + row)
              .mul(FloatVector.fromArray(FLOATS, factors, row));
      IntVector mask = IntVector.fromArray(INTS, masks, row);
      product.reinterpretAsInts().and(mask).reinterpretAsFloats().intoArray(terms, base + row);
    }
    for (int row = whole; row < rows; row++) {
      terms[base + row] = block.isUsed(row) ? terms[base + row] * factors[row] : 0;
    }
  }

  @Override
  public void foldTerms(
      float[] terms, int base, int length, int lanes, float[] sums, Scratch scratch) {
    fold(terms, base, length, lanes, sums, 0);
  }

  @Override
  public void add(float[] addends, float[] sums, int length) {
    for (int j = 0; j < length; j += WIDTH) {
      FloatVector.fromArray(FLOATS, sums, j)
          .add(FloatVector.fromArray(FLOATS, addends, j))
          .intoArray(sums, j);
    }
  }

  /** Folds terms[base … base + length) by halves to so many lanes in {@code out}. */
  private static void fold(
      float[] terms, int base, int length, int lanes, float[] out, int outBase) {
    float[] from = terms;
    int at = base;
    int rest = length;
    while (rest >= 16 * lanes) {
      rest /= 16;
      foldToSixteenth(from, at, rest, out, outBase);
      from = out;
      at = outBase;
    }
    while (rest >= 4 * lanes) {
      rest /= 4;
      foldToQuarter(from, at, rest, out, outBase);
      from = out;
      at = outBase;
    }
    if (rest == 2 * lanes) {
      for (int j = 0; j < lanes; j += WIDTH) {
        FloatVector.fromArray(FLOATS, from, at + j)
            .add(FloatVector.fromArray(FLOATS, from, at + lanes + j))
            .intoArray(out, outBase + j);
      }
    }
  }

  private static void clear(float[] out, int from, int to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int j = from; j < to; j += WIDTH) {
      zero.intoArray(out, j);
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
  public void addExponentialsAndLogits(
      float[] x,
      int offset,
      int length,
      int skip,
      int exponent,
      Lanes lanes,
      double[] logitLanes,
      Scratch scratch) {
    boolean isRangeModerate = LogitLoops.isRangeModerate(exponent);
    int places = ofSumsAndLogits.next();
    long start = ofSumsAndLogits.start();
    float[] terms = scratch.streams;
    int done = 0;
    for (int tiles = tilesAt(places, length); tiles > 0; tiles = tilesAt(places, length - done)) {
      int each = tiles / places;
      int distance = each * TILE;
      for (int tile = 0; tile < each; tile++) {
        int from = done + tile * TILE;
        int base = offset + from;
        boolean isWithinRange =
            writeTiles(x, base, places, distance, exponent, terms, 0, Scratch.STREAM, scratch);
        foldTiles(terms, 0, places, Scratch.STREAM, skip - from, distance, scratch, tile);
        for (int k = 0; k < places; k++) {
          int at = base + k * distance;
          boolean isModerate =
              (isWithinRange && isRangeModerate) || LogitLoops.isModerate(x, at, TILE);
          LogitLoops.sumTile(x, at, TILE, isModerate, scratch, tile + k * each);
        }
      }
      addSums(scratch.sums, 0, tiles, lanes);
      LogitLoops.addTileSums(tiles, logitLanes, scratch);
      done += tiles * TILE;
    }
    ofSumsAndLogits.took(places, done, start);
    RowKernels.super.addExponentialsAndLogits(
        x, offset + done, length - done, skip - done, exponent, lanes, logitLanes, scratch);
  }

  @Override
  public void addLogits(float[] x, int offset, int length, double[] lanes, Scratch scratch) {
    int count;
    for (int from = 0; from < length; from += count) {
      count = Math.min(TILE, length - from);
      boolean isModerate = LogitLoops.isModerate(x, offset + from, count);
      LogitLoops.sumTile(x, offset + from, count, isModerate, scratch, 0);
      LogitLoops.addTileSums(1, lanes, scratch);
    }
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
    int whole = wholeRounds(wholeRounds(length, x, offset), w, wOffset);
    DoubleVector from = DoubleVector.broadcast(DOUBLES, reference);
    for (int j = 0; j < LANES; j += WIDE) {
      DoubleVector gaps = DoubleVector.fromArray(DOUBLES, gapLanes, j);
      for (int i = j; i < whole; i += LANES) {
        DoubleVector weight = widened(w, wOffset + i);
        DoubleVector gap = weight.mul(from.sub(widened(x, offset + i)));
        gaps = gaps.add(gap.blend(0, weight.compare(VectorOperators.EQ, 0)));
      }
      gaps.intoArray(gapLanes, j);
    }
    loops.addWeightedGaps(
        x, offset + whole, w, wOffset + whole, length - whole, reference, gapLanes);
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
    int count;
    for (int from = 0; from < length; from += count) {
      count = Math.min(TILE, length - from);
      takeTerms(x, offset + from, count, shift, exponent, scratch);
      writeMultiples(scratch.terms, 0, count, factor, out, outOffset + from);
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
      FloatVector result = FloatVector.fromArray(FLOATS, out, outOffset + i);
      FloatVector weight = FloatVector.fromArray(FLOATS, w, wOffset + i);
      weight.neg().fma(q, result).intoArray(out, outOffset + i);
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
    while (length - i >= WIDTH
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

  @Override
  public void endLosses(RowBlock block, int rows) {
    LossLoops.writeExp(block.targetGaps, rows, block.totals);
    LossLoops.writeLosses(block.otherTerms, block.totals, rows, block.nlls);
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
}
