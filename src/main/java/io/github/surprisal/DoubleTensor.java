/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.ExactSum;
import java.util.Arrays;

/**
 * An immutable row-major tensor of float64 values, such as the loss of every token.
 *
 * <p>{@code of} and {@code copyOf} copy their data. {@code wrap} shares the caller's array: nothing
 * in this library ever writes to it, and the caller must not either while the tensor is in use.
 * {@link #reshape} and {@link #slice} are views. All methods may be called from several threads at
 * once.
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
   * Compares by shape and elements. Elements compare as {@link Double#equals} does: NaN equals NaN,
   * and 0.0 differs from −0.0.
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
