/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/** Rows that stand in an array as the kernels want them, each in one run. */
public abstract class ArrayRowReader extends RowReader {

  /** Where the current row stands, and its first element there. */
  public float[] array;

  public int start;

  private int offset;

  public ArrayRowReader(int classes, float[] array) {
    super(classes);
    this.array = array;
  }

  @Override
  public final float at(int index) {
    return array[start + index];
  }

  @Override
  public final void read(int from, int count, float[] staging, int to) {
    offset = start + from;
  }

  @Override
  public final boolean isInPlace() {
    return true;
  }

  @Override
  public final float[] array() {
    return array;
  }

  @Override
  public final int offset() {
    return offset;
  }
}
