/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.RowReader;
import io.github.surprisal.kernel.RowWriter;
import io.github.surprisal.kernel.Scratch;
import java.util.Arrays;

/**
 * How the elements of a tensor fall into rows along its class axis.
 *
 * <p>The elements of a row are {@code stride} apart; rows are counted in row-major order over the
 * other axes.
 */
record ClassRows(int classes, long stride, long rows, Shape others) {

  static ClassRows of(Shape shape, int classAxis) {
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
    int[] axes = shape.toArray();
    int[] others = new int[rank - 1];
    System.arraycopy(axes, 0, others, 0, axis);
    System.arraycopy(axes, axis + 1, others, axis, rank - 1 - axis);
    Shape inner = Shape.of(Arrays.copyOfRange(axes, axis + 1, rank));
    Shape rows = Shape.of(others);
    return new ClassRows(axes[axis], inner.size(), rows.size(), rows);
  }

  /** An array for one double a row. */
  double[] newDoubles() {
    return new double[Layout.arrayLength(others)];
  }

  /** Flat index of the first class of a row. */
  long start(long row) {
    return row / stride * classes * stride + row % stride;
  }

  /** Reads rows of a tensor of this shape; {@code staging} takes runs of other storage. */
  RowReader reader(FloatTensor tensor, float[] staging) {
    if (stride > 1 && classes <= TransposedRowReader.PANEL / 2) {
      return new TransposedRowReader(this, tensor);
    }
    return tensor.isArray() && stride == 1
        ? new ArrayRowReader(this, tensor.array(), tensor.arrayOffset())
        : new StagedRowReader(this, tensor, staging);
  }

  /** Writes rows of a result of this shape; {@code staging} takes runs that are not contiguous. */
  RowWriter writer(float[] out, float[] staging) {
    return stride == 1 ? new ArrayRowWriter(this, out) : new StagedRowWriter(this, out, staging);
  }

  /** Rows that lie in an array as the kernels want them. */
  private static final class ArrayRowReader extends RowReader {
    private final ClassRows rows;
    private final float[] array;
    private final int origin;
    private int start;
    private int offset;

    ArrayRowReader(ClassRows rows, float[] array, int origin) {
      super(rows.classes, rows.classes);
      this.rows = rows;
      this.array = array;
      this.origin = origin;
    }

    @Override
    public void moveTo(long row) {
      start = origin + (int) rows.start(row);
    }

    @Override
    public float at(int index) {
      return array[start + index];
    }

    @Override
    public void read(int from) {
      offset = start + from;
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

  /** Rows of any other storage or layout, copied run by run. */
  private static final class StagedRowReader extends RowReader {
    private final ClassRows rows;
    private final FloatTensor tensor;
    private final float[] staging;
    private long start;

    StagedRowReader(ClassRows rows, FloatTensor tensor, float[] staging) {
      super(rows.classes, Scratch.RUN);
      this.rows = rows;
      this.tensor = tensor;
      this.staging = staging;
    }

    @Override
    public void moveTo(long row) {
      start = rows.start(row);
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
    public float[] array() {
      return staging;
    }

    @Override
    public int offset() {
      return 0;
    }
  }

  /** Results written where they stay. */
  private static final class ArrayRowWriter extends RowWriter {
    private final ClassRows rows;
    private final float[] out;
    private int start;
    private int offset;

    ArrayRowWriter(ClassRows rows, float[] out) {
      this.rows = rows;
      this.out = out;
    }

    @Override
    public void moveTo(long row) {
      start = (int) rows.start(row);
    }

    @Override
    public float[] array(int from) {
      offset = start + from;
      return out;
    }

    @Override
    public int offset() {
      return offset;
    }

    @Override
    public void store(int from, int length) {}

    @Override
    public void clear() {
      Arrays.fill(out, start, start + rows.classes, 0f);
    }

    @Override
    public void set(int index, float value) {
      out[start + index] = value;
    }
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
  }
}
