/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/** The elements of a tensor in row-major order: a storage, and where in it they begin. */
public final class FloatData {

  private final FloatStorage storage;
  private final int start;

  /** The elements of {@code storage} from {@code start} on. */
  public FloatData(FloatStorage storage, int start) {
    this.storage = storage;
    this.start = start;
  }

  /** The elements from another one on. */
  public FloatData from(int offset) {
    return new FloatData(storage, start + offset);
  }

  /** Whether the elements lie in an array, from {@link #arrayOffset()} on. */
  public boolean isArray() {
    return storage instanceof FloatStorage.Array;
  }

  /** The array that the elements lie in; not to be written. */
  public float[] array() {
    if (storage instanceof FloatStorage.Array array) {
      return array.data;
    }
    throw new IllegalStateException("the elements do not lie in an array");
  }

  /** Whether the elements lie in that array; not known where {@link #mayHideArray()}. */
  public boolean liesIn(float[] array) {
    return isArray() && array() == array;
  }

  /** Whether the elements may lie in an array that can't be seen. */
  public boolean mayHideArray() {
    return storage.mayHideArray();
  }

  /**
   * Whether the current thread may read the elements. It may not if they lie in an arena that is
   * confined to another thread. There is at least one element.
   */
  boolean isReadableHere() {
    if (isArray()) {
      return true;
    }
    try {
      storage.at(start);
      return true;
    } catch (RuntimeException refused) {
      return false;
    }
  }

  /** Where in {@link #array()} the first element lies. */
  public int arrayOffset() {
    return start;
  }

  /** The element at a row-major position. */
  public float at(long flat) {
    return storage.at((int) (start + flat));
  }

  /**
   * Copies the elements {@code from + i * stride} to {@code destination[offset + i]}.
   *
   * @param stage where numbers of 16 bits are staged
   */
  public void copyTo(
      long from, long stride, int count, float[] destination, int offset, Stage stage) {
    storage.copyTo((int) (start + from), stride, count, destination, offset, stage);
  }
}
