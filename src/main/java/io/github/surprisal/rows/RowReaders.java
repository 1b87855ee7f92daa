/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/** Readers of the rows of a tensor, for every storage and layout. */
public final class RowReaders {

  private RowReaders() {}

  /** Reads the rows of {@code data}; {@code stage} takes those that aren't contiguous floats. */
  public static RowReader of(ClassRows rows, FloatData data, Stage stage) {
    if (rows.isTransposed()) {
      return new TransposedRowReader(rows, data, stage);
    }
    return data.isArray() && rows.stride() == 1
        ? new ContiguousRowReader(rows, data.array(), data.arrayOffset())
        : new StagedRowReader(rows, data, stage);
  }

  /** Reads the rows of {@code data} divided by a temperature, as above. */
  public static RowReader of(ClassRows rows, FloatData data, Temperature temperature, Stage stage) {
    return TemperedRowReader.of(of(rows, data, stage), temperature, stage.kernel());
  }

  /** Rows of a tensor in an array. */
  private static final class ContiguousRowReader extends ArrayRowReader {
    private final ClassRows rows;
    private final int origin;

    ContiguousRowReader(ClassRows rows, float[] array, int origin) {
      super(rows.classes(), array);
      this.rows = rows;
      this.origin = origin;
    }

    @Override
    public void moveTo(long row) {
      start = origin + (int) rows.start(row);
    }
  }

  /** Rows of any other storage or layout, copied where they are wanted. */
  private static final class StagedRowReader extends RowReader {
    private final ClassRows rows;
    private final FloatData tensor;
    private final Stage stage;
    private float[] array = new float[0];
    private int offset;
    private long start;

    StagedRowReader(ClassRows rows, FloatData tensor, Stage stage) {
      super(rows.classes());
      this.rows = rows;
      this.tensor = tensor;
      this.stage = stage;
    }

    @Override
    public void moveTo(long row) {
      start = rows.start(row);
    }

    @Override
    public float at(int index) {
      return tensor.at(start + index * rows.stride());
    }

    @Override
    public boolean isInPlace() {
      return false;
    }

    @Override
    public void read(int from, int count, float[] staging, int to) {
      tensor.copyTo(start + from * rows.stride(), rows.stride(), count, staging, to, stage);
      array = staging;
      offset = to;
    }

    @Override
    public float[] array() {
      return array;
    }

    @Override
    public int offset() {
      return offset;
    }
  }
}
