/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.KernelProvider;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.FloatStorage;
import io.github.surprisal.rows.Stage;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * An immutable row-major tensor of float32 values, such as the logits of a language model.
 *
 * <p>{@code of} and {@code copyOf} copy their data. {@code wrap}, {@link #bfloat16} and {@link
 * #float16} share memory with the caller: nothing in this library ever writes to it, and the caller
 * must not either while the tensor is in use. {@link #reshape} and {@link #slice} are views. All
 * methods may be called from several threads at once.
 *
 * <p>Axes of extent 0 are allowed everywhere. A shape whose size does not fit the data is an {@link
 * IllegalArgumentException} that names both sizes.
 */
public final class FloatTensor {
  private final FloatData data;
  private final Shape shape;

  private FloatTensor(FloatStorage storage, int start, Shape shape) {
    this(new FloatData(storage, start), shape);
  }

  private FloatTensor(FloatData data, Shape shape) {
    this.data = data;
    this.shape = shape;
  }

  /**
   * Returns a tensor of rank 1 holding a copy of the values.
   *
   * @param values the elements
   * @return a tensor of shape {@code (values.length)}
   */
  public static FloatTensor of(float... values) {
    return copyOf(values, values.length);
  }

  /**
   * Returns a tensor of rank 2 holding a copy of the rows.
   *
   * @param rows the rows, all of one length
   * @return a tensor of shape {@code (rows.length, rows[0].length)}, {@code (0, 0)} for no row
   * @throws IllegalArgumentException if the rows differ in length or one is null
   */
  public static FloatTensor of(float[][] rows) {
    int columns = rows.length == 0 ? 0 : Layout.present("row", 0, rows[0]).length;
    Shape shape = Shape.of(rows.length, columns);
    float[] data = new float[Layout.arrayLength(shape)];
    for (int i = 0; i < rows.length; i++) {
      Layout.requireEqualLength("row", i, Layout.present("row", i, rows[i]).length, columns);
      System.arraycopy(rows[i], 0, data, i * columns, columns);
    }
    return new FloatTensor(new FloatStorage.Array(data), 0, shape);
  }

  /**
   * Returns a tensor of rank 3 holding a copy of the values.
   *
   * @param values the planes, all with the same number of rows, and all rows of one length
   * @return a tensor of shape {@code (values.length, values[0].length, values[0][0].length)}, with
   *     0 for an extent that can't be seen because there is no entry
   * @throws IllegalArgumentException if planes or rows differ in length or one is null
   */
  public static FloatTensor of(float[][][] values) {
    int rows = values.length == 0 ? 0 : Layout.present("plane", 0, values[0]).length;
    float[][] flat = new float[Layout.arrayLength(Shape.of(values.length, rows))][];
    for (int i = 0; i < values.length; i++) {
      Layout.requireEqualLength("plane", i, Layout.present("plane", i, values[i]).length, rows);
      System.arraycopy(values[i], 0, flat, i * rows, rows);
    }
    FloatTensor matrix = of(flat);
    return matrix.reshape(values.length, rows, matrix.shape.axis(1));
  }

  /**
   * Returns a tensor of rank 0.
   *
   * @param value the only element
   * @return a tensor of shape {@code ()}
   */
  public static FloatTensor scalar(float value) {
    return copyOf(new float[] {value});
  }

  /**
   * Returns a tensor holding a copy of the data.
   *
   * @param data the elements in row-major order
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not the data's length
   */
  public static FloatTensor copyOf(float[] data, int... shape) {
    Shape checked = Layout.exactly(data.length, shape);
    return new FloatTensor(new FloatStorage.Array(data.clone()), 0, checked);
  }

  /**
   * Returns a tensor that shares the array.
   *
   * @param data the elements in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not the data's length
   */
  public static FloatTensor wrap(float[] data, int... shape) {
    Shape checked = Layout.exactly(data.length, shape);
    return new FloatTensor(new FloatStorage.Array(data), 0, checked);
  }

  /**
   * Returns a tensor that shares part of the array, from an offset.
   *
   * @param data the array; not to be written while the tensor is in use
   * @param offset the index of the first element
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape over {@code data[offset]} and the elements after it
   * @throws IllegalArgumentException if the shape is invalid, the offset is outside the array, or
   *     fewer elements than the shape's size follow it
   */
  public static FloatTensor wrapAt(float[] data, int offset, int... shape) {
    if (offset < 0 || offset > data.length) {
      throw new IllegalArgumentException(
          "offset " + offset + " is outside data of length " + data.length);
    }
    Shape checked = Layout.within(data.length - offset, shape);
    return new FloatTensor(new FloatStorage.Array(data), offset, checked);
  }

  /**
   * Returns a tensor that shares the buffer's memory, from its position; heap, direct and read-only
   * buffers of either byte order will do. The buffer's position and limit are left alone, and
   * moving them later has no effect on the tensor.
   *
   * <p>The values are those that the buffer itself gives. A view of a {@link java.nio.ByteBuffer}
   * keeps the byte order that this had, big-endian by default, when {@code asFloatBuffer} was
   * called; files and native memory are mostly little-endian, and need {@code
   * order(ByteOrder.LITTLE_ENDIAN)} before it.
   *
   * @param data the elements in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is larger than the number
   *     of remaining elements
   */
  public static FloatTensor wrap(FloatBuffer data, int... shape) {
    Shape checked = Layout.within(data.remaining(), shape);
    return data.hasArray()
        ? new FloatTensor(
            new FloatStorage.Array(data.array()), data.arrayOffset() + data.position(), checked)
        : new FloatTensor(new FloatStorage.Buffer(data.slice()), 0, checked);
  }

  /**
   * Returns a tensor of bfloat16 values that shares the buffer's memory, from its position. Each
   * element is widened to float exactly when it is read.
   *
   * <p>As with {@link #wrap(FloatBuffer, int...)}, the byte order of a {@link java.nio.ByteBuffer}
   * has to be set before {@code asShortBuffer}.
   *
   * @param bits the bit patterns in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is larger than the number
   *     of remaining elements
   */
  public static FloatTensor bfloat16(ShortBuffer bits, int... shape) {
    Shape checked = Layout.within(bits.remaining(), shape);
    return new FloatTensor(
        new FloatStorage.Halves(bits.slice(), FloatStorage.Format.BFLOAT16), 0, checked);
  }

  /**
   * Returns a tensor of IEEE 754 half-precision values that shares the buffer's memory, from its
   * position. Each element is widened to float exactly when it is read: subnormal numbers, signed
   * zeros and infinities keep their values, NaN stays NaN.
   *
   * <p>As with {@link #wrap(FloatBuffer, int...)}, the byte order of a {@link java.nio.ByteBuffer}
   * has to be set before {@code asShortBuffer}.
   *
   * @param bits the bit patterns in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is larger than the number
   *     of remaining elements
   */
  public static FloatTensor float16(ShortBuffer bits, int... shape) {
    Shape checked = Layout.within(bits.remaining(), shape);
    return new FloatTensor(
        new FloatStorage.Halves(bits.slice(), FloatStorage.Format.FLOAT16), 0, checked);
  }

  /**
   * Returns the shape.
   *
   * @return the shape
   */
  public Shape shape() {
    return shape;
  }

  /**
   * Returns the number of elements.
   *
   * @return the number of elements
   */
  public long size() {
    return shape.size();
  }

  /**
   * Returns the number of axes.
   *
   * @return the number of axes
   */
  public int rank() {
    return shape.rank();
  }

  /**
   * Returns one element.
   *
   * @param index one index for each axis, from 0
   * @return the element
   * @throws IndexOutOfBoundsException if the number of indexes is not the rank, or an index is
   *     outside its axis; the message names axis, index and extent
   */
  public float get(int... index) {
    return at(Layout.position(shape, index));
  }

  /**
   * Returns a view of the same elements in another shape.
   *
   * @param extents the new extents; one of them may be −1 and is then worked out from the size
   * @return a tensor of the new shape
   * @throws IllegalArgumentException if the new shape is invalid or has another size, or if −1 is
   *     given twice or can't be worked out
   */
  public FloatTensor reshape(int... extents) {
    return new FloatTensor(data, Layout.reshape(shape, extents));
  }

  /**
   * Returns a view of some entries along the first axis.
   *
   * @param from the first entry
   * @param to the entry after the last
   * @return a tensor of the same rank whose first axis has extent {@code to - from}
   * @throws IllegalArgumentException if the tensor is a scalar, or unless {@code 0 <= from <= to <=
   *     shape().axis(0)}
   */
  public FloatTensor slice(int from, int to) {
    Shape sliced = Layout.slice(shape, from, to);
    return new FloatTensor(data.from(Layout.sliceStart(shape, from)), sliced);
  }

  /**
   * Returns the elements in row-major order in a new array.
   *
   * @return the elements
   */
  public float[] toArray() {
    float[] copy = new float[(int) size()];
    data.copyTo(0, 1, copy.length, copy, 0, new Stage(KernelProvider.newKernel()));
    return copy;
  }

  /** Where the elements lie. */
  FloatData data() {
    return data;
  }

  boolean isArray() {
    return data.isArray();
  }

  float[] array() {
    return data.array();
  }

  /** Whether the elements lie in that array; not known where {@link #withVisibleArray} copies. */
  boolean liesIn(float[] array) {
    return data.liesIn(array);
  }

  /**
   * The same elements, to be read while an array is written: copied if they may lie in one that
   * can't be seen, as those of a read-only heap buffer may.
   */
  FloatTensor withVisibleArray() {
    return data.mayHideArray() ? wrap(toArray(), shape.toArray()) : this;
  }

  int arrayOffset() {
    return data.arrayOffset();
  }

  /** The element at a row-major position. */
  float at(long flat) {
    return data.at(flat);
  }

  /**
   * Compares by shape and elements, whatever memory they lie in. Elements compare as {@link
   * Float#equals} does: NaN equals NaN, and 0.0 differs from −0.0.
   *
   * @param other the object to compare with
   * @return whether the other object is a float tensor of equal shape and elements
   */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof FloatTensor that) || !shape.equals(that.shape)) {
      return false;
    }
    for (long i = 0; i < size(); i++) {
      if (Float.floatToIntBits(at(i)) != Float.floatToIntBits(that.at(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = shape.hashCode();
    for (long i = 0; i < size(); i++) {
      hash = 31 * hash + Float.floatToIntBits(at(i));
    }
    return hash;
  }

  /**
   * Returns type, shape and elements, such as {@code FloatTensor(2, 3)[[1.0, 2.0, 3.0], [4.0, 5.0,
   * 6.0]]}. Of an axis with more than eight entries the first three and the last three are shown,
   * and the whole is cut at 2,000 characters; {@code …} stands for what is left out.
   *
   * @return the text
   */
  @Override
  public String toString() {
    return TensorText.of("FloatTensor", shape, i -> Float.toString(at(i)));
  }
}
