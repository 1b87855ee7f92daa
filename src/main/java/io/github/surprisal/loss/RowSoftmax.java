/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.Logarithm;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowWriter;

/**
 * The softmax of the row that a reader stands at: its log-sum-exp, or the loss of a target.
 *
 * <p>The loss of target t is {@code log1p(R / e_t)}, where R sums the exponentials of all other
 * classes: so a loss of 1e-9 keeps its digits. Terms are scaled by 2<sup>−N</sup>, and N comes from
 * the target's logit (for log-sum-exp, the row's first), so an ordinary row is read once and no
 * maximum is needed. Where R does not come out in a comfortable range, N is taken from the maximum
 * and the row summed again; there, logits over {@link Exponential#DIRECT_LIMIT} are also reduced by
 * the maximum, exactly for all that count.
 *
 * <p>Every method returns the same object, filled anew.
 */
final class RowSoftmax {

  static final double LN2 = Exponential.LN2_HIGH_DOUBLE;

  /**
   * Terms are 2^32 too large: then the factor that makes results of them is so small that what is
   * lost below the least float would have come to nothing.
   */
  static final int HEADROOM = 32;

  static final double HEADROOM_UNIT = 0x1p-32;

  /** Sums outside [SMALLEST, OVERFLOW) are taken again with a better reference exponent. */
  private static final double SMALLEST = 0x1p-60;

  /** The most terms that are kept in the work space, as many as a second-level cache holds. */
  private static final int MOST_KEPT = 1 << 18;

  private final WorkSpace space;
  private final RowReader row;
  private final TermSum terms;
  private final Softmax softmax = new Softmax();
  private double sum;
  private TilePass pass = TilePass.NONE;

  RowSoftmax(RowReader row, WorkSpace space) {
    this.row = row;
    this.space = space;
    terms = new TermSum(row, space);
  }

  /** The softmax of the current row, and −log of it at a target. */
  Softmax of(int target, TilePass pass) {
    keepNoTerms();
    return take(target, row.at(target), pass);
  }

  /** {@link #of}, which keeps the terms for results that are to be written to {@code out}. */
  Softmax of(int target, TilePass pass, RowWriter out) {
    keepTerms(out);
    return take(target, row.at(target), pass);
  }

  /** The softmax of the current row, and the logarithm of its sum. */
  Softmax ofAll() {
    keepNoTerms();
    return take();
  }

  /** {@link #ofAll}, which keeps the terms for results that are to be written to {@code out}. */
  Softmax ofAll(RowWriter out) {
    keepTerms(out);
    return take();
  }

  /** {@link #of} for a row whose sum around the target's logit was not comfortable. */
  Softmax fromMaximum(int target, float logit) {
    keepNoTerms();
    pass = TilePass.NONE;
    softmax.nats = nllFromMaximum(target, logit);
    return softmax;
  }

  private void keepNoTerms() {
    softmax.hasPassed = false;
    softmax.dropTerms();
  }

  /** Keeps terms where the results are to be, or, if logits might stand there, in work space. */
  private void keepTerms(RowWriter out) {
    keepNoTerms();
    if (row.isInPlace() && out.isWhole()) {
      row.read(0, 0, space.staging, 0);
      float[] array = out.array(0);
      if (array != row.array()) {
        softmax.terms = array;
        softmax.termsOffset = out.offset();
        return;
      }
    }
    if (row.classes() <= MOST_KEPT) {
      softmax.terms = space.keptTerms(row.classes());
      softmax.termsOffset = 0;
    }
  }

  private Softmax take(int target, float logit, TilePass pass) {
    this.pass = pass;
    softmax.nats = nll(target, logit);
    return softmax;
  }

  private double nll(int target, float logit) {
    if (Math.abs(logit) <= Exponential.DIRECT_LIMIT) {
      center(logit);
      // Before the sum: neither waits for the other, so the processor does both at once.
      double targetTerm = Exponential.exp(logit - softmax.exponent * LN2);
      addTerms(target);
      if (isComfortable(sum)) {
        softmax.total = sum + targetTerm;
        return Logarithm.log1p(sum / targetTerm);
      }
    }
    return nllFromMaximum(target, logit);
  }

  private double nllFromMaximum(int target, float logit) {
    float max = RowMaximum.max(space, row, target);
    if (Float.isNaN(max + logit) || Math.max(max, logit) == Float.POSITIVE_INFINITY) {
      return unusable();
    }
    if (max == Float.NEGATIVE_INFINITY) {
      return logit == max ? unusable() : alone(logit);
    }
    sumAround(max, target);
    if (logit == Float.NEGATIVE_INFINITY) {
      softmax.total = sum;
      return Double.POSITIVE_INFINITY;
    }
    double targetGap = gap(logit);
    double advantage = StrictMath.log(sum) - targetGap;
    if (advantage > 0) {
      softmax.total = sum + StrictMath.exp(targetGap);
      return advantage + Logarithm.log1p(StrictMath.exp(-advantage));
    }
    double ratio = StrictMath.exp(advantage);
    centerAway(logit);
    softmax.total = StrictMath.exp(gap(logit)) * (1 + ratio);
    return Logarithm.log1p(ratio);
  }

  /** The logarithm of a logit's term, in units of the sum. */
  private double gap(float logit) {
    return ((double) logit - softmax.shift) - softmax.exponent * LN2;
  }

  /** A row in which the target is the only class that is not −∞. */
  private double alone(float logit) {
    centerAway(logit);
    softmax.total = StrictMath.exp(gap(logit));
    return 0;
  }

  private double unusable() {
    centerAway(0);
    softmax.total = Double.NaN;
    return Double.NaN;
  }

  /** NaN if the row holds NaN, else +∞ if it holds +∞, and −∞ if it holds nothing else. */
  private Softmax take() {
    pass = TilePass.NONE;
    softmax.nats = logSumExp();
    return softmax;
  }

  private double logSumExp() {
    if (row.classes() > 0 && Math.abs(row.at(0)) <= Exponential.DIRECT_LIMIT) {
      sumAround(row.at(0), -1);
      if (isComfortable(sum)) {
        return logOfSum();
      }
    }
    float max = RowMaximum.max(space, row, -1);
    if (Float.isNaN(max) || Float.isInfinite(max)) {
      unusable();
      return max;
    }
    sumAround(max, -1);
    return logOfSum();
  }

  private double logOfSum() {
    softmax.total = sum;
    return softmax.logSumExp();
  }

  /** Sums the row's exponentials around a reference logit, leaving out class {@code skip}. */
  private void sumAround(float reference, int skip) {
    center(reference);
    addTerms(skip);
  }

  private void addTerms(int skip) {
    if (softmax.shift != 0) {
      softmax.dropTerms();
    }
    sum = terms.of(softmax, softmax.exponent - HEADROOM, skip, pass) * HEADROOM_UNIT;
    softmax.hasPassed |= pass != TilePass.NONE;
    pass = TilePass.NONE; // once is enough
  }

  /** Takes the reference of another sum than the terms' that may have been kept. */
  private void centerAway(float reference) {
    softmax.dropTerms();
    center(reference);
  }

  private void center(float reference) {
    boolean direct = Math.abs(reference) <= Exponential.DIRECT_LIMIT;
    softmax.shift = direct ? 0 : reference;
    softmax.exponent = direct ? Exponential.exponentOf(reference) : 0;
  }

  static boolean isComfortable(double sum) {
    return sum >= SMALLEST && sum < Exponential.OVERFLOW * HEADROOM_UNIT;
  }
}
