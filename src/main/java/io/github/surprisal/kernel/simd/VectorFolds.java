/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static io.github.surprisal.kernel.TileKernel.LANES;
import static io.github.surprisal.kernel.TileKernel.TILE;
import static io.github.surprisal.kernel.simd.Vectors.FLOATS;
import static io.github.surprisal.kernel.simd.Vectors.INTS;
import static io.github.surprisal.kernel.simd.Vectors.WIDTH;

import io.github.surprisal.kernel.TileStatistics;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The folds of a {@link VectorKernel}, several halvings at a time. */
final class VectorFolds {

  /** The bits of the largest finite float: the bits of infinity and NaN are larger. */
  private static final int LARGEST_FINITE = 0x7f7fffff;

  private static final int QUARTER = TILE / 4;

  /** What is left between two steps. */
  private float[] folded = new float[TILE / 16];

  /** The same of products, made when there are some. */
  private float[] products = new float[0];

  /** As {@link VectorKernel#fold} tells. */
  void fold(float[] terms, int offset, int length, int lanes, float[] sums, int sumsOffset) {
    if (length == TILE && lanes == LANES) {
      foldToSixteenth(terms, offset, TILE / 16, folded, 0);
      foldToQuarter(folded, 0, LANES, sums, sumsOffset);
    } else {
      foldBySteps(terms, offset, length, lanes, sums, sumsOffset);
    }
  }

  /** As {@link VectorKernel#foldWithGaps} tells, of a whole tile. */
  void foldWithGaps(
      float[] terms, int termsOffset, float[] x, int offset, TileStatistics statistics) {
    if (products.length == 0) {
      products = new float[QUARTER];
    }
    float[] sums = room(QUARTER);
    foldToQuarters(terms, termsOffset, x, offset, statistics, sums, products);
    foldToSixteenth(sums, 0, LANES, statistics.sums, statistics.at);
    foldToSixteenth(products, 0, LANES, statistics.gaps, statistics.at);
  }

  /**
   * Two folds of a tile's terms, and of their products with gaps, and the count of logits above the
   * limit. They are counted by the sign of {@code limit − x}: JDK 17 takes twice as long to count
   * by masks.
   */
  private static void foldToQuarters(
      float[] terms,
      int termsOffset,
      float[] x,
      int offset,
      TileStatistics statistics,
      float[] sums,
      float[] products) {
    FloatVector references = FloatVector.broadcast(FLOATS, statistics.reference);
    float limit = statistics.limit + 0f; // −0 − 0 would be −0
    FloatVector limits = FloatVector.broadcast(FLOATS, limit);
    IntVector largest = IntVector.broadcast(INTS, LARGEST_FINITE);
    IntVector above = IntVector.zero(INTS);
    for (int j = 0; j < QUARTER; j += WIDTH) {
      int i = offset + j;
      int k = termsOffset + j;
      FloatVector xa = FloatVector.fromArray(FLOATS, x, i);
      FloatVector xb = FloatVector.fromArray(FLOATS, x, i + QUARTER);
      FloatVector xc = FloatVector.fromArray(FLOATS, x, i + 2 * QUARTER);
      FloatVector xd = FloatVector.fromArray(FLOATS, x, i + 3 * QUARTER);
      FloatVector ta = FloatVector.fromArray(FLOATS, terms, k);
      FloatVector tb = FloatVector.fromArray(FLOATS, terms, k + QUARTER);
      FloatVector tc = FloatVector.fromArray(FLOATS, terms, k + 2 * QUARTER);
      FloatVector td = FloatVector.fromArray(FLOATS, terms, k + 3 * QUARTER);
      ta.add(tc).add(tb.add(td)).intoArray(sums, j);
      IntVector ga = references.sub(xa).reinterpretAsInts().min(largest);
      IntVector gb = references.sub(xb).reinterpretAsInts().min(largest);
      IntVector gc = references.sub(xc).reinterpretAsInts().min(largest);
      IntVector gd = references.sub(xd).reinterpretAsInts().min(largest);
      FloatVector pa = ta.mul(ga.reinterpretAsFloats());
      FloatVector pb = tb.mul(gb.reinterpretAsFloats());
      FloatVector pc = tc.mul(gc.reinterpretAsFloats());
      FloatVector pd = td.mul(gd.reinterpretAsFloats());
      pa.add(pc).add(pb.add(pd)).intoArray(products, j);
      IntVector ra = limits.sub(xa).reinterpretAsInts();
      IntVector rb = limits.sub(xb).reinterpretAsInts();
      IntVector rc = limits.sub(xc).reinterpretAsInts();
      IntVector rd = limits.sub(xd).reinterpretAsInts();
      above = above.add(ra.lanewise(VectorOperators.LSHR, 31));
      above = above.add(rb.lanewise(VectorOperators.LSHR, 31));
      above = above.add(rc.lanewise(VectorOperators.LSHR, 31));
      above = above.add(rd.lanewise(VectorOperators.LSHR, 31));
    }
    statistics.above = above.reduceLanes(VectorOperators.ADD);
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
}
