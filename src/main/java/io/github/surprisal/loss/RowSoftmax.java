/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.Logarithm;
import io.github.surprisal.kernel.RowBlock;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.rows.Bfloat16Row;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowWriter;
import java.util.Arrays;
import java.util.Optional;

/**
 * The softmax of one row: its log-sum-exp, the loss of a target, and the probabilities.
 *
 * <p>The loss of target t is {@code log1p(R / e_t)}, where R sums the exponentials of all other
 * classes: so a loss of 1e-9 keeps its digits. Terms are scaled by 2<sup>−N</sup>, and N comes from
 * the target's logit (for log-sum-exp, the row's first), so an ordinary row is read once and no
 * maximum is needed. Where R does not come out in a comfortable range, N is taken from the maximum
 * and the row summed again; there, logits over {@link Exponential#DIRECT_LIMIT} are also reduced by
 * the maximum, exactly for all that count.
 *
 * <p>Softmax and gradients need the same exponentials once more: after {@link #keepTerms} a sum
 * leaves them where the results are to be, which then are but multiples of them. What had to be
 * summed again, and what was not kept for want of room, is computed anew, to the same bits. After
 * {@link #takeSums} a sum takes what label smoothing needs in the same pass over the row.
 *
 * <p>Mutable; belongs to one thread and one call.
 */
public final class RowSoftmax {

  private static final double LN2 = 0x1.62e42fefa39efp-1;

  /** Sums outside [SMALLEST, OVERFLOW) are taken again with a better reference exponent. */
  private static final double SMALLEST = 0x1p-60;

  /**
   * Terms are 2^32 too large: then the factor that makes results of them is so small that what is
   * lost below the least float would have come to nothing.
   */
  private static final int HEADROOM = 32;

  private static final double HEADROOM_UNIT = 0x1p-32;

  /** Up to here a factor takes terms under 2^-126, which are 0, below half the least float. */
  private static final float LARGEST_FACTOR = 0x1p-24f;

  /** For any other factor terms are written 2^64 too large, and it is taken as much smaller. */
  private static final int RESULT_HEADROOM = 64;

  /** Less than e^-1 by more than any rounding: no class of a smaller share is likely. */
  private static final double LIKELY_SHARE = 0.36;

  /** Classes that stay in the cache until what label smoothing needs is taken of them too. */
  private static final int PIECE = 16 * RowKernels.TILE;

  private static final float[] NO_TERMS = {};

  private final RowKernels kernels;
  private final RowReader row;
  private final Optional<Bfloat16Row> bfloat16;
  private final Scratch scratch;

  /** Set where label smoothing weighs the classes. */
  private final Optional<RowGaps> gaps;

  // Those of the work space, or of a row of a block.
  private Lanes lanes;

  // What nll is taken of.
  private int target;
  private float targetLogit;
  private double targetTerm;
  private boolean isDirect;

  // What is known of the current row: Σ e^(x − shift) over the classes summed = sum · 2^exponent.
  private float shift;
  private int exponent;
  private double sum;

  // Where the next sum is to leave the terms of so many classes; and how many the last one did.
  private float[] terms = NO_TERMS;
  private int termsOffset;
  private int room;
  private int kept;

  // Whether the next sum is to take what label smoothing needs besides, and whether it is taken.
  private boolean takesSums;
  private boolean hasSums;
  private double sumOfLogits;

  // Σ e^(x − shift) over all classes = total · 2^exponent, and what the terms of the probabilities
  // are written with.
  private double total;
  private int termExponent;
  private float factor;

  /** The softmax of the rows of {@code row}. */
  public RowSoftmax(RowKernels kernels, RowReader row, Scratch scratch) {
    this(kernels, row, scratch, Optional.empty());
  }

