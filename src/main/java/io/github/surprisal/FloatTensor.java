/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.github.surprisal.kernel.KernelProvider;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.FloatStorage;
import io.github.surprisal.rows.ForgottenByteOrder;
import io.github.surprisal.rows.Stage;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * An immutable row-major tensor of float32 values, such as the logits of a language model.
 *
 * <table>
 * <caption>How to make one</caption>
 * <tr><th>from</th><th>by</th></tr>
 * <tr><td>a few numbers, rows, planes</td><td>{@link #of(float...)}, {@link #of(float[][])},
 *     {@link #of(float[][][])}, {@link #scalar}</td></tr>
 * <tr><td>{@code double}, rounded to float</td><td>{@link #of(double...)}, {@link
 *     #of(double[][])}, {@link #of(double[][][])}, {@link #copyOf(double[], int...)}</td></tr>
 * <tr><td>an array, copied</td><td>{@link #copyOf(float[], int...)}</td></tr>
 * <tr><td>an array, shared</td><td>{@link #wrap(float[], int...)}, {@link #wrapAt}</td></tr>
 * <tr><td>a buffer, heap or direct, shared</td><td>{@link #wrap(FloatBuffer, int...)}</td></tr>
 * <tr><td>bfloat16 or float16, shared</td><td>{@link #bfloat16(ShortBuffer, int...)}, {@link
 *     #float16(ShortBuffer, int...)}, and the same of {@code short[]}</td></tr>
 * <tr><td>the bytes of a file, little-endian, shared</td><td>{@link #float32}, {@link
 *     #bfloat16(byte[], int...)}, {@link #float16(byte[], int...)}</td></tr>
 * </table>
 *
 * <pre>{@code
 * float[] data = {2.0f, 0.5f, -1.0f, 0.1f, 0.2f, 3.0f};
 * FloatTensor logits = FloatTensor.wrap(data, 2, 3); // two rows of three
 * System.out.println(logits.get(1, 2)); // 3.0
 * System.out.println(logits.slice(0, 1)); // FloatTensor(1, 3)[[2.0, 0.5, -1.0]]
 * System.out.println(logits.reshape(3, -1).shape()); // (3, 2)
 * }</pre>
 *
 * <p>What shares memory with the caller is never written by this library, and the caller must not
 * write it either while the tensor is in use. {@link #reshape} and {@link #slice} are views. All
 * methods may be called from several threads at once.
 *
 * <p>Axes of extent 0 are allowed everywhere. A shape whose size does not fit the data is an {@link
 * IllegalArgumentException} that names both sizes.
 */
public final class FloatTensor {

  // This file is long because it is mostly documentation: there is a factory for each kind of data
  // that users have, each with its own contract, and the code of a factory is a line or a few.

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
    return of(Layout.Nested.ofRows(rows, float[]::new));
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
    return of(Layout.Nested.ofPlanes(values, float[]::new, float[][]::new));
  }

  private static FloatTensor of(Layout.Nested<float[]> nested) {
    return new FloatTensor(new FloatStorage.Array(nested.data()), 0, nested.shape());
  }

  /**
   * Returns a tensor of rank 1 holding the values, each rounded to the nearest float.
   *
   * @param values the elements
   * @return a tensor of shape {@code (values.length)}
   * @throws IllegalArgumentException if a finite value is too large for a float
   */
  public static FloatTensor of(double... values) {
    return copyOf(values, values.length);
  }

  /**
   * Returns a tensor of rank 2 holding the rows, each value rounded to the nearest float.
   *
   * @param rows the rows, all of one length
   * @return a tensor of shape {@code (rows.length, rows[0].length)}, {@code (0, 0)} for no row
   * @throws IllegalArgumentException if the rows differ in length, one is null, or a finite value
   *     is too large for a float
   */
  public static FloatTensor of(double[][] rows) {
    return rounded(Layout.Nested.ofRows(rows, double[]::new));
  }

  /**
   * Returns a tensor of rank 3 holding the values, each rounded to the nearest float.
   *
   * @param values the planes, all with the same number of rows, and all rows of one length
   * @return a tensor of shape {@code (values.length, values[0].length, values[0][0].length)}, with
   *     0 for an extent that can't be seen because there is no entry
   * @throws IllegalArgumentException if planes or rows differ in length, one is null, or a finite
   *     value is too large for a float
   */
  public static FloatTensor of(double[][][] values) {
    return rounded(Layout.Nested.ofPlanes(values, double[]::new, double[][]::new));
  }

  private static FloatTensor rounded(Layout.Nested<double[]> nested) {
    return copyOf(nested.data(), nested.shape().toArray());
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
    return wrap(data.clone(), shape);
  }

  /**
   * Returns a tensor holding the data, each value rounded to the nearest float.
   *
   * @param data the elements in row-major order
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid, its size is not the data's length, or
   *     a finite value is too large for a float; the message names its index in the data
   */
  public static FloatTensor copyOf(double[] data, int... shape) {
    Shape checked = Layout.exactly(data.length, shape);
    float[] rounded = new float[data.length];
    for (int i = 0; i < data.length; i++) {
      rounded[i] = (float) data[i];
      if (Float.isInfinite(rounded[i]) && Double.isFinite(data[i])) {
        throw new IllegalArgumentException(
            "value " + data[i] + " at index " + i + " is too large for a float");
      }
    }
    return new FloatTensor(new FloatStorage.Array(rounded), 0, checked);
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
    Shape checked = Layout.after(data.length, offset, shape);
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
   * order(ByteOrder.LITTLE_ENDIAN)} before it. Where the first elements of a big-endian view show
   * that this was forgotten, the view is refused.
   *
   * @param data the elements in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid, its size is larger than the number of
   *     remaining elements, or the elements are little-endian in a big-endian view
   */
  public static FloatTensor wrap(FloatBuffer data, int... shape) {
    Shape checked = Layout.within(data.remaining(), shape);
    if (data.hasArray()) {
      return new FloatTensor(
          new FloatStorage.Array(data.array()), data.arrayOffset() + data.position(), checked);
    }
    FloatBuffer shared = data.slice();
    ForgottenByteOrder.check(shared, checked.size());
    return new FloatTensor(new FloatStorage.Buffer(shared), 0, checked);
  }

  /**
   * Returns a tensor that shares the bytes of float32 values, little-endian as files have them.
   *
   * @param littleEndian four bytes of each element, the lowest first, in row-major order; not to be
   *     written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not a fourth of the
   *     data's length
   */
  public static FloatTensor float32(byte[] littleEndian, int... shape) {
    Shape checked = Layout.exactBytes(littleEndian.length, Float.BYTES, shape);
    FloatBuffer shared = ByteBuffer.wrap(littleEndian).order(LITTLE_ENDIAN).asFloatBuffer();
    return new FloatTensor(new FloatStorage.Buffer(shared), 0, checked);
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
   * @throws IllegalArgumentException if the shape is invalid, its size is larger than the number of
   *     remaining elements, or the elements are little-endian in a big-endian view
   */
  public static FloatTensor bfloat16(ShortBuffer bits, int... shape) {
    return halves(bits, FloatStorage.Format.BFLOAT16, Layout.within(bits.remaining(), shape));
  }

  /**
   * Returns a tensor of bfloat16 values that shares the array.
   *
   * @param bits the bit patterns in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not the data's length
   */
  public static FloatTensor bfloat16(short[] bits, int... shape) {
    Shape checked = Layout.exactly(bits.length, shape);
    return halves(ShortBuffer.wrap(bits), FloatStorage.Format.BFLOAT16, checked);
  }

  /**
   * Returns a tensor that shares the bytes of bfloat16 values, little-endian as files have them.
   *
   * @param littleEndian two bytes of each element, the lower first, in row-major order; not to be
   *     written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not half the data's
   *     length
   */
  public static FloatTensor bfloat16(byte[] littleEndian, int... shape) {
    Shape checked = Layout.exactBytes(littleEndian.length, Short.BYTES, shape);
    return halves(shorts(littleEndian), FloatStorage.Format.BFLOAT16, checked);
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
   * @throws IllegalArgumentException if the shape is invalid, its size is larger than the number of
   *     remaining elements, or the elements are little-endian in a big-endian view
   */
  public static FloatTensor float16(ShortBuffer bits, int... shape) {
    return halves(bits, FloatStorage.Format.FLOAT16, Layout.within(bits.remaining(), shape));
  }

  /**
   * Returns a tensor of IEEE 754 half-precision values that shares the array.
   *
   * @param bits the bit patterns in row-major order; not to be written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not the data's length
   */
  public static FloatTensor float16(short[] bits, int... shape) {
    Shape checked = Layout.exactly(bits.length, shape);
    return halves(ShortBuffer.wrap(bits), FloatStorage.Format.FLOAT16, checked);
  }

  /**
   * Returns a tensor that shares the bytes of IEEE 754 half-precision values, little-endian as
   * files have them.
   *
   * @param littleEndian two bytes of each element, the lower first, in row-major order; not to be
   *     written while the tensor is in use
   * @param shape the extents of the axes; none for a scalar
   * @return a tensor of that shape
   * @throws IllegalArgumentException if the shape is invalid or its size is not half the data's
   *     length
   */
  public static FloatTensor float16(byte[] littleEndian, int... shape) {
    Shape checked = Layout.exactBytes(littleEndian.length, Short.BYTES, shape);
    return halves(shorts(littleEndian), FloatStorage.Format.FLOAT16, checked);
  }

  private static ShortBuffer shorts(byte[] littleEndian) {
    return ByteBuffer.wrap(littleEndian).order(LITTLE_ENDIAN).asShortBuffer();
  }

  private static FloatTensor halves(ShortBuffer bits, FloatStorage.Format format, Shape shape) {
    ShortBuffer shared = bits.slice();
    ForgottenByteOrder.check(shared, format, shape.size());
    return new FloatTensor(new FloatStorage.Halves(shared, format), 0, shape);
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
   * can't be seen, such as the array of a read-only heap buffer.
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
   * Compares by shape and elements, whatever memory they lie in. Elements compare by {@link
   * Float#equals}: NaN equals NaN, and 0.0 differs from −0.0.
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
