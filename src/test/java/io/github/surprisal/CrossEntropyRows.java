/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a cross-entropy case as the formula sees them: each row's loss is {@code Σ q·loss(c)}
 * over its classes, with coefficients q from target, weights and smoothing. Gives the bound of
 * every loss and gradient element.
 */
final class CrossEntropyRows {
  private static final double ROUNDING = 1e-14;

  private final int classes;
  private final int inner;
  private final double[][] coefficients;

  /** The magnitudes of the two parts that each coefficient is made of: target and smoothing. */
  private final double[][] magnitudes;

  private final boolean[] ignored;
  private final boolean hard;
  private final double upstream;
  private final boolean mean;
  private final ExactReference[] exact;

  private CrossEntropyRows(
      int classes,
      int inner,
      float[] logits,
      double[][] coefficients,
      double[][] magnitudes,
      boolean[] ignored,
      boolean hard,
      boolean mean,
      double divisor) {
    this.classes = classes;
    this.inner = inner;
    this.coefficients = coefficients;
    this.magnitudes = magnitudes;
    this.ignored = ignored;
    this.hard = hard;
    this.mean = mean;
    this.upstream = mean ? 1 / divisor : 1;
    this.exact = new ExactReference[ignored.length];
    for (int row = 0; row < exact.length; row++) {
      int start = index(row, 0);
      if (!ignored[row] && ExactReference.isOrdinary(logits, start, inner, classes)) {
        exact[row] = ExactReference.of(logits, start, inner, classes);
      }
    }
  }

  static CrossEntropyRows of(ConformanceCase data) {
    FloatTensor logits = data.floats("logits");
    int axis = data.classAxis();
    int classes = logits.shape().axis(axis);
    int inner = 1;
    for (int i = axis + 1; i < logits.rank(); i++) {
      inner *= logits.shape().axis(i);
    }
    boolean mean = data.reduction().equals("mean");
    float[] values = logits.toArray();
    int[] targets = data.hasIndexTargets() ? data.targets().toArray() : null;
    int rows = targets == null ? rows(logits, axis) : targets.length;
    double[] weights = weights(data.weight(), classes);
    boolean[] ignored = new boolean[rows];
    double[][] coefficients = new double[rows][];
    double[][] magnitudes = new double[rows][];
    double divisor = 0;
    float[] probabilities = targets == null ? data.floats("targets").toArray() : new float[0];
    for (int row = 0; row < rows; row++) {
      ignored[row] = targets != null && targets[row] == data.ignoreIndex();
      if (ignored[row]) {
        continue;
      }
      int start = (row / inner) * classes * inner + row % inner;
      double[] q = new double[classes];
      double[] magnitude = new double[classes];
      for (int c = 0; c < classes; c++) {
        double p = targets != null ? (c == targets[row] ? 1 : 0) : probabilities[start + c * inner];
        double own = (1 - data.labelSmoothing()) * p;
        double spread = data.labelSmoothing() / classes;
        boolean counts = own != 0 || spread != 0;
        q[c] = counts ? weights[c] * (own + spread) : 0;
        magnitude[c] = counts ? Math.abs(weights[c]) * (Math.abs(own) + spread) : 0;
      }
      divisor += targets == null ? 1 : weights[targets[row]];
      coefficients[row] = q;
      magnitudes[row] = magnitude;
    }
    boolean hard = targets != null && data.labelSmoothing() == 0;
    return new CrossEntropyRows(
        classes, inner, values, coefficients, magnitudes, ignored, hard, mean, divisor);
  }

  private static int rows(FloatTensor logits, int axis) {
    int rows = 1;
    for (int i = 0; i < logits.rank(); i++) {
      rows *= i == axis ? 1 : logits.shape().axis(i);
    }
    return rows;
  }

  private static double[] weights(Optional<FloatTensor> weight, int classes) {
    double[] weights = new double[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = weight.isPresent() ? weight.get().get(c) : 1;
    }
    return weights;
  }

  int count() {
    return ignored.length;
  }

  int classes() {
    return classes;
  }

  boolean mean() {
    return mean;
  }

  boolean ignored(int row) {
    return ignored[row];
  }

  /** What each row's loss is multiplied by in the result. */
  double upstream() {
    return upstream;
  }

  int index(int row, int c) {
    return ((row / inner) * classes + c) * inner + row % inner;
  }

  /** The bound of the row's loss; 0 where it is NaN or infinite, which must be met exactly. */
  double lossBound(int row) {
    @Nullable ExactReference reference = exact[row];
    if (reference == null) {
      return 0;
    }
    double bound = 0;
    for (int c = 0; c < classes; c++) {
      double q = Math.abs(coefficients[row][c]);
      double loss = reference.loss(c);
      if (q > 0 && loss < Double.POSITIVE_INFINITY) {
        bound += q * (Bounds.loss(loss) + ROUNDING * loss);
      }
    }
    return bound;
  }

  /** The bound of a gradient element; magnitudes count where parts of both signs meet. */
  double gradientBound(int row, int c, double gradient) {
    @Nullable ExactReference reference = exact[row];
    if (reference == null) {
      return 0;
    }
    if (hard) {
      return Bounds.gradient(gradient);
    }
    double scale = Math.abs(upstream);
    double mass = Arrays.stream(magnitudes[row]).sum();
    double p = Math.exp(-reference.loss(c));
    return Bounds.softGradient(gradient, p, scale * mass, scale * magnitudes[row][c]);
  }
}
