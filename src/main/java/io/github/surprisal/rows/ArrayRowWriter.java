/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import java.util.Arrays;

/** Results that are written to an array in which each row is contiguous. */
public abstract class ArrayRowWriter extends RowWriter {

  private final int classes;

  /** Where the current row is written, and its first element there. */
  float[] array;

  int start;

  private int offset;

  ArrayRowWriter(int classes, float[] array) {
    this.classes = classes;
    this.array = array;
  }

  @Override
  public final boolean isWhole() {
    return true;
  }

  @Override
  public final float[] array(int from) {
    offset = start + from;
    return array;
  }

  @Override
  public final int offset() {
    return offset;
  }

  @Override
  public final void store(int from, int length) {}

  @Override
  public final void clear() {
    Arrays.fill(array, start, start + classes, 0f);
  }

  @Override
  public final void set(int index, float value) {
    array[start + index] = value;
  }
}
