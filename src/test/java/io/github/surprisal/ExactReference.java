/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.math.BigDecimal;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What one row of logits gives, in about 30 digits: the oracle of the accuracy tests. It keeps the
 * relative precision of tiny losses by summing all classes but the largest, and taking log1p of
 * that.
 *
 * <p>Logits are finite or negative infinity, with one finite value at least.
 */
final class ExactReference {
  /** Terms this far below the largest of the others add nothing in 30 digits. */
  private static final double NEGLIGIBLE = -120;

  /** Below this, log1p(r) is r - r^2/2 with every digit. */
  private static final double TINY = -80;

  /** e to this is below 1e-400 and counts zero. */
  private static final double VANISHING = -940;

  private final float[] logits;
  private final double max;

  /** The log of the sum of exp(x - max), as a double-double times 2^sumExponent. */
  private final DoubleDouble logSum;

  private final int sumExponent;
  private final DoubleDouble sum;

  private ExactReference(float[] logits) {
    this.logits = logits;
    int largest = indexOfLargest(logits, -1);
    if (largest < 0) {
      throw new IllegalArgumentException(
          "the row holds no logit above -infinity, expected one as isOrdinary tells");
    }
    this.max = logits[largest];
    int second = indexOfLargest(logits, largest);
    DoubleDouble gap = second < 0 ? null : DoubleDouble.sum(logits[second], -max);
    if (gap == null || gap.high() < VANISHING) {
      this.logSum = DoubleDouble.ZERO;
      this.sumExponent = 0;
      this.sum = DoubleDouble.ONE;
    } else if (gap.high() < TINY) {
      this.sumExponent = (int) Math.rint(gap.high() / Math.log(2));
      DoubleDouble rest = othersRelativeTo(second, largest).times(scaledExp(gap, sumExponent));
      this.logSum = rest;
      this.sum = DoubleDouble.ONE;
    } else {
      this.sumExponent = 0;
      DoubleDouble rest = othersRelativeTo(second, largest).times(gap.exp());
      this.logSum = rest.log1p();
      this.sum = rest.plus(DoubleDouble.ONE);
    }
  }

  static ExactReference of(float... logits) {
    return new ExactReference(logits.clone());
  }

  static ExactReference of(float[] data, int offset, int stride, int count) {
    float[] row = new float[count];
    for (int i = 0; i < count; i++) {
      row[i] = data[offset + i * stride];
    }
    return new ExactReference(row);
  }

  /** Whether a row has an ordinary answer: no NaN, no +infinity, and not -infinity throughout. */
  static boolean isOrdinary(float[] data, int offset, int stride, int count) {
    boolean someFinite = false;
    for (int i = 0; i < count; i++) {
      float x = data[offset + i * stride];
      if (Float.isNaN(x) || x == Float.POSITIVE_INFINITY) {
        return false;
      }
      someFinite |= x != Float.NEGATIVE_INFINITY;
    }
    return someFinite;
  }

  private static int indexOfLargest(float[] values, int except) {
    int best = -1;
    for (int i = 0; i < values.length; i++) {
      if (i != except
          && values[i] > Float.NEGATIVE_INFINITY
          && (best < 0 || values[i] > values[best])) {
        best = i;
      }
    }
    return best;
  }

  private DoubleDouble othersRelativeTo(int reference, int except) {
    DoubleDouble total = DoubleDouble.ZERO;
    float last = Float.NaN;
    DoubleDouble lastExp = DoubleDouble.ZERO;
    for (int i = 0; i < logits.length; i++) {
      DoubleDouble difference = DoubleDouble.sum(logits[i], -(double) logits[reference]);
      if (i == except || !(difference.high() > NEGLIGIBLE)) {
        continue;
      }
      if (logits[i] != last) {
        last = logits[i];
        lastExp = difference.exp();
      }
      total = total.plus(lastExp);
    }
    return total;
  }

  /** e^x · 2^-exponent, where exponent is near x / ln 2. */
  private static DoubleDouble scaledExp(DoubleDouble x, int exponent) {
    int half = exponent / 2;
    DoubleDouble part = x.times(0.5).exp();
    DoubleDouble scaled = part.times(Math.scalb(1.0, -half));
    return scaled.times(scaled).times(Math.scalb(1.0, 2 * half - exponent));
  }

  int classes() {
    return logits.length;
  }

  /** The distance between the largest and the smallest finite logit. */
  double spread() {
    double min = max;
    for (float logit : logits) {
      min = logit > Float.NEGATIVE_INFINITY ? Math.min(min, logit) : min;
    }
    return max - min;
  }

  private DoubleDouble gapTo(int index) {
    return DoubleDouble.sum(max, -(double) logits[index]);
  }

  private DoubleDouble logSumAsIs() {
    double factor = Math.scalb(1.0, sumExponent);
    return sumExponent == 0
        ? logSum
        : new DoubleDouble(logSum.high() * factor, logSum.low() * factor);
  }

