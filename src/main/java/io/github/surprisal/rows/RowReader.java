/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import java.util.Optional;

/**
 * One row at a time of a tensor's logits, delivered to the kernels in runs of plain {@code
 * float[]}.
 *
 * <p>{@link #moveTo} chooses the row and {@link #read} delivers a run of it, which then stands in
 * {@link #array()} from {@link #offset()} on.
 */
public abstract class RowReader {

  private final int classes;
  private final int runLength;

  /**
   * A reader of rows of {@code classes} elements.
   *
   * @param runLength longest run: a multiple of the tile, or at least {@code classes}
   */
  protected RowReader(int classes, int runLength) {
    this.classes = classes;
    this.runLength = runLength;
  }

  /** Elements of a row. */
  public final int classes() {
    return classes;
  }

  /** Elements of the run that begins at class {@code from}. */
  public final int runLength(int from) {
    return Math.min(runLength, classes - from);
  }

  /** The current row as bfloat16 bits, if it consists of such numbers, one after the other. */
  public Optional<Bfloat16Row> bfloat16() {
    return Optional.empty();
  }

  /** Chooses a row, counted in row-major order over all axes but the class axis. */
  public abstract void moveTo(long row);

  /** The logit of one class. */
  public abstract float at(int index);

  /** Delivers the run that begins at class {@code from}; its length is {@link #runLength}. */
  public abstract void read(int from);

  /** Whether the row is one run, which stays where {@link #read} delivered it. */
  public abstract boolean isWhole();

  /** Where the run that was read last stands; not to be written. */
  public abstract float[] array();

  /** Where in {@link #array()} the run begins. */
  public abstract int offset();
}
