/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * The loss Σ a·(−log softmax) of one row with a coefficient for each class, and its gradient, in 50
 * digits made of the 30 of {@link ExactReference}; a = w·((1 − e)·p + e/C). Where a is 0 the class
 * counts 0.
 */
final class WeighedRow {
  private static final MathContext DIGITS = new MathContext(50);

  private final float[] logits;
  private final float[] weights;
  private final ExactReference reference;
  private final BigDecimal[] coefficients;
  private final double loss;
  private final double magnitude;
  private final double absoluteLoss;
  private final BigDecimal mass;

  private WeighedRow(float[] logits, float[] p, float[] weights, double smoothing) {
    this.logits = logits;
    this.weights = weights;
    reference = ExactReference.of(logits);
    coefficients = new BigDecimal[logits.length];
    BigDecimal keep = BigDecimal.ONE.subtract(new BigDecimal(smoothing));
    BigDecimal classes = BigDecimal.valueOf(logits.length);
    BigDecimal spread = new BigDecimal(smoothing).divide(classes, DIGITS);
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal absolute = BigDecimal.ZERO;
    BigDecimal coefficientSum = BigDecimal.ZERO;
    BigDecimal absoluteSum = BigDecimal.ZERO;
    double infinite = 0;
    for (int c = 0; c < logits.length; c++) {
      BigDecimal weight = weights.length == 0 ? BigDecimal.ONE : new BigDecimal(weights[c]);
      BigDecimal a = keep.multiply(new BigDecimal(p[c])).add(spread).multiply(weight, DIGITS);
      coefficients[c] = a;
      coefficientSum = coefficientSum.add(a, DIGITS);
      absoluteSum = absoluteSum.add(a.abs(), DIGITS);
      if (a.signum() != 0 && logits[c] == Float.NEGATIVE_INFINITY) {
        infinite += a.signum() * Double.POSITIVE_INFINITY;
      } else if (a.signum() != 0) {
        BigDecimal term = a.multiply(reference.exactLoss(c), DIGITS);
        sum = sum.add(term, DIGITS);
        absolute = absolute.add(term.abs(), DIGITS);
      }
    }
    mass = coefficientSum;
    magnitude = absoluteSum.doubleValue();
    absoluteLoss = absolute.doubleValue();
    loss = infinite == 0 ? sum.doubleValue() : infinite;
  }

  static WeighedRow of(float[] logits, int target, float[] weights, double smoothing) {
    float[] oneHot = new float[logits.length];
    oneHot[target] = 1;
    return new WeighedRow(logits, oneHot, weights, smoothing);
  }

  static WeighedRow of(float[] logits, float[] p, float[] weights, double smoothing) {
    return new WeighedRow(logits, p, weights, smoothing);
  }

  int classes() {
    return logits.length;
  }

  boolean isNonNegative() {
    return Arrays.stream(coefficients).allMatch(a -> a.signum() >= 0);
  }

  /** The loss in nats; NaN where +∞ and −∞ meet. */
  double loss() {
    return loss;
  }

  /**
   * 4e-7 times the lesser of Σ |a| and Σ |a|·(−log softmax): where all a are positive and add up to
   * 1, that is 4e-7 · min(1, loss).
   */
  double lossBound() {
    return Bounds.LOSS * Math.min(magnitude, absoluteLoss)
        + 1e-15 * absoluteLoss
        + Double.MIN_VALUE;
  }

  /** Σ a · softmax − a at one class, times a scale. */
  double gradient(int index, double scale) {
    return mass.multiply(probability(index), DIGITS)
        .subtract(coefficients[index], DIGITS)
        .multiply(new BigDecimal(scale), DIGITS)
        .doubleValue();
  }

  private BigDecimal probability(int index) {
    return logits[index] == Float.NEGATIVE_INFINITY
        ? BigDecimal.ZERO
        : reference.exactProbability(index);
  }

  /** 2 ulp from the rounded value, and 4e-7 of the part that is a multiple of the probability. */
  double gradientBound(int index, double scale) {
    double part = mass.abs().multiply(probability(index), DIGITS).doubleValue();
    double ulp = Math.ulp((float) gradient(index, scale));
    return 2.5 * ulp + Bounds.LOSS * Math.abs(scale) * part;
  }

  @Override
  public String toString() {
    return classes() > 12
        ? classes() + " classes"
        : Arrays.toString(logits) + " weighed " + Arrays.toString(weights);
  }
}