  /**
   * The softmax of the rows of {@code row}.
   *
   * @param gaps the weighted gaps of the same rows, where label smoothing needs them
   */
  public RowSoftmax(RowKernels kernels, RowReader row, Scratch scratch, Optional<RowGaps> gaps) {
    this.kernels = kernels;
    this.row = row;
    bfloat16 = row.bfloat16();
    this.scratch = scratch;
    this.gaps = gaps;
    lanes = scratch.lanes;
  }

  /**
   * Has the next {@link #nll} or {@link #logSumExp} of the current row keep its terms for {@link
   * #writeSoftmax} to {@code out}, if it can: in {@code out} itself, or else as many as there is
   * room for in the work space. To be called for each row anew.
   */
  public void keepTerms(RowWriter out) {
    if (keepTermsInResults(out)) {
      return;
    }
    room = Math.min(row.classes(), Scratch.MAX_ROW_TERMS);
    terms = scratch.resultsStage.panel(room);
    termsOffset = 0;
  }

  /**
   * Has the next {@link #nll} take what {@link #sumOfGaps} is made of in the same pass, if it can.
   * To be called for each row anew.
   */
  public void takeSums() {
    takesSums = true;
  }

  /**
   * Σ (x[target] − x) of the current row over all classes, each gap times the weight of its class
   * if there are weights; after {@link #nll} of it. Takes a pass of its own if need be.
   */
  public double sumOfGaps() {
    if (gaps.isPresent()) {
      if (!hasSums) {
        gaps.get().sum(targetLogit);
      }
      return gaps.get().gaps();
    }
    if (!hasSums) {
      addLogits();
    }
    return (double) row.classes() * targetLogit - sumOfLogits;
  }

  private void addLogits() {
    Arrays.fill(scratch.first, 0);
    for (int from = 0; from < row.classes(); from += row.runLength(from)) {
      row.read(from);
      addLogits(row.offset(), row.runLength(from));
    }
    sumOfLogits = Lanes.sum(scratch.first);
  }

  /** Has the next sum write its terms to {@code out}, unless the logits might stand there. */
  private boolean keepTermsInResults(RowWriter out) {
    if (!row.isWhole() || !out.isWhole()) {
      return false;
    }
    row.read(0);
    terms = out.array(0);
    termsOffset = out.offset();
    room = terms == row.array() ? 0 : row.classes();
    return room > 0;
  }

  /**
   * −log softmax(x)[target] of the current row in nats; NaN if the row holds NaN or +∞ or nothing
   * but −∞, else +∞ for a target of −∞.
   */
  public double nll(int target) {
    begin(target);
    if (isDirect) {
      addRuns(target);
    }
    double nll = end();
    takesSums = false;
    return nll;
  }

  /** Reads the target's logit of the current row, for {@link #begin(int, RowBlock, int)}. */
  public void readTarget(int target, RowBlock block, int i) {
    block.targetLogits[i] = row.at(target);
  }

  /** Begins {@link #nll} for a row the sum of which is taken in a block. */
  public void begin(int target, RowBlock block, int i) {
    setTarget(target, block.targetLogits[i]);
    block.targetGaps[i] = targetGap();
    if (isDirect) {
      block.lanes[i].clear();
      block.useForSum(i, exponent - HEADROOM, target);
    }
  }

  /** Ends the losses of a block's first rows, as far as all rows have that in common. */
  public void endLosses(RowBlock block, int rows) {
    for (int i = 0; i < rows; i++) {
      block.otherTerms[i] = block.isUsed(i) ? block.lanes[i].sum() * HEADROOM_UNIT : 0;
    }
    kernels.endLosses(block, rows);
  }

  private void begin(int target) {
    hasSums = false;
    setTarget(target, row.at(target));
    if (isDirect) {
      // Before the sum: neither waits for the other, so the processor does both at once.
      targetTerm = Exponential.exp(targetGap());
      lanes.clear();
    }
  }

  private double targetGap() {
    return targetLogit - exponent * LN2;
  }

