/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/**
 * Divergences of two rows of finite logits to about 30 digits, straight from their definitions, and
 * their gradients by finite differences. Written for the tests: slow, and as plain as can be.
 */
record ExactDivergence(DistillationOptions.Direction direction, double beta, double temperature) {

  private static final double STEP = 1e-8;

  /** The divergence of the options, in nats, not times the square of the temperature. */
  static ExactDivergence of(DistillationOptions options) {
    return new ExactDivergence(options.direction(), options.beta(), options.temperature());
  }

  double value(float[] teacher, float[] student) {
    return value(logProbs(teacher, 0, 0), logProbs(student, 0, 0)).toDouble();
  }

  /** The derivative by one of the student's logits. */
  double slope(float[] teacher, float[] student, int index) {
    DoubleDouble[] p = logProbs(teacher, 0, 0);
    DoubleDouble above = value(p, logProbs(student, index, STEP));
    DoubleDouble below = value(p, logProbs(student, index, -STEP));
    return above.minus(below).toDouble() / (2 * STEP);
  }

  /** log softmax of the logits over the temperature, one of which is moved by a step. */
  private DoubleDouble[] logProbs(float[] logits, int moved, double step) {
    DoubleDouble[] logs = new DoubleDouble[logits.length];
    DoubleDouble max = DoubleDouble.of(Double.NEGATIVE_INFINITY);
    for (int c = 0; c < logits.length; c++) {
      DoubleDouble logit = DoubleDouble.sum(logits[c], c == moved ? step : 0);
      logs[c] = logit.dividedBy(DoubleDouble.of(temperature));
      max = logs[c].high() > max.high() ? logs[c] : max;
    }
    DoubleDouble sum = DoubleDouble.ZERO;
    for (DoubleDouble log : logs) {
      sum = sum.plus(log.minus(max).exp());
    }
    DoubleDouble logSum = sum.log().plus(max);
    for (int c = 0; c < logits.length; c++) {
      logs[c] = logs[c].minus(logSum);
    }
    return logs;
  }

  private DoubleDouble value(DoubleDouble[] p, DoubleDouble[] q) {
    return switch (direction) {
      case FORWARD -> divergence(p, q);
      case REVERSE -> divergence(q, p);
      case JENSEN_SHANNON -> {
        DoubleDouble[] m = new DoubleDouble[p.length];
        for (int c = 0; c < m.length; c++) {
          DoubleDouble rest = DoubleDouble.sum(1, -beta);
          m[c] = p[c].exp().times(beta).plus(q[c].exp().times(rest)).log();
        }
        DoubleDouble ofTeacher = divergence(p, m).times(beta);
        yield ofTeacher.plus(divergence(q, m).times(DoubleDouble.sum(1, -beta)));
      }
    };
  }

  /** Σ p·(log p − log q). */
  private static DoubleDouble divergence(DoubleDouble[] logP, DoubleDouble[] logQ) {
    DoubleDouble sum = DoubleDouble.ZERO;
    for (int c = 0; c < logP.length; c++) {
      sum = sum.plus(logP[c].exp().times(logP[c].minus(logQ[c])));
    }
    return sum;
  }
}
