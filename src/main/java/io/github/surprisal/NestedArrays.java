/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.lang.reflect.Array;
import java.util.function.IntFunction;

/**
 * The elements of nested arrays, one row after the other in a new array.
 *
 * @param data the elements in row-major order
 * @param shape the extents of the nested arrays
 * @param <A> the type of a row, such as {@code float[]}
 */
record NestedArrays<A>(A data, Shape shape) {

  /** The elements of a matrix; {@code (0, 0)} is the shape of no row. */
  static <A> NestedArrays<A> ofRows(A[] rows, IntFunction<A> newArray) {
    int columns = rows.length == 0 ? 0 : length("row", 0, rows[0]);
    Shape shape = Shape.of(rows.length, columns);
    A data = newArray.apply(Layout.arrayLength(shape));
    for (int i = 0; i < rows.length; i++) {
      Layout.requireEqualLength("row", i, length("row", i, rows[i]), columns);
      System.arraycopy(rows[i], 0, data, i * columns, columns);
    }
    return new NestedArrays<>(data, shape);
  }

  /** The elements of planes of rows, which are counted over all planes. */
  static <A> NestedArrays<A> ofPlanes(
      A[][] planes, IntFunction<A> newArray, IntFunction<A[]> newRows) {
    int rows = planes.length == 0 ? 0 : length("plane", 0, planes[0]);
    A[] all = newRows.apply(Layout.arrayLength(Shape.of(planes.length, rows)));
    for (int i = 0; i < planes.length; i++) {
      Layout.requireEqualLength("plane", i, length("plane", i, planes[i]), rows);
      System.arraycopy(planes[i], 0, all, i * rows, rows);
    }
    NestedArrays<A> matrix = ofRows(all, newArray);
    return new NestedArrays<>(matrix.data, Shape.of(planes.length, rows, matrix.shape.axis(1)));
  }

  private static int length(String name, int index, Object array) {
    return Array.getLength(Layout.present(name, index, array));
  }
}
