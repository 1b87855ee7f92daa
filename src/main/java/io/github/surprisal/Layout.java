/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.lang.reflect.Array;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** How the elements of a tensor lie in row-major data: lengths, positions and views. */
final class Layout {
  private Layout() {}

  private static final String SHAPE_MISSING =
      "; the shape is missing: give its extents after the data";

  /** A shape with as many elements as the data. */
  static Shape exactly(long length, int... extents) {
    Shape shape = Shape.of(extents);
    if (length != shape.size()) {
      throw new IllegalArgumentException(
          "data has length "
              + length
              + ", expected "
              + shape.size()
              + " for shape "
              + shape
              + (extents.length == 0 ? SHAPE_MISSING : ""));
    }
    return shape;
  }

  /** A shape with as many elements as the data, each of some bytes. */
  static Shape exactBytes(long length, int bytesOfElement, int... extents) {
    Shape shape = Shape.of(extents);
    if (length % bytesOfElement != 0 || length / bytesOfElement != shape.size()) {
      throw new IllegalArgumentException(
          "data has "
              + length
              + " bytes, expected "
              + shape.size()
              + " elements of "
              + bytesOfElement
              + " bytes for shape "
              + shape
              + (extents.length == 0 ? SHAPE_MISSING : ""));
    }
    return shape;
  }

  /** A shape with at most as many elements as the data has left; no shape only for one element. */
  static Shape within(long remaining, int... extents) {
    Shape shape = Shape.of(extents);
    boolean isMissing = extents.length == 0 && remaining != 1;
    if (remaining < shape.size() || isMissing) {
      throw new IllegalArgumentException(
          "data has "
              + remaining
              + " elements remaining, expected "
              + (isMissing ? "" : "at least ")
              + shape.size()
              + " for shape "
              + shape
              + (isMissing ? SHAPE_MISSING : ""));
    }
    return shape;
  }

  /** A shape with at most as many elements as an array has from an offset on. */
  static Shape after(int length, int offset, int... extents) {
    if (offset < 0 || offset > length) {
      throw new IllegalArgumentException(
          "offset " + offset + " is outside data of length " + length);
    }
    return within(length - offset, extents);
  }

  /** The size of a shape as the length of an array. */
  static int arrayLength(Shape shape) {
    if (shape.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "shape " + shape + " of " + shape.size() + " elements does not fit an array");
    }
    return (int) shape.size();
  }

  /** Returns an element of a nested array or a list after checking that it is there. */
  static <T> T present(String name, int index, @Nullable T element) {
    if (element == null) {
      throw new IllegalArgumentException(name + " " + index + " is null, expected a " + name);
    }
    return element;
  }

  /** Checks that a nested array is as long as the first one beside it. */
  static void requireEqualLength(String name, int index, int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          name
              + " "
              + index
              + " has length "
              + length
              + ", expected "
              + expected
              + " as in "
              + name
              + " 0");
    }
  }

  /** The row-major position of an element. */
  static long position(Shape shape, int... index) {
    if (index.length != shape.rank()) {
      throw new IndexOutOfBoundsException(
          index.length + " indexes given for shape " + shape + " of rank " + shape.rank());
    }
    long position = 0;
    for (int i = 0; i < index.length; i++) {
      int extent = shape.axis(i);
      if (index[i] < 0 || index[i] >= extent) {
        throw new IndexOutOfBoundsException(
            "index "
                + index[i]
                + " is outside axis "
                + i
                + " of extent "
                + extent
                + " in shape "
                + shape);
      }
      position = position * extent + index[i];
    }
    return position;
  }

  /** A shape of the same size, in which one given extent may be −1 and then follows. */
  static Shape reshape(Shape shape, int... extents) {
    int[] resolved = extents.clone();
    int free = freeAxis(extents);
    if (free >= 0) {
      resolved[free] = 1;
      long known = Shape.of(resolved).size();
      if (known == 0 || shape.size() / known > Integer.MAX_VALUE) {
        throw mismatch(shape, extents);
      }
      resolved[free] = (int) (shape.size() / known);
    }
    Shape reshaped = Shape.of(resolved);
    if (reshaped.size() != shape.size()) {
      throw mismatch(shape, extents);
    }
    return reshaped;
  }

  private static int freeAxis(int[] extents) {
    int free = -1;
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] == -1 && free >= 0) {
        throw new IllegalArgumentException(
            "shape " + Shape.text(extents) + " has more than one axis of -1");
      }
      free = extents[i] == -1 ? i : free;
    }
    return free;
  }

  private static IllegalArgumentException mismatch(Shape shape, int[] extents) {
    return new IllegalArgumentException(
        "shape "
            + shape
            + " of "
            + shape.size()
            + " elements cannot be reshaped to "
            + Shape.text(extents));
  }

  /** The shape of the entries {@code from} to {@code to - 1} along the first axis. */
  static Shape slice(Shape shape, int from, int to) {
    if (shape.rank() == 0) {
      throw new IllegalArgumentException("shape () has no axis to slice");
    }
    int[] extents = shape.toArray();
    if (from < 0 || to < from || to > extents[0]) {
      throw new IllegalArgumentException(
          "slice ["
              + from
              + ", "
              + to
              + ") is outside axis 0 of extent "
              + extents[0]
              + " in shape "
              + shape);
    }
    extents[0] = to - from;
    return Shape.of(extents);
  }

  /** The position of an entry along the first axis. */
  static int sliceStart(Shape shape, int from) {
    return from == 0 ? 0 : (int) (from * (shape.size() / shape.axis(0)));
  }

  /**
   * The elements of nested arrays, one row after the other in a new array.
   *
   * @param data the elements in row-major order
   * @param shape the extents of the nested arrays
   * @param <A> the type of a row, such as {@code float[]}
   */
  record Nested<A>(A data, Shape shape) {

    /** The elements of a matrix; {@code (0, 0)} is the shape of no row. */
    static <A> Nested<A> ofRows(A[] rows, IntFunction<A> newArray) {
      int columns = rows.length == 0 ? 0 : length("row", 0, rows[0]);
      Shape shape = Shape.of(rows.length, columns);
      A data = newArray.apply(arrayLength(shape));
      for (int i = 0; i < rows.length; i++) {
        requireEqualLength("row", i, length("row", i, rows[i]), columns);
        System.arraycopy(rows[i], 0, data, i * columns, columns);
      }
      return new Nested<>(data, shape);
    }

    /** The elements of planes of rows, which are counted over all planes. */
    static <A> Nested<A> ofPlanes(A[][] planes, IntFunction<A> newArray, IntFunction<A[]> newRows) {
      int rows = planes.length == 0 ? 0 : length("plane", 0, planes[0]);
      A[] all = newRows.apply(arrayLength(Shape.of(planes.length, rows)));
      for (int i = 0; i < planes.length; i++) {
        requireEqualLength("plane", i, length("plane", i, planes[i]), rows);
        System.arraycopy(planes[i], 0, all, i * rows, rows);
      }
      Nested<A> matrix = ofRows(all, newArray);
      return new Nested<>(matrix.data, Shape.of(planes.length, rows, matrix.shape.axis(1)));
    }

    private static int length(String name, int index, Object array) {
      return Array.getLength(present(name, index, array));
    }
  }
}
