/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/** KL(P‖Q) of a teacher's row P and a student's Q. */
final class ForwardRow extends DistilledRow {

  private final RowDivergence divergence;
  private double ofTeacher;
  private double ofStudent;

  /** Of a pair of the teacher's rows and the student's. */
  ForwardRow(PairTiles pair, WorkSpace space) {
    super(pair, space);
    divergence = new RowDivergence(pair, space);
  }

  @Override
  double nats() {
    return divergence.nats();
  }

  @Override
  void beginGradient(double scale) {
    ofTeacher = scale / divergence.sumP;
    ofStudent = scale / divergence.sumQ;
  }

  /** q − p. */
  @Override
  void writeGradient(int from, int length, double[] out) {
    pair.take(from);
    writeDifferences(pair.b, ofStudent, pair.a, ofTeacher, length, out);
  }

  private static void writeDifferences(
      double[] q, double ofQ, double[] p, double ofP, int length, double[] out) {
    for (int i = 0; i < length; i++) {
      out[i] = q[i] * ofQ - p[i] * ofP;
    }
  }
}
