/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.IntData;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.rows.Temperature;

/** What the logits say in every row of a tensor, with arguments already checked. */
public final class PredictedRows {

  private final LogitRows rows;

  /**
   * The rows of some logits, divided by a temperature, which may be spread over threads if {@code
   * isParallel}.
   */
  public PredictedRows(
      FloatData logits, ClassRows rows, Temperature temperature, boolean isParallel) {
    this.rows = new LogitRows(logits, rows, temperature, isParallel);
  }

  /** What is predicted in each row, and of its target; rows that are not scored are not read. */
  public PredictionArrays of(RowTargets targets) {
    PredictionArrays out = new PredictionArrays(rows.count());
    rows.forEach(
        (reader, space) -> {
          RowPrediction row = new RowPrediction(reader, space);
          return at -> {
            int index = (int) at;
            if (targets.isScored(index)) {
              row.take(targets.at(index));
              out.set(index, row, targets.at(index));
            } else {
              out.setIgnored(index);
            }
          };
        });
    return out;
  }

  /** The entropy of each row in nats. */
  public double[] entropies() {
    double[] out = new double[rows.count()];
    rows.forEach(
        (reader, space) -> {
          RowPrediction row = new RowPrediction(reader, space);
          return index -> {
            row.take();
            out[(int) index] = row.entropy();
          };
        });
    return out;
  }

  /** The log-probabilities of {@code count} classes in each row, one row after the other. */
  public double[] logProbs(IntData classes, int count) {
    double[] out = new double[rows.count() * count];
    rows.forEach(
        (reader, space) -> {
          RowPrediction row = new RowPrediction(reader, space);
          return index -> {
            row.take();
            int first = (int) index * count;
            for (int i = first; i < first + count; i++) {
              out[i] = row.logProb(classes.at(i));
            }
          };
        });
    return out;
  }

  /**
   * The logarithm of the probability of a set of classes in each row.
   *
   * @param members the set in ascending order, each class once
   */
  public double[] logProbsOfSet(int[] members) {
    double[] out = new double[rows.count()];
    rows.forEach(
        (reader, space) -> {
          RowSetProbability row = new RowSetProbability(members, reader, space);
          return index -> out[(int) index] = row.logProb();
        });
    return out;
  }

  /**
   * Writes the {@code k} likeliest classes of each row, one row after the other.
   *
   * @param k from 1 to the number of classes
   * @param classes takes the classes; −1 where a row has no probabilities
   * @param logProbs takes their log-probabilities; NaN there
   */
  public void writeTopK(int k, int[] classes, double[] logProbs) {
    rows.forEach(
        (reader, space) -> {
          RowPrediction row = new RowPrediction(reader, space);
          TileMaxima maxima = new TileMaxima(reader, space);
          RowTopK top = new RowTopK(k, reader, space);
          row.find(maxima);
          return index -> {
            row.take();
            if (row.isDefined()) {
              top.take(maxima);
            }
            for (int place = 0; place < k; place++) {
              int at = (int) index * k + place;
              classes[at] = row.isDefined() ? top.classAt(place) : -1;
              logProbs[at] = row.isDefined() ? row.logProb(top.logitAt(place)) : Double.NaN;
            }
          };
        });
  }
}
