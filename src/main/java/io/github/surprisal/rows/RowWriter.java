/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/** Takes the results of one row at a time, run by run. */
public abstract class RowWriter {

  /** Nothing to set up. */
  protected RowWriter() {}

  /**
   * Chooses a row, counted in row-major order over all axes but the class axis, and writes its
   * padding.
   */
  public abstract void moveTo(long row);

  /** Whether all runs of a row stay where they are written, one after the other in one array. */
  public abstract boolean isWhole();

  /**
   * Where the run that begins at class {@code from} is to be written, from {@link #offset()} on.
   */
  public abstract float[] array(int from);

  /** Where in {@link #array} the run begins. */
  public abstract int offset();

  /** Stores a run that has been written. */
  public abstract void store(int from, int length);

  /** Stores 0 for every class of the row. */
  public abstract void clear();

  /** Stores the value of one class. */
  public abstract void set(int index, float value);

  /** To be called after the last row: nothing may be missing then. */
  public abstract void finish();
}
