/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/**
 * One row at a time of a tensor's logits, delivered as plain {@code float[]}.
 *
 * <p>{@link #moveTo} chooses the row and {@link #read} delivers classes of it, which then stand in
 * {@link #array()} from {@link #offset()} on.
 */
public abstract class RowReader {

  private final int classes;

  /** A reader of rows of {@code classes} elements. */
  protected RowReader(int classes) {
    this.classes = classes;
  }

  /** Elements of a row. */
  public final int classes() {
    return classes;
  }

  /** Chooses a row, counted in row-major order over all axes but the class axis. */
  public abstract void moveTo(long row);

  /** The logit of one class. */
  public abstract float at(int index);

  /** By how much {@link #at} is above the logit that it stands for, which may be no float. */
  public double rounding(int index) {
    return 0;
  }

  /** Whether {@link #read} delivers classes where they stand, and so any number of them. */
  public abstract boolean isInPlace();

  /**
   * Delivers {@code count} classes from class {@code from} on: where they stand, or copied to
   * {@code staging} from element {@code to} on.
   */
  public abstract void read(int from, int count, float[] staging, int to);

  /** Where the classes that were read last stand; not to be written. */
  public abstract float[] array();

  /** Where in {@link #array()} they begin. */
  public abstract int offset();
}
