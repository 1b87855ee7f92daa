/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.RowWriter;
import io.github.surprisal.kernel.Stage;
import java.util.Arrays;

/**
 * Results of rows along an axis that is not the last: those of several neighbouring rows are
 * collected in a panel and transposed together, when a row beyond them is begun or at the end.
 */
final class TransposedRowWriter extends RowWriter {

  private final ClassRows rows;
  private final float[] out;
  private final Stage stage;
  private final int wholeRows;
  private final int pitch;
  private float[] panel = new float[0];
  private long first;
  private int capacity;
  private int count;
  private int start;
  private int offset;

  TransposedRowWriter(ClassRows rows, float[] out, Stage stage) {
    this.rows = rows;
    this.out = out;
    this.stage = stage;
    wholeRows = rows.neighboursInPanel();
    pitch = ClassRows.pitch(rows.classes());
  }

  @Override
  public void moveTo(long row) {
    if (row != first + count || count == capacity) {
      finish();
      first = row;
      capacity = rows.neighbours(row, wholeRows);
      panel = stage.panel(capacity * pitch);
    }
    start = count * pitch;
    count++;
  }

  @Override
  public float[] array(int from) {
    offset = start + from;
    return panel;
  }

  @Override
  public int offset() {
    return offset;
  }

  @Override
  public void store(int from, int length) {}

  @Override
  public void clear() {
    Arrays.fill(panel, start, start + rows.classes(), 0f);
  }

  @Override
  public void set(int index, float value) {
    panel[start + index] = value;
  }

  @Override
  public void finish() {
    int origin = (int) rows.start(first);
    Transposition.toColumns(
        panel, 0, pitch, rows.classes(), count, out, origin, (int) rows.stride());
    count = 0;
  }
}
