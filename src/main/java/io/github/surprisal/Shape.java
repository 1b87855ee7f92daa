/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Arrays;
import java.util.StringJoiner;

/**
 * The extents of a tensor's axes, outermost first; immutable.
 *
 * <p>A shape has 0 to {@value #MAX_RANK} axes, each of extent 0 or more. Elements are counted and
 * laid out in row-major order: the last axis varies fastest. The shape of a scalar has no axis and
 * one element. The number of elements is a {@code long}; a shape with more than 2<sup>63</sup>−1
 * elements is refused, unless one of its axes has extent 0.
 */
public final class Shape {
  /** The largest number of axes a shape may have. */
  public static final int MAX_RANK = 8;

  private final int[] axes;
  private final long size;

  private Shape(int[] axes, long size) {
    this.axes = axes;
    this.size = size;
  }

  /**
   * Returns the shape with the given extents.
   *
   * @param axes the extents, outermost first; none for a scalar
   * @return the shape
   * @throws IllegalArgumentException if there are more than {@value #MAX_RANK} axes, an extent is
   *     negative, or the number of elements overflows a {@code long}
   */
  public static Shape of(int... axes) {
    if (axes.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "shape " + text(axes) + " has rank " + axes.length + ", expected at most " + MAX_RANK);
    }
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] < 0) {
        throw new IllegalArgumentException(
            "axis " + i + " of shape " + text(axes) + " is negative: " + axes[i]);
      }
    }
    return new Shape(axes.clone(), product(axes));
  }

  private static long product(int[] axes) {
    long product = 1;
    boolean overflow = false;
    for (int axis : axes) {
      if (axis == 0) {
        return 0;
      }
      overflow |= Math.multiplyHigh(product, axis) != 0 || product * axis < 0;
      product *= axis;
    }
    if (overflow) {
      throw new IllegalArgumentException(
          "shape " + text(axes) + " has more than 2^63 - 1 elements");
    }
    return product;
  }

  /**
   * Returns the number of axes.
   *
   * @return the number of axes, 0 for a scalar
   */
  public int rank() {
    return axes.length;
  }

  /**
   * Returns the extent of one axis.
   *
   * @param axis the axis, from 0; a negative one counts from the end, −1 being the last
   * @return the extent
   * @throws IllegalArgumentException if there is no such axis
   */
  public int axis(int axis) {
    return axes[axisIndex(axis)];
  }

  /**
   * Returns the number of elements: the product of the extents, 1 for a scalar.
   *
   * @return the number of elements
   */
  public long size() {
    return size;
  }

  /**
   * Returns the extents, outermost first, in a new array.
   *
   * @return the extents
   */
  public int[] toArray() {
    return axes.clone();
  }

  /**
   * How far apart neighbours along an axis, counted from 0, are; of no meaning, and perhaps not to
   * be held by a {@code long}, where there are no elements.
   */
  long stride(int axis) {
    long stride = 1;
    for (int i = axis + 1; i < axes.length; i++) {
      stride *= axes[i];
    }
    return stride;
  }

  /** The shape of what remains without an axis, counted from 0. */
  Shape without(int axis) {
    int[] others = new int[axes.length - 1];
    System.arraycopy(axes, 0, others, 0, axis);
    System.arraycopy(axes, axis + 1, others, axis, others.length - axis);
    return new Shape(others, product(others));
  }

  /** The axis counted from 0, for one that may count from the end. */
  private int axisIndex(int axis) {
    int index = axis < 0 ? axis + axes.length : axis;
    if (index < 0 || index >= axes.length) {
      throw new IllegalArgumentException(
          "axis " + axis + " does not exist in shape " + this + " of rank " + axes.length);
    }
    return index;
  }

  /**
   * Compares by extents: {@code (0, 3)} and {@code (3, 0)} differ.
   *
   * @param other the object to compare with
   * @return whether the other object is a shape with the same extents
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(axes, that.axes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(axes);
  }

  /**
   * Returns the extents in parentheses, such as {@code (2, 3, 50257)}, and {@code ()} for a scalar.
   *
   * @return the text
   */
  @Override
  public String toString() {
    return text(axes);
  }

  /** Extents in parentheses, valid ones or not. */
  static String text(int[] axes) {
    StringJoiner joiner = new StringJoiner(", ", "(", ")");
    for (int axis : axes) {
      joiner.add(Integer.toString(axis));
    }
    return joiner.toString();
  }
}
