/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/** KL(Q‖P) of a student's row Q and a teacher's P. */
final class ReverseRow extends DistilledRow {

  private final RowDivergence divergence;
  private double nats;
  private double factor;
  private double fromGap;

  /** Of a pair of the student's rows and the teacher's, in this order. */
  ReverseRow(PairTiles pair, WorkSpace space) {
    super(pair, space);
    divergence = new RowDivergence(pair, space);
  }

  @Override
  double nats() {
    nats = divergence.nats();
    return nats;
  }

  /** Where a class that the student holds possible is not, for the teacher, there is none. */
  @Override
  boolean hasGradient(double nats) {
    return Double.isFinite(nats);
  }

  @Override
  void beginGradient(double scale) {
    factor = scale / divergence.sumP;
    fromGap = divergence.logOfSums() - nats;
  }

  /** q·((log q − log p) − KL). */
  @Override
  void writeGradient(int from, int length, double[] out) {
    pair.take(from);
    writeSlopes(pair.a, pair.c, length, factor, fromGap, out);
  }

  /** Where q is 0 the gap may be +∞, but the slope is 0. */
  private static void writeSlopes(
      double[] q, double[] gaps, int length, double factor, double fromGap, double[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = q[i] * factor * (Math.min(gaps[i], Double.MAX_VALUE) + fromGap);
    }
  }
}
