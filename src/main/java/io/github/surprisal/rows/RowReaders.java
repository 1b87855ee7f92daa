/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.kernel.Stage;
import java.util.Optional;

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

  /** Rows of any other storage or layout, copied run by run. */
  private static final class StagedRowReader extends RowReader {
    private final ClassRows rows;
    private final FloatData tensor;
    private final Stage stage;
    private final float[] staging;
    private final Optional<Bfloat16Bits> bits;
    private long start;

    StagedRowReader(ClassRows rows, FloatData tensor, Stage stage) {
      super(rows.classes(), Scratch.RUN);
      this.rows = rows;
      this.tensor = tensor;
      this.stage = stage;
      staging = stage.run();
      bits =
          rows.stride() == 1
              ? tensor.bfloat16Bits().map(all -> new Bfloat16Bits(all, rows.classes(), stage))
              : Optional.empty();
    }

    @Override
    public Optional<Bfloat16Row> bfloat16() {
      return bits.map(row -> row);
    }

    @Override
    public void moveTo(long row) {
      start = rows.start(row);
      if (bits.isPresent()) {
        bits.get().moveTo(tensor.arrayOffset() + (int) start);
      }
    }

    @Override
    public float at(int index) {
      return tensor.at(start + index * rows.stride());
    }

    @Override
    public void read(int from) {
      tensor.copyTo(
          start + from * rows.stride(), rows.stride(), runLength(from), staging, 0, stage);
    }

    @Override
    public boolean isWhole() {
      return false;
    }

    @Override
    public float[] array() {
      return staging;
    }

    @Override
    public int offset() {
      return 0;
    }
  }
}
