/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/**
 * Rows along an axis that is not the last. Their elements lie apart, but the elements of
 * neighbouring rows lie together: so several rows are transposed at once into a panel, from where
 * each is read.
 */
public final class TransposedRowReader extends RowReader {

  private final ClassRows rows;
  private final FloatData tensor;
  private final Stage stage;
  private final int wholeRows;
  private float[] panel = new float[0];
  private long row;

  // The rows in the panel.
  private final int pitch;
  private long first;
  private int rowsInPanel;

  private int offset;

  TransposedRowReader(ClassRows rows, FloatData tensor, Stage stage) {
    super(rows.classes());
    this.rows = rows;
    this.tensor = tensor;
    this.stage = stage;
    wholeRows = rows.neighboursInPanel();
    pitch = Transposition.pitch(rows.classes());
  }

  @Override
  public void moveTo(long row) {
    this.row = row;
  }

  @Override
  public float at(int index) {
    return tensor.at(rows.start(row) + index * rows.stride());
  }

  @Override
  public void read(int from, int count, float[] staging, int to) {
    if (row < first || row >= first + rowsInPanel) {
      first = row;
      rowsInPanel = rows.neighbours(row, wholeRows);
      readPanel();
    }
    offset = (int) (row - first) * pitch + from;
  }

  private void readPanel() {
    int classes = classes();
    panel = stage.panel(rowsInPanel * pitch + Transposition.STEP * rowsInPanel);
    long origin = rows.start(first);
    if (tensor.isArray()) {
      int begin = tensor.arrayOffset() + (int) origin;
      Transposition.toRows(
          tensor.array(), begin, (int) rows.stride(), classes, rowsInPanel, panel, 0, pitch);
      return;
    }
    for (int c = 0; c < classes; c += Transposition.STEP) {
      int step = Math.min(Transposition.STEP, classes - c);
      int columns = rowsInPanel * pitch; // behind the panel
      for (int i = 0; i < step; i++) {
        long column = origin + (c + i) * rows.stride();
        tensor.copyTo(column, 1, rowsInPanel, panel, columns + i * rowsInPanel, stage);
      }
      Transposition.toRows(panel, columns, rowsInPanel, step, rowsInPanel, panel, c, pitch);
    }
  }

  @Override
  public boolean isInPlace() {
    return true;
  }

  @Override
  public float[] array() {
    return panel;
  }

  @Override
  public int offset() {
    return offset;
  }
}
