/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.RowReader;
import io.github.surprisal.kernel.Scratch;

/**
 * Rows along an axis that is not the last. Their elements lie apart, but those of neighbouring rows
 * lie together: so as many rows as find room are transposed at once into a panel, from where they
 * are read in turn.
 */
final class TransposedRowReader extends RowReader {

  /** Elements of a panel: 4 MiB. */
  static final int PANEL = 1 << 20;

  /** More rows at once would gain nothing. */
  private static final int MAX_ROWS = 64;

  /** Classes that are transposed together, so that whole cache lines are written. */
  private static final int CLASSES = 16;

  private static final long NONE = -1;

  private final ClassRows rows;
  private final FloatTensor tensor;
  private final int maxRows;
  private final float[] panel;
  private final float[] strip;
  private long first = NONE;
  private int count;
  private int start;
  private int offset;

  TransposedRowReader(ClassRows rows, FloatTensor tensor) {
    super(rows.classes(), Scratch.RUN); // results are staged in runs as long as that
    this.rows = rows;
    this.tensor = tensor;
    int room = Math.min(PANEL / Math.max(rows.classes(), 1), MAX_ROWS);
    maxRows = (int) Math.min(room, Math.min(rows.stride(), rows.rows()));
    panel = new float[maxRows * rows.classes()];
    strip = new float[CLASSES * maxRows];
  }

  @Override
  public void moveTo(long row) {
    if (first == NONE || row < first || row >= first + count) {
      fill(row);
    }
    start = (int) (row - first) * classes();
  }

  private void fill(long row) {
    first = row;
    count = (int) Math.min(maxRows, rows.stride() - row % rows.stride());
    long origin = rows.start(row);
    for (int from = 0; from < classes(); from += CLASSES) {
      int width = Math.min(CLASSES, classes() - from);
      for (int c = 0; c < width; c++) {
        tensor.copyTo(origin + (from + c) * rows.stride(), 1, count, strip, c * count);
      }
      for (int r = 0; r < count; r++) {
        int out = r * classes() + from;
        for (int c = 0; c < width; c++) {
          panel[out + c] = strip[c * count + r];
        }
      }
    }
  }

  @Override
  public float at(int index) {
    return panel[start + index];
  }

  @Override
  public void read(int from) {
    offset = start + from;
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
