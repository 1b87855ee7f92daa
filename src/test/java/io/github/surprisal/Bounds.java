/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/** How far a result may be from the exact value: the promises, as functions. */
final class Bounds {
  /** A loss may be off by this times min(1, loss) nats. */
  static final double LOSS = 4e-7;

  /** The root mean square error on real logits. */
  static final double LOSS_RMS = 5e-8;

  /** Relative error of a few roundings in double. */
  private static final double ROUNDING = 1e-15;

  private Bounds() {}

  /**
   * The bound of a loss. From 1e9 nats on, the spacing of doubles is all that counts; at the other
   * end, the smallest double.
   */
  static double loss(double exact) {
    return exact == Double.POSITIVE_INFINITY
        ? 0
        : LOSS * Math.min(1, exact) + ROUNDING * exact + Double.MIN_VALUE;
  }

  /** An entropy may be off by 4e-7 nats, and by that share of itself. */
  static double entropy(double exact) {
    return LOSS * (1 + exact);
  }

  /** A log-sum-exp has no zero to be relative to: the bound is absolute. */
  static double logSumExp(double exact) {
    return LOSS + ROUNDING * Math.abs(exact);
  }

  /** float32 log-probability: 2 ulp, and the bound of its loss. */
  static double logProbability(double exact) {
    return twoUlp(exact) + loss(-exact);
  }

  /** float32 probability: 2 ulp, and the relative error that a loss's bound makes. */
  static double probability(double exact) {
    return twoUlp(exact) + LOSS * exact;
  }

  /** float32 element of the gradient with one target class: as good as a probability. */
  static double gradient(double exact) {
    return probability(Math.abs(exact));
  }

  /**
   * float32 element {@code mass·p − q} of the gradient with soft targets, where the two may cancel:
   * the bound of {@code mass·p}, and an ulp of q, which enters as float32.
   */
  static double softGradient(double exact, double p, double mass, double q) {
    return twoUlp(exact) + LOSS * mass * p + Math.ulp((float) q);
  }

  /** A divergence of logits over a temperature, and what its gradient has before it is rounded. */
  static double divergence(FloatTensor teacher, FloatTensor student, double temperature) {
    return 1e-13 * (1 + Math.max(spread(teacher), spread(student)) / temperature);
  }

  /** The largest distance between finite logits. */
  private static double spread(FloatTensor logits) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float x : logits.toArray()) {
      min = Float.isFinite(x) ? Math.min(min, x) : min;
      max = Float.isFinite(x) ? Math.max(max, x) : max;
    }
    return Math.max(max - min, 0);
  }

  /** float32 that is computed in double: the rounding alone, and a bit of it. */
  static double roundedOnce(double exact) {
    return 0.51 * Math.ulp((float) exact);
  }

  /**
   * The bound of an objective with a temperature and a z-loss: its coefficients' share of the loss,
   * where a logit may be off by its rounding, and a log-sum-exp by as much; only the rounding of
   * the class with the largest coefficient is taken back.
   */
  static double objective(ObjectiveReference exact) {
    double divided = divided(exact);
    double all = Math.abs(exact.logSumExp());
    double others = exact.mass() - exact.largestCoefficient();
    double loss = exact.mass() * (LOSS + divided) + others * divided;
    double square = 2 * exact.zLoss() * all * (LOSS + divided);
    return loss + square + ROUNDING * (exact.objective() + exact.zLoss() * all * all);
  }

  /** What the rounding of x / t to float adds: half an ulp of the largest, none without. */
  private static double divided(ObjectiveReference exact) {
    return exact.temperature() == 1 ? 0 : Math.ulp((float) exact.largest()) / 2;
  }

  /** float32 element of an objective's gradient, for a class of probability p. */
  static double objectiveGradient(double gradient, double p, ObjectiveReference exact) {
    double slope = exact.mass() + 2 * exact.zLoss() * (Math.abs(exact.logSumExp()) + 1);
    double error = (LOSS + 2 * divided(exact)) * slope * p / exact.temperature();
    return twoUlp(gradient) + 1e-7 + error;
  }

  /** 2 ulp from the rounded value, which is half an ulp from the exact one. */
  private static double twoUlp(double exact) {
    return 2.5 * Math.ulp((float) exact);
  }
}
