/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.IntData;
import io.github.surprisal.rows.RowRanges;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowTargets;

/** What the logits say in every row of a tensor, with arguments already checked. */
public final class PredictedRows {

  private final FloatData logits;
  private final ClassRows rows;
  private final boolean isParallel;

  /** The rows of some logits, which may be spread over threads if {@code isParallel}. */
  public PredictedRows(FloatData logits, ClassRows rows, boolean isParallel) {
    this.logits = logits;
    this.rows = rows;
    this.isParallel = isParallel;
  }

  /** Does something with the row that a reader stands at. */
  @FunctionalInterface
  private interface RowAction {
    void run(int row);
  }

  /** Makes what is done with the rows of a range. */
  @FunctionalInterface
  private interface RangeAction {
    RowAction of(RowReader row, WorkSpace space);
  }

  private void forEachRow(RangeAction action) {
    RowRanges.forEach(
        rows,
        isParallel,
        (from, to) -> {
          try (WorkSpace space = WorkSpace.lend()) {
            RowReader reader = RowReaders.of(rows, logits, space.logits);
            RowAction run = action.of(reader, space);
            for (long index = from; index < to; index++) {
              reader.moveTo(index);
              run.run((int) index);
            }
          }
        },
        logits);
  }

  /** What is predicted in each row, and of its target; rows that are not scored are not read. */
  public PredictionArrays of(RowTargets targets) {
    PredictionArrays out = new PredictionArrays((int) rows.rows());
    forEachRow(
        (reader, space) -> {
          RowPrediction row = new RowPrediction(reader, space);
          return index -> {
            if (targets.isScored(index)) {
              row.take();
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
    double[] out = new double[(int) rows.rows()];
    forEachRow(
        (reader, space) -> {
          RowPrediction row = new RowPrediction(reader, space);
          return index -> {
            row.take();
            out[index] = row.entropy();
          };
        });
    return out;
  }

  /** The log-probabilities of {@code count} classes in each row, one row after the other. */
  public double[] logProbs(IntData classes, int count) {
    double[] out = new double[(int) rows.rows() * count];
    forEachRow(
        (reader, space) -> {
          RowPrediction row = new RowPrediction(reader, space);
          return index -> {
            row.take();
            for (int i = index * count; i < (index + 1) * count; i++) {
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
    double[] out = new double[(int) rows.rows()];
    forEachRow(
        (reader, space) -> {
          RowSetProbability row = new RowSetProbability(members, reader, space);
          return index -> out[index] = row.logProb();
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
    forEachRow(
        (reader, space) -> {
          RowPrediction row = new RowPrediction(reader, space);
          RowTopK top = new RowTopK(k, reader, space);
          return index -> {
            row.take();
            if (row.isDefined()) {
              top.take();
            }
            for (int place = 0; place < k; place++) {
              int at = index * k + place;
              classes[at] = row.isDefined() ? top.classAt(place) : -1;
              logProbs[at] = row.isDefined() ? row.logProb(top.logitAt(place)) : Double.NaN;
            }
          };
        });
  }
}
