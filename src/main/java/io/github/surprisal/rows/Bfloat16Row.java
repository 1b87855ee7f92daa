/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/**
 * What {@link RowReader} delivers, in the form in which it lies in memory: the current row's
 * bfloat16 bits, in runs of a plain {@code short[]}.
 */
public interface Bfloat16Row {

  /** Elements of the run that begins at class {@code from}. */
  int runLength(int from);

  /** Delivers the run that begins at class {@code from}; its length is {@link #runLength}. */
  void read(int from);

  /** Where the run that was read last stands; not to be written. */
  short[] bits();

  /** Where in {@link #bits()} the run begins. */
  int offset();
}
