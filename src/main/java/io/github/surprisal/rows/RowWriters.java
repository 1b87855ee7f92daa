/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.TileKernel;

/** Writers of the rows of a result, for every layout. */
public final class RowWriters {

  private RowWriters() {}

  /** Writes rows to {@code out}; {@code stage} takes those that aren't contiguous. */
  public static RowWriter of(ClassRows rows, float[] out, Stage stage) {
    if (rows.isTransposed()) {
      return new TransposedRowWriter(rows, out, stage);
    }
    return rows.stride() == 1
        ? new ContiguousRowWriter(rows, out)
        : new StagedRowWriter(rows, out, stage.panel(TileKernel.TILE));
  }

  /** Results written where they stay. */
  private static final class ContiguousRowWriter extends ArrayRowWriter {
    private final ClassRows rows;

    ContiguousRowWriter(ClassRows rows, float[] out) {
      super(rows.classes(), out);
      this.rows = rows;
    }

    @Override
    public void moveTo(long row) {
      start = (int) rows.start(row);
    }

    @Override
    public void finish() {}
  }

  /** Results of a row whose elements lie apart, spread run by run. */
  private static final class StagedRowWriter extends RowWriter {
    private final ClassRows rows;
    private final float[] out;
    private final float[] staging;
    private int start;

    StagedRowWriter(ClassRows rows, float[] out, float[] staging) {
      this.rows = rows;
      this.out = out;
      this.staging = staging;
    }

    @Override
    public void moveTo(long row) {
      start = (int) rows.start(row);
    }

    @Override
    public boolean isWhole() {
      return false;
    }

    @Override
    public float[] array(int from) {
      return staging;
    }

    @Override
    public int offset() {
      return 0;
    }

    @Override
    public void store(int from, int length) {
      for (int i = 0; i < length; i++) {
        set(from + i, staging[i]);
      }
    }

    @Override
    public void clear() {
      for (int c = 0; c < rows.classes(); c++) {
        set(c, 0f);
      }
    }

    @Override
    public void set(int index, float value) {
      out[(int) (start + index * rows.stride())] = value;
    }

    @Override
    public void finish() {}
  }
}
