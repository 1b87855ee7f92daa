/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/** The elements of an integer tensor in row-major order: an array, and where they begin in it. */
public final class IntData {

  private final int[] array;
  private final int start;

  /** The elements of {@code array} from {@code start} on. */
  public IntData(int[] array, int start) {
    this.array = array;
    this.start = start;
  }

  /** The element at a row-major position. */
  public int at(long flat) {
    return array[(int) (start + flat)];
  }
}
