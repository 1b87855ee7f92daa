/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * The loops over the vocabulary.
 *
 * <p>A kernel sees a run of one row's logits as {@code float[]}, offset and length, or some classes
 * of the rows of a {@link RowBlock}, and knows no tensor, target or option. Every implementation
 * gives the same bits: element-wise arithmetic is that of {@link Exponential}, and sums have one
 * fixed order.
 *
 * <h2>The order of the sums</h2>
 *
 * A row is cut into tiles of {@link #TILE} elements; a run begins at a tile boundary of its row,
 * and only a row's last run may end inside a tile. A float sum folds the tile's terms (missing ones
 * count 0) by halves, {@code e[j] + e[j + 512]}, then {@code 256}, {@code 128} and so on down to
 * {@code 16} apart and {@link #LANES} lanes, and adds these to the row's lanes with TwoSum, which
 * keeps what a float addition drops. A short tile may be folded from half the next power of two on:
 * adding 0 changes nothing. A double sum adds element {@code i} of the row to lane {@code i mod
 * LANES}; that of the logits takes the lanes of each tile as {@link LogitBlock} tells, and adds
 * them to the row's, one after the other. {@link Lanes} folds the lanes at the end.
 */
public interface RowKernels {

  /** Elements of a tile. */
  int TILE = 1024;

  /** Lanes of a sum. */
  int LANES = 16;

  /** Name of this kernel: {@code loop}, or {@code vector} and its width. */
  String name();

  /** What this kernel has found out about the machine so far, for people; empty for nothing. */
  default String findings() {
    return "";
  }

  /**
   * Adds Σ e<sup>x − shift</sup>·2<sup>−exponent</sup> over a run to the float lanes.
   *
   * @param skip element of the run (from 0) whose term counts 0 whatever it is; any other number
   *     for none
   * @param shift subtracted from every logit first; 0 where their magnitude allows
   */
  void addExponentials(
      float[] x,
      int offset,
      int length,
      int skip,
      float shift,
      int exponent,
      Lanes lanes,
      Scratch scratch);

  /**
   * {@link #addExponentials} without a shift, of whole rows that stand one after the other, class c
   * of row r at {@code x[base + r·classes + c]}: of those of the block's first rows that are in
   * use, each to its own lanes, which have been cleared.
   */
  default void addRows(
      float[] x, int base, int classes, RowBlock block, int rows, Scratch scratch) {
    int used = block.findUsed(rows);
    for (int i = 0; i < used; i++) {
      addRow(x, base, classes, block, block.found[i], scratch);
    }
  }

  /**
   * For how many rows {@link #addRows} is best called at a time, at most {@link RowBlock#MAX_ROWS};
   * 1 if nothing is gained by it.
   */
  default int rowsAtATime() {
    return 1;
  }

  /** {@link #addRows} of one row. */
  default void addRow(float[] x, int base, int classes, RowBlock block, int row, Scratch scratch) {
    int skip = block.skips[row];
    int exponent = block.exponents[row];
    addExponentials(x, base + row * classes, classes, skip, 0, exponent, block.lanes[row], scratch);
  }

  /** {@link #addExponentials} without a shift, of bfloat16 numbers. */
  default void addExponentialsOfBfloat16(
      short[] bits, int offset, int length, int skip, int exponent, Lanes lanes, Scratch scratch) {
    float[] x = scratch.logits; // and not where terms may be written before logits are read again
    int count;
    for (int from = 0; from < length; from += count) {
      count = Math.min(TILE, length - from);
      widenBfloat16(bits, offset + from, count, x, 0);
      addExponentials(x, 0, count, skip - from, 0, exponent, lanes, scratch);
    }
  }

  /**
   * {@link #addExponentials} without a shift, which writes the terms besides: {@code out =
   * e^x·2^−exponent}, that of element {@code skip} too.
   *
   * @param out another array than {@code x}
   */
  void addAndWriteExponentials(
      float[] x,
      int offset,
      int length,
      int skip,
      int exponent,
      Lanes lanes,
      float[] out,
      int outOffset,
      Scratch scratch);

  /**
   * Writes the terms of so many classes of the rows {@code [first … first + rows)} of a block,
   * which stand side by side, less the rows' shifts and times their factors; 0 for rows that are
   * not in use: class c of row {@code first + r} stands at {@code x[base + c·stride + r]}, its
   * result at {@code out[outBase + c·outStride + r]}.
   *
   * @param rows at least {@link #LANES}
   * @param out may be {@code x} itself, with the same base and stride
   */
  void writeRows(
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
      Scratch scratch);

  /**
   * Writes the sums of two terms each, {@code distance} elements apart, of so many classes of rows
   * that stand side by side and are taken for their sums, without a shift or factor: of class c of
   * row {@code first + r} to {@code sums[c·rows + r]}. Those of rows that are not in use mean
   * nothing.
   *
   * @param rows at least {@link #LANES}
   */
  void writePairs(
      float[] x,
      int base,
      int distance,
      int stride,
      int classes,
      RowBlock block,
      int first,
      int rows,
      float[] sums,
      Scratch scratch);

  /**
   * Writes the terms of so many classes of a block's first rows, which stand one after the other
   * and are taken for their sums, without a shift or factor: class c of row r, at {@code x[base +
   * c·rows + r]}, to {@code out[outBase + c·rows + r]}. Those of rows that are not in use mean
   * nothing.
   *
   * @param classes an even number
   * @param rows a multiple of {@link #LANES}
   * @param out another array than {@code x}
   */
  default void writeTermsOfRows(
      float[] x,
      int base,
      int classes,
      RowBlock block,
      int rows,
      float[] out,
      int outBase,
      Scratch scratch) {
    writeRows(x, base, rows, classes, block, 0, rows, out, outBase, rows, scratch);
  }

  /**
   * Makes results of the terms of a block's first rows, which stand from {@code base} on:
   * multiplies each with the row's factor, and has 0 for rows that are not in use.
   */
  void multiplyRows(float[] terms, int base, RowBlock block, int rows);

  /**
   * Folds terms by halves, so many at the end, to {@code sums}; the terms stay as they are.
   *
   * @param length twice {@code lanes}, or that times a power of two
   * @param lanes a multiple of {@link #LANES}
   * @param sums another array, with room for half the terms
   */
  void foldTerms(float[] terms, int base, int length, int lanes, float[] sums, Scratch scratch);

  /**
   * Adds the first numbers of one array to those of another.
   *
   * @param length a multiple of {@link #LANES}
   */
  void add(float[] addends, float[] sums, int length);

  /**
   * Ends the losses of a block's first rows: {@code total = otherTerms + e^targetGap} and {@code
   * nll = log(1 + otherTerms / e^targetGap)}. Those of rows with other terms outside [2^-120,
   * 2^120] or |gap| over 1 mean nothing, nor do those of some rows behind the last.
   */
  default void endLosses(RowBlock block, int rows) {
    for (int row = 0; row < rows; row++) {
      double targetTerm = Exponential.exp(block.targetGaps[row]);
      block.totals[row] = block.otherTerms[row] + targetTerm;
      block.nlls[row] = Logarithm.log1p(block.otherTerms[row] / targetTerm);
    }
  }

  /**
   * The largest element of a run, −∞ for none, leaving out element {@code skip}; NaN if any of the
   * others is NaN.
   */
  float max(float[] x, int offset, int length, int skip);

  /** Adds Σ x to the double lanes, each tile summed as {@link LogitBlock} tells. */
  void addLogits(float[] x, int offset, int length, double[] lanes, Scratch scratch);

  /** {@link #addExponentials} without a shift, and {@link #addLogits}, in one pass over memory. */
  default void addExponentialsAndLogits(
      float[] x,
      int offset,
      int length,
      int skip,
      int exponent,
      Lanes lanes,
      double[] logitLanes,
      Scratch scratch) {
    int count;
    for (int from = 0; from < length; from += count) {
      count = Math.min(TILE, length - from);
      addExponentials(x, offset + from, count, skip - from, 0, exponent, lanes, scratch);
      addLogits(x, offset + from, count, logitLanes, scratch);
    }
  }

  /** Adds Σ w·(reference − x) to double lanes; where w is 0 the term is 0, whatever x is. */
  void addWeightedGaps(
      float[] x,
      int offset,
      float[] w,
      int wOffset,
      int length,
      double reference,
      double[] gapLanes);

  /**
   * Adds Σ a and Σ a·(reference − x) to two sets of double lanes, with a = p·w; where a is 0 the
   * second term is 0, whatever x is.
   */
  void addGaps(
      float[] x,
      int offset,
      float[] p,
      int pOffset,
      float[] w,
      int wOffset,
      int length,
      double reference,
      double[] coefficientLanes,
      double[] gapLanes);

  /**
   * Writes softmax·scale: {@code out = term·factor}.
   *
   * @param out may be {@code x} itself at the same offset
   */
  void writeSoftmax(
      float[] x,
      int offset,
      int length,
      float shift,
      int exponent,
      float factor,
      float[] out,
      int outOffset,
      Scratch scratch);

  /**
   * Writes {@code out = term·factor} for terms that {@link #addAndWriteExponentials} wrote.
   *
   * @param out may be {@code terms} itself at the same offset
   */
  void writeMultiples(
      float[] terms, int offset, int length, float factor, float[] out, int outOffset);

  /**
   * Subtracts w·(keep·p + spread) from what {@link #writeSoftmax} wrote: {@code out = fma(−w,
   * fma(p, keep, spread), out)}.
   */
  void subtractTargets(
      float[] p,
      int pOffset,
      float[] w,
      int wOffset,
      int length,
      float keep,
      float spread,
      float[] out,
      int outOffset);

  /** Writes {@code out = (x − high) − low}; {@code out} may be {@code x} at the same offset. */
  void writeShifted(
      float[] x, int offset, int length, float high, float low, float[] out, int outOffset);

  /**
   * The first element of a run, from {@code start} on, for which {@link #writeShifted} gives more
   * than {@code limit}; {@code length} if there is none.
   */
  int firstShiftedAbove(
      float[] x, int offset, int start, int length, float high, float low, float limit);

  /**
   * Adds what KL(P‖Q) needs, in double, for logits p and q with their maxima: Σ e<sup>p−maxP</sup>,
   * Σ e<sup>q−maxQ</sup> and Σ e<sup>p−maxP</sup>·((p−maxP)−(q−maxQ)), where a p of −∞ counts 0.
   */
  void addDivergence(
      float[] p,
      int pOffset,
      double maxP,
      float[] q,
      int qOffset,
      double maxQ,
      int length,
      double[] sumPLanes,
      double[] sumQLanes,
      double[] gapLanes);

  /** Widens bfloat16 bits to {@code out}, exactly. */
  void widenBfloat16(short[] bits, int offset, int length, float[] out, int outOffset);

  /** Widens float16 bits to {@code out}, exactly; NaN stays some NaN. */
  void widenFloat16(short[] bits, int offset, int length, float[] out, int outOffset);
}