  private void setTarget(int newTarget, float logit) {
    target = newTarget;
    targetLogit = logit;
    isDirect = Math.abs(logit) <= Exponential.DIRECT_LIMIT;
    if (isDirect) {
      center(logit);
    }
  }

  /** Ends the loss of a block's row, the current one, after {@link #endLosses} of the block. */
  public void end(int target, RowBlock block, int i) {
    setTarget(target, block.targetLogits[i]);
    sum = block.otherTerms[i];
    if (isDirect && isComfortable()) {
      total = block.totals[i];
    } else {
      lanes = block.lanes[i];
      block.nlls[i] = nllFromMaximum(target, targetLogit);
      block.totals[i] = total;
    }
    block.shifts[i] = shift;
    block.exponents[i] = exponent;
  }

  private double end() {
    if (isDirect) {
      sum = lanes.sum() * HEADROOM_UNIT;
      if (isComfortable()) {
        total = sum + targetTerm;
        return Logarithm.log1p(sum / targetTerm);
      }
    }
    return nllFromMaximum(target, targetLogit);
  }

  private double nllFromMaximum(int target, float logit) {
    float max = RowMaximum.max(kernels, row, target);
    if (Float.isNaN(max + logit) || Math.max(max, logit) == Float.POSITIVE_INFINITY) {
      return unusable();
    }
    if (max == Float.NEGATIVE_INFINITY) {
      return logit == max ? unusable() : alone(logit);
    }
    sumAround(max, target);
    if (logit == Float.NEGATIVE_INFINITY) {
      total = sum;
      return Double.POSITIVE_INFINITY;
    }
    double targetGap = ((double) logit - shift) - exponent * LN2;
    double advantage = StrictMath.log(sum) - targetGap;
    if (advantage > 0) {
      total = sum + StrictMath.exp(targetGap);
      return advantage + Logarithm.log1p(StrictMath.exp(-advantage));
    }
    double ratio = StrictMath.exp(advantage);
    center(logit);
    total = StrictMath.exp(((double) logit - shift) - exponent * LN2) * (1 + ratio);
    return Logarithm.log1p(ratio);
  }

  /** A row in which the target is the only class that is not −∞. */
  private double alone(float logit) {
    center(logit);
    total = StrictMath.exp(((double) logit - shift) - exponent * LN2);
    return 0;
  }

  private double unusable() {
    center(0);
    total = Double.NaN;
    return Double.NaN;
  }

  /**
   * log Σ e<sup>x</sup> of the current row in nats; NaN if it holds NaN, else +∞ if it holds +∞,
   * and −∞ if it holds nothing else or nothing at all.
   */
  public double logSumExp() {
    if (row.classes() > 0 && Math.abs(row.at(0)) <= Exponential.DIRECT_LIMIT) {
      sumAround(row.at(0), -1);
      if (isComfortable()) {
        return logOfSum();
      }
    }
    float max = RowMaximum.max(kernels, row, -1);
    if (Float.isNaN(max) || Float.isInfinite(max)) {
      unusable();
      return max;
    }
    sumAround(max, -1);
    return logOfSum();
  }

  private double logOfSum() {
    total = sum;
    return shift + (exponent * LN2 + StrictMath.log(sum));
  }

  /** Sums the row's exponentials around a reference logit, leaving out class {@code skip}. */
  private void sumAround(float reference, int skip) {
    center(reference);
    lanes.clear();
    addRuns(skip);
    sum = lanes.sum() * HEADROOM_UNIT;
  }

  private void addRuns(int skip) {
    kept = shift == 0 ? room : 0;
    room = 0;
    boolean addsSums = takesSums;
    takesSums = false;
    hasSums |= addsSums;
    if (bfloat16.isPresent() && shift == 0 && kept == 0 && !addsSums) {
      addRunsOf(bfloat16.get(), skip);
      return;
    }
    if (addsSums) {
      Arrays.fill(scratch.first, 0);
    }
    for (int from = 0; from < row.classes(); from += row.runLength(from)) {
      row.read(from);
      addRun(from, row.runLength(from), skip, addsSums);
    }
    if (addsSums && gaps.isPresent()) {
      gaps.get().end();
    } else if (addsSums) {
      sumOfLogits = Lanes.sum(scratch.first);
    }
  }

