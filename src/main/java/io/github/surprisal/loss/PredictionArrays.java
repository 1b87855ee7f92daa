/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/** What is predicted in each row, as arrays of one element a row. */
public final class PredictionArrays {

  /** The log-probability of each target. */
  public final double[] logProbs;

  /** Where each target stands, counted from 1. */
  public final int[] ranks;

  public final double[] entropies;

  /** The likeliest class of each row. */
  public final int[] predicted;

  /** Its log-probability. */
  public final double[] predictedLogProbs;

  PredictionArrays(int rows) {
    logProbs = new double[rows];
    ranks = new int[rows];
    entropies = new double[rows];
    predicted = new int[rows];
    predictedLogProbs = new double[rows];
  }

  void set(int index, RowPrediction row, int target) {
    logProbs[index] = row.logProb(target);
    ranks[index] = row.rank();
    entropies[index] = row.entropy();
    predicted[index] = row.predicted();
    predictedLogProbs[index] = row.isDefined() ? row.logProb(row.predicted()) : Double.NaN;
  }

  void setIgnored(int index) {
    predicted[index] = -1;
  }
}
