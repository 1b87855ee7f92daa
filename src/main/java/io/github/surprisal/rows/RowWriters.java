/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.TileKernel;
import java.util.Arrays;

/** Writers of the rows of a result, for every layout. */
public final class RowWriters {

  private RowWriters() {}

  /** Writes rows to {@code out}, with 0 in their padding, as below. */
  public static RowWriter of(ClassRows rows, float[] out, Stage stage) {
    return of(rows, out, 0f, stage);
  }

  /**
   * Writes rows to {@code out}.
   *
   * @param padding what is written to the padding of each row
   * @param stage takes rows that aren't contiguous
   */
  public static RowWriter of(ClassRows rows, float[] out, float padding, Stage stage) {
    if (rows.isTransposed()) {
      return new TransposedRowWriter(rows, out, padding, stage);
    }
    return rows.stride() == 1
        ? new ContiguousRowWriter(rows, out, padding)
        : new StagedRowWriter(rows, out, padding, stage.panel(TileKernel.TILE));
  }

  /** Results written where they stay. */
  private static final class ContiguousRowWriter extends ArrayRowWriter {
    private final ClassRows rows;
    private final float padding;

    ContiguousRowWriter(ClassRows rows, float[] out, float padding) {
      super(rows.classes(), out);
      this.rows = rows;
      this.padding = padding;
    }

    @Override
    public void moveTo(long row) {
      start = (int) rows.start(row);
      Arrays.fill(array, start + rows.classes(), start + rows.extent(), padding);
    }

    @Override
    public void finish() {}
  }

  /** Results of a row whose elements lie apart, spread run by run. */
  private static final class StagedRowWriter extends RowWriter {
    private final ClassRows rows;
    private final float[] out;
    private final float padding;
    private final float[] staging;
    private int start;

    StagedRowWriter(ClassRows rows, float[] out, float padding, float[] staging) {
      this.rows = rows;
      this.out = out;
      this.padding = padding;
      this.staging = staging;
    }

    @Override
    public void moveTo(long row) {
      start = (int) rows.start(row);
      rows.pad(row, 1, out, padding);
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
