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

  /** More rows at once would gain nothing; a power of two. */
  private static final int MAX_ROWS = 64;

  /** Floats of a cache line: so many classes are transposed together, and rows where they can. */
  private static final int LINE = 16;

  private final ClassRows rows;
  private final FloatTensor tensor;
  private final int maxRows;
  private float[] panel = new float[0];
  private float[] strip = new float[0];
  private long first;
  private int count;
  private int start;
  private int offset;

  TransposedRowReader(ClassRows rows, FloatTensor tensor) {
    super(rows.classes(), Scratch.RUN); // results are staged in runs as long as that
    this.rows = rows;
    this.tensor = tensor;
    int fitting = Math.min(PANEL / Math.max(rows.classes(), 1), MAX_ROWS);
    int room = fitting < LINE ? fitting : fitting / LINE * LINE;
    maxRows = (int) Math.min(room, Math.min(rows.stride(), rows.rows()));
  }

  @Override
  public void moveTo(long row) {
    if (row < first || row >= first + count) {
      fill(row);
    }
    start = (int) (row - first) * classes();
  }

  private void fill(long row) {
    if (strip.length == 0) {
      // Not before: where rows are spread over threads, the reader that they come from reads none.
      panel = new float[maxRows * rows.classes()];
      strip = new float[LINE * MAX_ROWS];
    }
    first = row;
    count = (int) Math.min(maxRows, rows.stride() - row % rows.stride());
    long origin = rows.start(row);
    for (int from = 0; from < classes(); from += LINE) {
      int width = Math.min(LINE, classes() - from);
      for (int c = 0; c < width; c++) {
        tensor.copyTo(origin + (from + c) * rows.stride(), 1, count, strip, c * MAX_ROWS);
      }
      for (int r = 0; r < count; r++) {
        if (width == LINE) {
          writeLine(strip, r, panel, r * classes() + from);
        } else {
          for (int c = 0; c < width; c++) {
            panel[r * classes() + from + c] = strip[c * MAX_ROWS + r];
          }
        }
      }
    }
  }

  /** Written out, as this is where the time goes. */
  private static void writeLine(float[] strip, int row, float[] panel, int out) {
    panel[out] = strip[row];
    panel[out + 1] = strip[row + MAX_ROWS];
    panel[out + 2] = strip[row + 2 * MAX_ROWS];
    panel[out + 3] = strip[row + 3 * MAX_ROWS];
    panel[out + 4] = strip[row + 4 * MAX_ROWS];
    panel[out + 5] = strip[row + 5 * MAX_ROWS];
    panel[out + 6] = strip[row + 6 * MAX_ROWS];
    panel[out + 7] = strip[row + 7 * MAX_ROWS];
    panel[out + 8] = strip[row + 8 * MAX_ROWS];
    panel[out + 9] = strip[row + 9 * MAX_ROWS];
    panel[out + 10] = strip[row + 10 * MAX_ROWS];
    panel[out + 11] = strip[row + 11 * MAX_ROWS];
    panel[out + 12] = strip[row + 12 * MAX_ROWS];
    panel[out + 13] = strip[row + 13 * MAX_ROWS];
    panel[out + 14] = strip[row + 14 * MAX_ROWS];
    panel[out + 15] = strip[row + 15 * MAX_ROWS];
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
