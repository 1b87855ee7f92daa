/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.Stage;
import io.github.surprisal.kernel.Transposition;

/**
 * Rows along an axis that is not the last. Their elements lie apart, but those of neighbouring rows
 * lie together: so several rows are transposed at once into a panel, from where each is read.
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
  private int count;

  private int offset;

  TransposedRowReader(ClassRows rows, FloatData tensor, Stage stage) {
    super(rows.classes(), rows.classes());
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
  public void read(int from) {
    if (row < first || row >= first + count) {
      first = row;
      count = rows.neighbours(row, wholeRows);
      readPanel();
    }
    offset = (int) (row - first) * pitch + from;
  }

  private void readPanel() {
    int classes = classes();
    panel = stage.panel(count * pitch);
    long origin = rows.start(first);
    if (tensor.isArray()) {
      int begin = tensor.arrayOffset() + (int) origin;
      Transposition.toRows(
          tensor.array(), begin, (int) rows.stride(), classes, count, panel, 0, pitch);
      return;
    }
    for (int c = 0; c < classes; c += Transposition.STEP) {
      int step = Math.min(Transposition.STEP, classes - c);
      for (int i = 0; i < step; i++) {
        long column = origin + (c + i) * rows.stride();
        tensor.copyTo(column, 1, count, stage.run(), i * count, stage);
      }
      Transposition.toRows(stage.run(), 0, count, step, count, panel, c, pitch);
    }
  }

  @Override
  public boolean isWhole() {
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
