/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.ExactSum;
import java.nio.DoubleBuffer;
import java.util.Arrays;

/**
 * An immutable row-major tensor of float64 values, such as the loss of every token.
 *
 * <p>The losses of this library come as such tensors. Others are made from a few numbers by {@link
 * #of(double...)}, {@link #of(double[][])}, {@link #of(double[][][])} and {@link #scalar}, from an
 * array by {@link #copyOf}, {@link #wrap(double[], int...)} and {@link #wrapAt}, and from a buffer
 * by {@link #wrap(DoubleBuffer, int...)}.
 *
 * <pre>{@code
 * FloatTensor logits = FloatTensor.of(new float[][] {{2.0f, 0.5f, -1.0f}, {0.1f, 0.2f, 3.0f}});
 * DoubleTensor losses = Losses.crossEntropyPerToken(logits, IntTensor.of(0, 2));
 * System.out.println(losses); // DoubleTensor(2)[0.241, 0.110]
 * System.out.println(losses.mean()); // 0.1755
 * }</pre>
 *
 * <p>What shares memory with the caller is never written by this library, and the caller must not
 * write it either while the tensor is in use. {@link #reshape} and {@link #slice} are views. All
 * methods may be called from several threads at once.
 *
 * <p>Axes of extent 0 are allowed everywhere. A shape whose size does not fit the data is an {@link
 * IllegalArgumentException} that names both sizes.
 */
public final class DoubleTensor {
  private final double[] data;
  private final int start;
  private final Shape shape;

  private DoubleTensor(double[] data, int start, Shape shape) {
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
  public static DoubleTensor of(double... values) {
    return copyOf(values, values.length);
  }

  /**
   * Returns a tensor of rank 2 holding a copy of the rows.
   *
   * @param rows the rows, all of one length
   * @return a tensor of shape {@code (rows.length, rows[0].length)}, {@code (0, 0)} for no row
   * @throws IllegalArgumentException if the rows differ in length or one is null
   */
  public static DoubleTensor of(double[][] rows) {
    return of(Layout.Nested.ofRows(rows, double[]::new));
  }

  /**
   * Returns a tensor of rank 3 holding a copy of the values.
   *
   * @param values the planes, all with the same number of rows, and all rows of one length
   * @return a tensor of shape {@code (values.length, values[0].length, values[0][0].length)}, with
   *     0 for an extent that can't be seen because there is no entry
   * @throws IllegalArgumentException if planes or rows differ in length or one is null
   */
  public static DoubleTensor of(double[][][] values) {
    return of(Layout.Nested.ofPlanes(values, double[]::new, double[][]::new));
  }

  private static DoubleTensor of(Layout.Nested<double[]> nested) {
    return new DoubleTensor(nested.data(), 0, nested.shape());
  }

  /**
   * Returns a tensor of rank 0.
   *
   * @param value the only element
   * @return a tensor of shape {@code ()}
   */
  public static DoubleTensor scalar(double value) {
    return copyOf(new double[] {value});
  }

  /**
   * Returns a tensor holding a copy of the data.
   *
   * @param data the elements in row-major order
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not the data's length
   */
  public static DoubleTensor copyOf(double[] data, int... shape) {
    return wrap(data.clone(), shape);
  }

  /**
   * Returns a tensor that shares the array.
   *
   * @param data the elements in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not the data's length
   */
  public static DoubleTensor wrap(double[] data, int... shape) {
    return new DoubleTensor(data, 0, Layout.exactly(data.length, shape));
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
  public static DoubleTensor wrapAt(double[] data, int offset, int... shape) {
    return new DoubleTensor(data, offset, Layout.after(data.length, offset, shape));
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
  public static DoubleTensor wrap(DoubleBuffer data, int... shape) {
    Shape checked = Layout.within(data.remaining(), shape);
    if (data.hasArray()) {
      return new DoubleTensor(data.array(), data.arrayOffset() + data.position(), checked);
    }
    double[] copy = new double[(int) checked.size()];
    data.get(data.position(), copy);
    return new DoubleTensor(copy, 0, checked);
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
  public double get(int... index) {
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
  public DoubleTensor reshape(int... extents) {
    return new DoubleTensor(data, start, Layout.reshape(shape, extents));
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
  public DoubleTensor slice(int from, int to) {
    Shape sliced = Layout.slice(shape, from, to);
    return new DoubleTensor(data, start + Layout.sliceStart(shape, from), sliced);
  }

  /**
   * Returns the elements in row-major order in a new array.
   *
   * @return the elements
   */
  public double[] toArray() {
    return Arrays.copyOfRange(data, start, start + (int) size());
  }

  /**
   * Returns the exact sum of the elements, rounded once to the nearest double. The order of the
   * elements does not matter.
   *
   * <p>Special cases: the sum of no element is 0.0; with a NaN, or infinities of both signs, it is
   * NaN; with infinities of one sign it is that infinity.
   *
   * @return the sum
   */
  public double sum() {
    ExactSum sum = new ExactSum();
    int end = start + (int) size();
    for (int i = start; i < end; i++) {
      sum.add(data[i]);
    }
    return sum.toDouble();
  }

  /**
   * Returns the {@link #sum}, divided by the number of elements.
   *
   * <p>Special case: the mean of no element is NaN.
   *
   * @return the mean
   */
  public double mean() {
    return sum() / size();
  }

  /** The element at a row-major position. */
  double at(long flat) {
    return data[(int) (start + flat)];
  }

  /**
   * Compares by shape and elements. Elements compare by {@link Double#equals}: NaN equals NaN, and
   * 0.0 differs from −0.0.
   *
   * @param other the object to compare with
   * @return whether the other object is a double tensor of equal shape and elements
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof DoubleTensor that
        && shape.equals(that.shape)
        && Arrays.equals(
            data, start, start + (int) size(), that.data, that.start, that.start + (int) size());
  }

  @Override
  public int hashCode() {
    int hash = shape.hashCode();
    for (long i = 0; i < size(); i++) {
      hash = 31 * hash + Double.hashCode(at(i));
    }
    return hash;
  }

  /**
   * Returns type, shape and elements, such as {@code DoubleTensor(3)[0.5, 1.0, 2.0]}. Of an axis
   * with more than eight entries the first three and the last three are shown, and the whole is cut
   * at 2,000 characters; {@code …} stands for what is left out.
   *
   * @return the text
   */
  @Override
  public String toString() {
    return TensorText.of("DoubleTensor", shape, i -> Double.toString(at(i)));
  }
}
