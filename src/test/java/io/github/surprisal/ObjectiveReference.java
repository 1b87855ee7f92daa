/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Arrays;

/**
 * The objective of one row in about 30 digits, written from its formula: Σ q·(L − y) + w·L² with y
 * = x / t and L = log Σ e<sup>y</sup>, for coefficients q of the classes.
 */
final class ObjectiveReference {
  private static final int FINER = 1 << 10;

  private final double[] x;
  private final double[] q;
  private final double temperature;
  private final double zLoss;

  /** Of logits, one of which is finite at least, with coefficients. */
  ObjectiveReference(double[] x, double[] q, double temperature, double zLoss) {
    this.x = x.clone();
    this.q = q.clone();
    this.temperature = temperature;
    this.zLoss = zLoss;
  }

  boolean isMasked(int c) {
    return x[c] == Double.NEGATIVE_INFINITY;
  }

  double temperature() {
    return temperature;
  }

  double zLoss() {
    return zLoss;
  }

  private DoubleDouble y(int c) {
    return DoubleDouble.of(x[c]).dividedBy(DoubleDouble.of(temperature));
  }

  /** The largest |y| of a finite logit. */
  double largest() {
    double largest = 0;
    for (double logit : x) {
      largest = Double.isInfinite(logit) ? largest : Math.max(largest, Math.abs(logit));
    }
    return largest / temperature;
  }

  private DoubleDouble logSumExpAsDoubleDouble() {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : x) {
      max = Math.max(max, logit);
    }
    DoubleDouble shift = DoubleDouble.of(max / temperature);
    DoubleDouble sum = DoubleDouble.ZERO;
    for (int c = 0; c < x.length; c++) {
      DoubleDouble gap = isMasked(c) ? null : y(c).minus(shift);
      if (gap != null && gap.high() > -700) {
        sum = sum.plus(gap.exp());
      }
    }
    return shift.plus(sum.log());
  }

  double logSumExp() {
    return logSumExpAsDoubleDouble().toDouble();
  }

  double probability(int c) {
    return isMasked(c) ? 0 : Math.exp(y(c).minus(logSumExpAsDoubleDouble()).toDouble());
  }

  double largestCoefficient() {
    return Arrays.stream(q).map(Math::abs).max().orElse(0);
  }

  /** Σ |q|. */
  double mass() {
    double mass = 0;
    for (double coefficient : q) {
      mass += Math.abs(coefficient);
    }
    return mass;
  }

  private DoubleDouble objectiveAsDoubleDouble() {
    DoubleDouble all = logSumExpAsDoubleDouble();
    DoubleDouble objective = all.times(all).times(zLoss);
    for (int c = 0; c < x.length; c++) {
      if (q[c] != 0) {
        objective = objective.plus(all.minus(y(c)).times(q[c]));
      }
    }
    return objective;
  }

  /** +∞ where a class of −∞ counts. */
  double objective() {
    for (int c = 0; c < x.length; c++) {
      if (q[c] != 0 && isMasked(c)) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return objectiveAsDoubleDouble().toDouble();
  }

  /** The derivative by a finite logit from differences, of which two sizes cancel the error. */
  double derivative(int c) {
    double step = temperature / FINER;
    return (4 * difference(c, step / 2) - difference(c, step)) / 3;
  }

  private double difference(int c, double step) {
    double logit = x[c];
    x[c] = logit + step;
    double above = x[c];
    DoubleDouble objective = objectiveAsDoubleDouble();
    x[c] = logit - step;
    double distance = above - x[c];
    double change = objective.minus(objectiveAsDoubleDouble()).toDouble();
    x[c] = logit;
    return change / distance;
  }
}
