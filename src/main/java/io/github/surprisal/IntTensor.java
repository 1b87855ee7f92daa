/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.rows.IntData;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * An immutable row-major tensor of int32 values, such as tokens, targets or byte lengths.
 *
 * <table>
 * <caption>How to make one</caption>
 * <tr><th>from</th><th>by</th></tr>
 * <tr><td>a few numbers, rows, planes</td><td>{@link #of(int...)}, {@link #of(int[][])}, {@link
 *     #of(int[][][])}, {@link #scalar}</td></tr>
 * <tr><td>{@code long}, checked to fit an {@code int}</td><td>{@link #of(long...)}, {@link
 *     #of(long[][])}, {@link #of(long[][][])}, {@link #copyOf(long[], int...)}, {@link
 *     #wrap(LongBuffer, int...)}</td></tr>
 * <tr><td>an array, copied</td><td>{@link #copyOf(int[], int...)}</td></tr>
 * <tr><td>an array, shared</td><td>{@link #wrap(int[], int...)}, {@link #wrapAt}</td></tr>
 * <tr><td>a buffer, shared where it has an array</td><td>{@link #wrap(IntBuffer,
 *     int...)}</td></tr>
 * </table>
 *
 * <pre>{@code
 * IntTensor targets = IntTensor.of(new int[][] {{464, 3797, -100}, {3332, 319, 262}});
 * System.out.println(targets.shape()); // (2, 3)
 * System.out.println(targets.get(0, 1)); // 3797
 * System.out.println(targets.slice(1, 2)); // IntTensor(1, 3)[[3332, 319, 262]]
 * }</pre>
 *
 * <p>What shares memory with the caller is never written by this library, and the caller must not
 * write it either while the tensor is in use. {@link #reshape} and {@link #slice} are views. All
 * methods may be called from several threads at once.
 *
 * <p>Axes of extent 0 are allowed everywhere. A shape whose size does not fit the data is an {@link
 * IllegalArgumentException} that names both sizes, and so is a {@code long} that does not fit an
 * {@code int}: it is never truncated.
 */
public final class IntTensor {
  private final int[] data;
  private final int start;
  private final Shape shape;

  private IntTensor(int[] data, int start, Shape shape) {
    this.data = data;
    this.start = start;
    this.shape = shape;
  }

  /**
   * Returns a tensor of rank 1 holding a copy of the values.
   *
   * @param values the elements
   * @return a tensor of shape {@code (values.length)}
   */
  public static IntTensor of(int... values) {
    return copyOf(values, values.length);
  }

  /**
   * Returns a tensor of rank 2 holding a copy of the rows.
   *
   * @param rows the rows, all of one length
   * @return a tensor of shape {@code (rows.length, rows[0].length)}, {@code (0, 0)} for no row
   * @throws IllegalArgumentException if the rows differ in length or one is null
   */
  public static IntTensor of(int[][] rows) {
    return of(Layout.Nested.ofRows(rows, int[]::new));
  }

  /**
   * Returns a tensor of rank 3 holding a copy of the values.
   *
   * @param values the planes, all with the same number of rows, and all rows of one length
   * @return a tensor of shape {@code (values.length, values[0].length, values[0][0].length)}, with
   *     0 for an extent that can't be seen because there is no entry
   * @throws IllegalArgumentException if planes or rows differ in length or one is null
   */
  public static IntTensor of(int[][][] values) {
    return of(Layout.Nested.ofPlanes(values, int[]::new, int[][]::new));
  }

  private static IntTensor of(Layout.Nested<int[]> nested) {
    return new IntTensor(nested.data(), 0, nested.shape());
  }

  /**
   * Returns a tensor of rank 1 holding the values, narrowed to {@code int}.
   *
   * @param values the elements
   * @return a tensor of shape {@code (values.length)}
   * @throws IllegalArgumentException if a value does not fit an {@code int}
   */
  public static IntTensor of(long... values) {
    return copyOf(values, values.length);
  }

  /**
   * Returns a tensor of rank 2 holding the rows, narrowed to {@code int}.
   *
   * @param rows the rows, all of one length
   * @return a tensor of shape {@code (rows.length, rows[0].length)}, {@code (0, 0)} for no row
   * @throws IllegalArgumentException if the rows differ in length, one is null, or a value does not
   *     fit an {@code int}
   */
  public static IntTensor of(long[][] rows) {
    return narrowed(Layout.Nested.ofRows(rows, long[]::new));
  }

  /**
   * Returns a tensor of rank 3 holding the values, narrowed to {@code int}.
   *
   * @param values the planes, all with the same number of rows, and all rows of one length
   * @return a tensor of shape {@code (values.length, values[0].length, values[0][0].length)}, with
   *     0 for an extent that can't be seen because there is no entry
   * @throws IllegalArgumentException if planes or rows differ in length, one is null, or a value
   *     does not fit an {@code int}
   */
  public static IntTensor of(long[][][] values) {
    return narrowed(Layout.Nested.ofPlanes(values, long[]::new, long[][]::new));
  }

  private static IntTensor narrowed(Layout.Nested<long[]> nested) {
    return copyOf(nested.data(), nested.shape().toArray());
  }

  /**
   * Returns a tensor of rank 0.
   *
   * @param value the only element
   * @return a tensor of shape {@code ()}
   */
  public static IntTensor scalar(int value) {
    return copyOf(new int[] {value});
  }

  /**
   * Returns a tensor holding a copy of the data.
   *
   * @param data the elements in row-major order
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not the data's length
   */
  public static IntTensor copyOf(int[] data, int... shape) {
    return wrap(data.clone(), shape);
  }

  /**
   * Returns a tensor holding a copy of the data, narrowed to {@code int}.
   *
   * @param data the elements in row-major order
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid, its size is not the data's length, or
   *     a value does not fit an {@code int}; the message names its index in the data and the value
   */
  public static IntTensor copyOf(long[] data, int... shape) {
    Shape checked = Layout.exactly(data.length, shape);
    return new IntTensor(narrow(LongBuffer.wrap(data), data.length), 0, checked);
  }

  /**
   * Returns a tensor that shares the array.
   *
   * @param data the elements in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not the data's length
   */
  public static IntTensor wrap(int[] data, int... shape) {
    return new IntTensor(data, 0, Layout.exactly(data.length, shape));
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
  public static IntTensor wrapAt(int[] data, int offset, int... shape) {
    return new IntTensor(data, offset, Layout.after(data.length, offset, shape));
  }

  /**
   * Returns a tensor of the buffer's elements, from its position. A buffer with an accessible array
   * is shared; any other (direct or read-only) is read once, here. The buffer's position and limit
   * are left alone.
   *
   * @param data the elements in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is larger than the number
   *     of remaining elements
   */
  public static IntTensor wrap(IntBuffer data, int... shape) {
    Shape checked = Layout.within(data.remaining(), shape);
    if (data.hasArray()) {
      return new IntTensor(data.array(), data.arrayOffset() + data.position(), checked);
    }
    int[] copy = new int[(int) checked.size()];
    data.get(data.position(), copy);
    return new IntTensor(copy, 0, checked);
  }

  /**
   * Returns a tensor of the buffer's elements, from its position, checked and narrowed to {@code
   * int}. The buffer is read once, here: later writes to it have no effect on the tensor. Its
   * position and limit are left alone.
   *
   * @param data the elements in row-major order
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid, its size is larger than the number of
   *     remaining elements, or a value does not fit an {@code int}; the message names its index
   *     from the buffer's position and the value
   */
  public static IntTensor wrap(LongBuffer data, int... shape) {
    Shape checked = Layout.within(data.remaining(), shape);
    return new IntTensor(narrow(data, (int) checked.size()), 0, checked);
  }

  /** What to do where a value would fit with its bytes in the other order. */
  private static String hint(LongBuffer data, long value) {
    long reversed = Long.reverseBytes(value);
    return data.hasArray() || reversed != (int) reversed
        ? ""
        : ", but " + reversed + " does: set the order of the ByteBuffer before asLongBuffer";
  }

  private static int[] narrow(LongBuffer data, int count) {
    int[] narrowed = new int[count];
    for (int i = 0; i < count; i++) {
      long value = data.get(data.position() + i);
      if (value != (int) value) {
        throw new IllegalArgumentException(
            "value " + value + " at index " + i + " does not fit an int" + hint(data, value));
      }
      narrowed[i] = (int) value;
    }
    return narrowed;
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
  public int get(int... index) {
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
  public IntTensor reshape(int... extents) {
    return new IntTensor(data, start, Layout.reshape(shape, extents));
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
  public IntTensor slice(int from, int to) {
    Shape sliced = Layout.slice(shape, from, to);
    return new IntTensor(data, start + Layout.sliceStart(shape, from), sliced);
  }

  /**
   * Returns the elements in row-major order in a new array.
   *
   * @return the elements
   */
  public int[] toArray() {
    return Arrays.copyOfRange(data, start, start + (int) size());
  }

  /** Where the elements lie. */
  IntData data() {
    return new IntData(data, start);
  }

  /** The number of elements that are a value. */
  long count(int value) {
    long count = 0;
    for (long i = 0; i < size(); i++) {
      if (at(i) == value) {
        count++;
      }
    }
    return count;
  }

  /** The element at a row-major position. */
  int at(long flat) {
    return data[(int) (start + flat)];
  }

  /**
   * Compares by shape and elements.
   *
   * @param other the object to compare with
   * @return whether the other object is an int tensor of equal shape and elements
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof IntTensor that
        && shape.equals(that.shape)
        && Arrays.equals(
            data, start, start + (int) size(), that.data, that.start, that.start + (int) size());
  }

  @Override
  public int hashCode() {
    int hash = shape.hashCode();
    for (long i = 0; i < size(); i++) {
      hash = 31 * hash + at(i);
    }
    return hash;
  }

  /**
   * Returns type, shape and elements, such as {@code IntTensor(2, 2)[[1, 2], [3, -100]]}. Of an
   * axis with more than eight entries the first three and the last three are shown, and the whole
   * is cut at 2,000 characters; {@code …} stands for what is left out.
   *
   * @return the text
   */
  @Override
  public String toString() {
    return TensorText.of("IntTensor", shape, i -> Integer.toString(at(i)));
  }
}