  /** -log softmax(x)[index], or null for infinity. */
  @Nullable DoubleDouble lossAsDoubleDouble(int index) {
    if (logits[index] == Float.NEGATIVE_INFINITY) {
      return null;
    }
    return gapTo(index).plus(logSumAsIs());
  }

  /** -log softmax(x)[index]. */
  double loss(int index) {
    DoubleDouble loss = lossAsDoubleDouble(index);
    return loss == null ? Double.POSITIVE_INFINITY : loss.toDouble();
  }

  /** -log softmax(x)[index] of a finite logit, also where it is too small for a double. */
  BigDecimal exactLoss(int index) {
    DoubleDouble gap = gapTo(index);
    return gap.toBigDecimal().add(logSum.toBigDecimal(sumExponent));
  }

  BigDecimal exactLogSumExp() {
    return new BigDecimal(max).add(logSum.toBigDecimal(sumExponent));
  }

  double logSumExp() {
    return DoubleDouble.of(max).plus(logSumAsIs()).toDouble();
  }

  /** The largest logit's own loss: what the log-sum-exp adds to the maximum. */
  double logSumAboveMax() {
    return logSumAsIs().toDouble();
  }

  BigDecimal exactProbability(int index) {
    DoubleDouble gap = gapTo(index).negated();
    if (!(gap.high() >= VANISHING)) {
      return BigDecimal.ZERO;
    }
    int exponent = (int) Math.rint(gap.high() / Math.log(2));
    return scaledExp(gap, exponent).dividedBy(sum).toBigDecimal(exponent);
  }

  double probability(int index) {
    return exactProbability(index).doubleValue();
  }

  /** -Σ p·log p, where a class of -infinity counts 0. */
  double entropy() {
    DoubleDouble total = DoubleDouble.ZERO;
    float last = Float.NaN;
    DoubleDouble lastProduct = DoubleDouble.ZERO;
    for (int c = 0; c < logits.length; c++) {
      if (!(logits[c] - max > -700)) {
        continue;
      }
      if (logits[c] != last) {
        last = logits[c];
        DoubleDouble gap = gapTo(c);
        lastProduct = gap.negated().exp().times(gap);
      }
      total = total.plus(lastProduct);
    }
    return total.dividedBy(sum).plus(logSumAsIs()).toDouble();
  }

  /** log Σ p over some classes of a row that has an ordinary answer. */
  static double logProbOfSet(float[] logits, BitSet inside) {
    BitSet outside = new BitSet();
    outside.set(0, logits.length);
    outside.andNot(inside);
    ExactReference in = ofSet(logits, inside);
    ExactReference out = ofSet(logits, outside);
    if (in == null) {
      return Double.NEGATIVE_INFINITY;
    }
    if (out == null) {
      return 0;
    }
    DoubleDouble excess =
        DoubleDouble.sum(out.max, -in.max).plus(out.logSumAsIs()).minus(in.logSumAsIs());
    return excess.high() > 0
        ? -excess.plus(expOfNegative(excess.negated()).log1p()).toDouble()
        : -expOfNegative(excess).log1p().toDouble();
  }

  private static DoubleDouble expOfNegative(DoubleDouble x) {
    return x.high() < -700 ? DoubleDouble.of(Math.exp(x.high())) : x.exp();
  }

  private static @Nullable ExactReference ofSet(float[] logits, BitSet set) {
    float[] row = new float[set.cardinality()];
    int at = 0;
    for (int c = set.nextSetBit(0); c >= 0; c = set.nextSetBit(c + 1)) {
      row[at++] = logits[c];
    }
    return isOrdinary(row, 0, 1, row.length) ? new ExactReference(row) : null;
  }

  /** (1 - e)·loss(target) + e/C·Σ loss(c), for finite logits. */
  DoubleDouble smoothedLoss(int target, double smoothing) {
    DoubleDouble all = DoubleDouble.ZERO;
    for (int c = 0; c < logits.length; c++) {
      all = all.plus(gapTo(c).plus(logSumAsIs()));
    }
    DoubleDouble own = gapTo(target).plus(logSumAsIs());
    DoubleDouble share = DoubleDouble.of(smoothing).dividedBy(DoubleDouble.of(logits.length));
    return own.times(DoubleDouble.ONE.minus(DoubleDouble.of(smoothing))).plus(all.times(share));
  }

  /** KL(softmax(these logits) ‖ softmax(other)), for finite logits. */
  double klDivergence(ExactReference other) {
    DoubleDouble total = DoubleDouble.ZERO;
    for (int c = 0; c < logits.length; c++) {
      DoubleDouble gap = gapTo(c).negated();
      if (gap.high() < -700) {
        continue;
      }
      DoubleDouble ratio =
          other.gapTo(c).plus(other.logSumAsIs()).minus(gapTo(c).plus(logSumAsIs()));
      total = total.plus(gap.exp().dividedBy(sum).times(ratio));
    }
    return total.toDouble();
  }
}
