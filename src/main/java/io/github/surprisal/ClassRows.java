/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.Bfloat16Row;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.RowReader;
import io.github.surprisal.kernel.RowWriter;
import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.kernel.Stage;
import io.github.surprisal.kernel.Transposition;
import java.util.Optional;

/**
 * How the elements of a tensor fall into rows along its class axis.
 *
 * <p>The elements of a row are {@code stride} apart; rows are counted in row-major order over the
 * other axes.
 */
record ClassRows(int classes, long stride, long rows, Shape others) {

  /** Elements of a panel that the second-level cache holds: a tile of so many rows. */
  private static final int CACHED_PANEL =
      Transposition.MAX_ROWS * Transposition.pitch(RowKernels.TILE);

  /**
   * Rows that a panel should hold if there is room, however long they are: a cache line of each.
   */
  private static final int FEW = 16;

  static ClassRows of(Shape shape, int classAxis) {
    int axis = axisOf(shape, classAxis);
    Shape rows = shape.without(axis);
    return new ClassRows(shape.axis(axis), shape.stride(axis), rows.size(), rows);
  }

  /** The class axis counted from 0, checked. */
  static int axisOf(Shape shape, int classAxis) {
    int rank = shape.rank();
    if (rank == 0) {
      throw new IllegalArgumentException("logits have shape (), expected a class axis");
    }
    int axis = classAxis < 0 ? classAxis + rank : classAxis;
    if (axis < 0 || axis >= rank) {
      throw new IllegalArgumentException(
          "class axis is "
              + classAxis
              + ", expected "
              + -rank
              + " <= axis < "
              + rank
              + " for logits of shape "
              + shape);
    }
    return axis;
  }

  /**
   * How many rows a sum over all of them takes: of rows without a class, which are all alike and
   * may be billions, at most one.
   */
  long summed() {
    return classes == 0 ? Math.min(rows, 1) : rows;
  }

  /** An array for one double a row. */
  double[] newDoubles() {
    return new double[Layout.arrayLength(others)];
  }

  /** Flat index of the first class of a row. */
  long start(long row) {
    return row / stride * classes * stride + row % stride;
  }

  /** Reads rows of a tensor of this shape; {@code stage} takes those in other storage. */
  RowReader reader(FloatTensor tensor, Stage stage) {
    if (isTransposed()) {
      return new TransposedRowReader(this, tensor, stage);
    }
    return tensor.isArray() && stride == 1
        ? new ContiguousRowReader(this, tensor.array(), tensor.arrayOffset())
        : new StagedRowReader(this, tensor, stage.run);
  }

  /** Writes rows of a result of this shape; {@code stage} takes those that are not contiguous. */
  RowWriter writer(float[] out, Stage stage) {
    if (isTransposed()) {
      return new TransposedRowWriter(this, out, stage);
    }
    return stride == 1
        ? new ContiguousRowWriter(this, out)
        : new StagedRowWriter(this, out, stage.run);
  }

  /** Whether rows are not contiguous, but several of them find room in a panel. */
  private boolean isTransposed() {
    return stride > 1 && neighboursInPanel() > 1;
  }

  /** Whole rows that are transposed at once: a few at least, unless they are too long for that. */
  int neighboursInPanel() {
    int inCache = Math.min(CACHED_PANEL / Transposition.pitch(classes), Transposition.MAX_ROWS);
    return Math.max(inCache, Math.min(Stage.MAX_PANEL / Transposition.pitch(classes), FEW));
  }

  /** The number of rows from {@code row} on whose elements lie side by side, up to {@code most}. */
  int neighbours(long row, int most) {
    return (int) Math.min(most, stride - row % stride);
  }

  /** Rows of a tensor in an array. */
  private static final class ContiguousRowReader extends ArrayRowReader {
    private final ClassRows rows;
    private final int origin;

    ContiguousRowReader(ClassRows rows, float[] array, int origin) {
      super(rows.classes, array);
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
    private final FloatTensor tensor;
    private final float[] staging;
    private final Optional<Bfloat16Bits> bits;
    private long start;

    StagedRowReader(ClassRows rows, FloatTensor tensor, float[] staging) {
      super(rows.classes, Scratch.RUN);
      this.rows = rows;
      this.tensor = tensor;
      this.staging = staging;
      bits =
          rows.stride == 1
              ? tensor.bfloat16Bits().map(all -> new Bfloat16Bits(all, rows.classes))
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
      return tensor.at(start + index * rows.stride);
    }

    @Override
    public void read(int from) {
      tensor.copyTo(start + from * rows.stride, rows.stride, runLength(from), staging, 0);
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

  /** Results written where they stay. */
  private static final class ContiguousRowWriter extends ArrayRowWriter {
    private final ClassRows rows;

    ContiguousRowWriter(ClassRows rows, float[] out) {
      super(rows.classes, out);
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
      for (int c = 0; c < rows.classes; c++) {
        set(c, 0f);
      }
    }

    @Override
    public void set(int index, float value) {
      out[(int) (start + index * rows.stride)] = value;
    }

    @Override
    public void finish() {}
  }
}