  private void addRun(int from, int length, int skip, boolean addsSums) {
    if (!addsSums) {
      addTerms(from, row.offset(), length, skip);
    } else if (gaps.isEmpty() && shift == 0 && kept == 0) {
      int exp = exponent - HEADROOM;
      kernels.addExponentialsAndLogits(
          row.array(), row.offset(), length, skip - from, exp, lanes, scratch.first, scratch);
    } else {
      int count;
      for (int done = 0; done < length; done += count) {
        count = Math.min(length - done, PIECE);
        addTerms(from + done, row.offset() + done, count, skip);
        addSums(from + done, row.offset() + done, count);
      }
    }
  }

  private void addRunsOf(Bfloat16Row narrow, int skip) {
    int exp = exponent - HEADROOM;
    for (int from = 0; from < row.classes(); from += narrow.runLength(from)) {
      narrow.read(from);
      int length = narrow.runLength(from);
      kernels.addExponentialsOfBfloat16(
          narrow.bits(), narrow.offset(), length, skip - from, exp, lanes, scratch);
    }
  }

  /** Adds the terms of some classes, which stand at an offset, and keeps as many as find room. */
  private void addTerms(int from, int offset, int length, int skip) {
    float[] x = row.array();
    int exp = exponent - HEADROOM;
    int first = keptOf(from, length);
    if (first > 0) {
      int at = termsOffset + from;
      kernels.addAndWriteExponentials(
          x, offset, first, skip - from, exp, lanes, terms, at, scratch);
    }
    if (first < length) {
      int rest = from + first;
      kernels.addExponentials(
          x, offset + first, length - first, skip - rest, shift, exp, lanes, scratch);
    }
  }

  private void addSums(int from, int offset, int length) {
    if (gaps.isPresent()) {
      gaps.get().add(from, offset, length, targetLogit);
    } else {
      addLogits(offset, length);
    }
  }

  private void addLogits(int offset, int length) {
    kernels.addLogits(row.array(), offset, length, scratch.first, scratch);
  }

  /** Of how many classes of a run the terms are kept: the first ones. */
  private int keptOf(int from, int length) {
    return Math.min(Math.max(kept - from, 0), length);
  }

  private void center(float reference) {
    boolean direct = Math.abs(reference) <= Exponential.DIRECT_LIMIT;
    kept = 0;
    shift = direct ? 0 : reference;
    exponent = direct ? Exponential.exponentOf(reference) : 0;
  }

  private boolean isComfortable() {
    return sum >= SMALLEST && sum < Exponential.OVERFLOW * HEADROOM_UNIT;
  }

  /**
   * 1 − softmax(x)[target] for the loss that {@link #nll} has just returned, without cancellation.
   */
  public static double complement(double nll) {
    return -StrictMath.expm1(-nll);
  }

  /**
   * Writes scale·softmax(x) of the current row, after {@link #nll} or {@link #logSumExp} of it.
   *
   * @param correction applied to each run after it is written and before it is stored
   */
  public void writeSoftmax(double scale, RowWriter out, RunCorrection correction) {
    scale(scale);
    for (int from = 0; from < row.classes(); from += row.runLength(from)) {
      int length = row.runLength(from);
      float[] array = out.array(from);
      writeRun(from, length, array, out.offset());
      correction.apply(from, length, array, out.offset());
      out.store(from, length);
    }
  }

  private void writeRun(int from, int length, float[] out, int outOffset) {
    int first = keptOf(from, length);
    if (first > 0) {
      kernels.writeMultiples(terms, termsOffset + from, first, factor, out, outOffset);
    }
    if (first < length) {
      row.read(from);
      kernels.writeSoftmax(
          row.array(),
          row.offset() + first,
          length - first,
          shift,
          termExponent,
          factor,
          out,
          outOffset + first,
          scratch);
    }
  }

