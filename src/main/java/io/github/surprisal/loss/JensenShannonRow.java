/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.TileKernel;

/**
 * The generalised Jensen–Shannon divergence β·KL(P‖M) + (1 − β)·KL(Q‖M), M = β·P + (1 − β)·Q, of a
 * teacher's row P and a student's Q.
 *
 * <p>With w = min(β, 1 − β), the larger of p and q is m times e<sup>g</sup>, where
 *
 * <pre>{@code
 * g = −log w − log1p(max(0, m / max(p, q) / w − 1))
 * log(q / m) = g + min(0, log q − log p)
 * log(p / m) = g + min(0, log p − log q)
 * }</pre>
 *
 * so one logarithm does for both, of a number from 1 to 1/w, and the distance of q from p comes
 * from the logits themselves.
 */
final class JensenShannonRow extends DistilledRow {

  /** Where p and q are both below this, what they add to a divergence is nothing. */
  private static final double NEGLIGIBLE = 1e-290;

  private final TileKernel kernel;
  private final RowDivergence sums;
  private final double beta;
  private final double least;
  private final double logOfLeast;
  private double ofQ;
  private double meanOfQ;

  /**
   * Of a pair of the teacher's rows and the student's.
   *
   * @param beta the teacher's weight, above 0 and below 1
   */
  JensenShannonRow(PairTiles pair, double beta, WorkSpace space) {
    super(pair, space);
    kernel = space.kernel;
    sums = new RowDivergence(pair, space);
    this.beta = Math.max(beta, Double.MIN_NORMAL); // whose inverse is finite
    least = Math.min(this.beta, 1 - this.beta);
    logOfLeast = StrictMath.log(least);
  }

  @Override
  double nats() {
    pair.begin();
    if (!pair.areDefined()) {
      return Double.NaN;
    }
    sums.addUp();
    tiles.clearLanes();
    for (int from = 0; from < pair.classes(); from += pair.length(from)) {
      int length = pair.length(from);
      pair.take(from);
      writeLogs(length);
      kernel.addProducts(pair.a, tiles.d, length, tiles.first);
      kernel.addProducts(pair.b, pair.c, length, tiles.second);
    }
    double meanOfP = Lanes.sum(tiles.first) / sums.sumP;
    meanOfQ = Lanes.sum(tiles.second) / sums.sumQ;
    return Math.max(0, beta * meanOfP + (1 - beta) * meanOfQ);
  }

  /** Writes log(p / m) to a tile, and log(q / m) in place of the gaps. */
  private void writeLogs(int length) {
    double[] logs = tiles.d;
    writeMixtures(pair.a, pair.b, length, logs);
    kernel.writeLog1p(logs, length, logs);
    writeLogs(pair.c, length, logs);
  }

  private void writeMixtures(double[] a, double[] b, int length, double[] out) {
    writeMixtures(a, 1 / sums.sumP, b, 1 / sums.sumQ, length, beta, 1 / least, out);
  }

  private static void writeMixtures(
      double[] a,
      double ofP,
      double[] b,
      double ofQ,
      int length,
      double beta,
      double most,
      double[] out) {
    double rest = 1 - beta;
    for (int i = 0; i < length; i++) {
      double p = a[i] * ofP;
      double q = b[i] * ofQ;
      double larger = Math.max(Math.max(p, q), NEGLIGIBLE);
      out[i] = Math.max((beta * p + rest * q) / larger * most - 1, 0);
    }
  }

  private void writeLogs(double[] gaps, int length, double[] logs) {
    writeLogs(gaps, sums.logOfSums(), -logOfLeast, length, logs);
  }

  /** Of classes of probability 0 the logarithm is no number but a large one: 0 times it is 0. */
  private static void writeLogs(
      double[] gaps, double fromGap, double most, int length, double[] logs) {
    for (int i = 0; i < length; i++) {
      double larger = most - logs[i];
      double above = gaps[i] + fromGap;
      logs[i] = larger + Math.min(above, 0);
      gaps[i] = larger + Math.min(-above, 0);
    }
  }

  @Override
  void beginGradient(double scale) {
    ofQ = (1 - beta) * scale / sums.sumQ;
  }

  /** (1 − β)·q·(log(q / m) − KL(Q‖M)). */
  @Override
  void writeGradient(int from, int length, double[] out) {
    if (pair.take(from)) {
      writeLogs(length);
    }
    writeSlopes(pair.b, pair.c, length, ofQ, meanOfQ, out);
  }

  private static void writeSlopes(
      double[] q, double[] logs, int length, double factor, double mean, double[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = q[i] * factor * (Math.max(logs[i], -Double.MAX_VALUE) - mean);
    }
  }
}
