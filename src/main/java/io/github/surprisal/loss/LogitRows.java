/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.Temperature;

/**
 * The rows of some logits, divided by a temperature, which may be spread over threads if {@code
 * isParallel}.
 */
record LogitRows(FloatData logits, ClassRows rows, Temperature temperature, boolean isParallel) {

  /** Does something with the row that a reader stands at. */
  @FunctionalInterface
  interface RowAction {

    void run(long row);

    /** Called after the last row of a range. */
    default void finish() {}
  }

  /** Makes what is done with the rows of a range. */
  @FunctionalInterface
  interface RangeAction {
    RowAction of(RowReader reader, WorkSpace space);
  }

  /** Moves a reader to each row and runs an action there. */
  void forEach(RangeAction range) {
    WorkSpace.lendToRanges(
        rows,
        isParallel,
        (space, from, to) -> {
          RowReader reader = RowReaders.of(rows, logits, temperature, space.logits);
          RowAction action = range.of(reader, space);
          for (long row = from; row < to; row++) {
            reader.moveTo(row);
            action.run(row);
          }
          action.finish();
        },
        logits);
  }

  /** How many rows these are, where each has a result in an array. */
  int count() {
    return (int) rows.rows();
  }
}
