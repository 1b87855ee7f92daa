/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongPredicate;

/** Kullback–Leibler divergences between two tensors of one shape. */
public final class Divergences {

  private Divergences() {}

  /**
   * KL(P‖Q) of each row in nats, of the softmax of the logits over a temperature; 0 for rows that
   * are not scored, which are not read.
   */
  public static double[] ofRows(
      FloatData logitsP,
      FloatData logitsQ,
      ClassRows rows,
      LongPredicate isScored,
      double temperature,
      boolean isParallel) {
    double[] out = new double[(int) rows.rows()];
    WorkSpace.lendToRanges(
        rows,
        isParallel,
        (space, from, to) -> {
          RowReader p = RowReaders.of(rows, logitsP, space.logits);
          RowReader q = RowReaders.of(rows, logitsQ, space.second);
          RowDivergence divergence = new RowDivergence(p, q, temperature, space);
          for (long row = from; row < to; row++) {
            if (isScored.test(row)) {
              p.moveTo(row);
              q.moveTo(row);
              out[(int) row] = divergence.nats();
            }
          }
        },
        logitsP,
        logitsQ);
    return out;
  }

  /** What each of {@code count} elements adds, given p and log q. */
  public static double[] pointwise(FloatData p, FloatData logQ, int count) {
    return pointwise(p, logQ, count, RowDivergence::pointwise);
  }

  /** What each of {@code count} elements adds, given log p and log q. */
  public static double[] pointwiseOfLogs(FloatData logP, FloatData logQ, int count) {
    return pointwise(logP, logQ, count, RowDivergence::pointwiseOfLogs);
  }

  private static double[] pointwise(
      FloatData p, FloatData logQ, int count, DoubleBinaryOperator divergence) {
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = divergence.applyAsDouble(p.at(i), logQ.at(i));
    }
    return out;
  }
}