  /**
   * Has a block do what {@link #writeSoftmax} does, once after {@link #end(int, RowBlock, int)} of
   * this row.
   */
  public void prepareSoftmax(double scale, RowBlock block, int i) {
    shift = block.shifts[i];
    exponent = block.exponents[i];
    total = block.totals[i];
    scale(scale);
    block.useForResults(i, shift, termExponent, factor);
  }

  private void scale(double scale) {
    int scaleExponent = Math.min(Math.max(Math.getExponent(scale), -60), 60);
    int totalExponent = Double.isNaN(total) ? 0 : Math.getExponent(total);
    double ratio = Math.scalb(scale, -scaleExponent) / Math.scalb(total, -totalExponent);
    termExponent = exponent - HEADROOM;
    factor = (float) Math.scalb(ratio, scaleExponent - totalExponent - HEADROOM);
    if (!(factor >= Float.MIN_NORMAL && factor <= LARGEST_FACTOR)) {
      termExponent = exponent + totalExponent - scaleExponent - RESULT_HEADROOM;
      factor = (float) Math.scalb(ratio, -RESULT_HEADROOM);
      kept = 0;
    }
  }

  /** Changes a run of results before it is stored. */
  @FunctionalInterface
  public interface RunCorrection {

    /** Leaves results as they are. */
    RunCorrection NONE = (from, length, out, offset) -> {};

    /** Corrects the results of the classes from {@code from} on, which stand at {@code offset}. */
    void apply(int from, int length, float[] out, int offset);
  }

  /**
   * Writes the log-probabilities of the current row. One over −1 (a row has two at the most) is the
   * negative loss of its class, so that a log-probability of −1e-9 keeps its digits; the others are
   * x − log Σ e<sup>x</sup>, subtracted in two steps.
   */
  public void writeLogSoftmax(RowWriter out) {
    // The terms are of no use here. But written one by one they bring the memory of the results to
    // the cache while the next ones are computed; results alone would be waited for.
    keepTermsInResults(out);
    double logSumExp = logSumExp();
    float high = shift == 0 ? (float) logSumExp : shift;
    float low = (float) (shift == 0 ? logSumExp - high : StrictMath.log(sum));
    if (!Double.isFinite(logSumExp)) {
      low = Float.NaN;
    }
    boolean isAnyLikely = lanes.isAnyAtLeast(LIKELY_SHARE * sum / HEADROOM_UNIT);
    int firstLikely = isAnyLikely ? nextLikely(0, high, low) : row.classes();
    int secondLikely = nextLikely(firstLikely + 1, high, low);
    float first = firstLikely < row.classes() ? (float) (0 - nll(firstLikely)) : 0;
    float second = secondLikely < row.classes() ? (float) (0 - nll(secondLikely)) : 0;
    for (int from = 0; from < row.classes(); from += row.runLength(from)) {
      row.read(from);
      int length = row.runLength(from);
      float[] array = out.array(from);
      kernels.writeShifted(row.array(), row.offset(), length, high, low, array, out.offset());
      out.store(from, length);
    }
    if (firstLikely < row.classes()) {
      out.set(firstLikely, first);
    }
    if (secondLikely < row.classes()) {
      out.set(secondLikely, second);
    }
  }

  /** The next class, from {@code start} on, whose log-probability is over −1. */
  private int nextLikely(int start, float high, float low) {
    for (int from = 0; from < row.classes(); from += row.runLength(from)) {
      int length = row.runLength(from);
      if (start < from + length) {
        row.read(from);
        int begin = Math.max(start - from, 0);
        int found =
            kernels.firstShiftedAbove(row.array(), row.offset(), begin, length, high, low, -1f);
        if (found < length) {
          return from + found;
        }
      }
    }
    return row.classes();
  }
}
