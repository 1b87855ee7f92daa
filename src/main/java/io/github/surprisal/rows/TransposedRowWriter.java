/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/**
 * Results of rows along an axis that is not the last: results of several neighbouring rows are
 * collected in a panel and transposed together, when a row beyond them is begun or at the end.
 */
public final class TransposedRowWriter extends ArrayRowWriter {

  private final ClassRows rows;
  private final float[] out;
  private final float padding;
  private final Stage stage;
  private final int wholeRows;
  private final int pitch;
  private long first;
  private int capacity;
  private int count;

  TransposedRowWriter(ClassRows rows, float[] out, float padding, Stage stage) {
    super(rows.classes(), new float[0]);
    this.rows = rows;
    this.out = out;
    this.padding = padding;
    this.stage = stage;
    wholeRows = rows.neighboursInPanel();
    pitch = Transposition.pitch(rows.classes());
  }

  @Override
  public void moveTo(long row) {
    if (row != first + count || count == capacity) {
      finish();
      first = row;
      capacity = rows.neighbours(row, wholeRows);
      array = stage.panel(capacity * pitch);
    }
    start = count * pitch;
    count++;
  }

  @Override
  public void finish() {
    int origin = (int) rows.start(first);
    Transposition.toColumns(
        array, 0, pitch, rows.classes(), count, out, origin, (int) rows.stride());
    rows.pad(first, count, out, padding);
    count = 0;
  }
}
