/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.RowReader;
import io.github.surprisal.kernel.Stage;

/**
 * Rows along an axis that is not the last. Their elements lie apart, but those of neighbouring rows
 * lie together: so a block of several rows is transposed at once into a panel, from where each of
 * them is read. A block is whole rows, unless {@link #readTile} asks for a part of more of them.
 */
final class TransposedRowReader extends RowReader {

  private final ClassRows rows;
  private final FloatTensor tensor;
  private final Stage stage;
  private final int wholeRows;
  private float[] panel = new float[0];
  private long row;

  // The block in the panel.
  private long first;
  private int count;
  private int start;
  private int width;
  private int pitch;

  private int offset;

  TransposedRowReader(ClassRows rows, FloatTensor tensor, Stage stage) {
    super(rows.classes(), RowKernels.TILE);
    this.rows = rows;
    this.tensor = tensor;
    this.stage = stage;
    wholeRows = rows.neighboursInPanel();
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
    if (row < first || row >= first + count || from < start || from >= start + width) {
      readBlock(row, rows.neighbours(row, wholeRows), 0, classes());
    }
    offset = (int) (row - first) * pitch + from - start;
  }

  /** Reads one tile of several rows, in which {@link #read} then finds that tile of each. */
  void readTile(long first, int count, int from) {
    readBlock(first, count, from, Math.min(RowKernels.TILE, classes() - from));
  }

  private void readBlock(long first, int count, int start, int width) {
    this.first = first;
    this.count = count;
    this.start = start;
    this.width = width;
    pitch = ClassRows.pitch(width);
    panel = stage.panel(count * pitch);
    long origin = rows.start(first) + start * rows.stride();
    if (tensor.isArray()) {
      int begin = tensor.arrayOffset() + (int) origin;
      Transposition.toRows(
          tensor.array(), begin, (int) rows.stride(), width, count, panel, 0, pitch);
      return;
    }
    for (int c = 0; c < width; c += Transposition.STEP) {
      int step = Math.min(Transposition.STEP, width - c);
      for (int i = 0; i < step; i++) {
        long column = origin + (c + i) * rows.stride();
        tensor.copyTo(column, 1, count, stage.run, i * count);
      }
      Transposition.toRows(stage.run, 0, count, step, count, panel, c, pitch);
    }
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
