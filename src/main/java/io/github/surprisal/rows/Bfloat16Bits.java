/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.Stage;
import java.nio.ShortBuffer;

/** A row of a buffer's bits: where they stand, if that is an array, or else copied run by run. */
public final class Bfloat16Bits implements Bfloat16Row {

  private final ShortBuffer buffer;
  private final int classes;
  private final boolean isArray;
  private final short[] bits;
  private final int runLength;
  private int start;
  private int offset;

  /** Rows of {@code classes} elements. */
  Bfloat16Bits(ShortBuffer buffer, int classes, Stage stage) {
    this.buffer = buffer;
    this.classes = classes;
    isArray = buffer.hasArray();
    bits = isArray ? buffer.array() : stage.halves();
    runLength = isArray ? classes : bits.length;
  }

  /** Chooses the row that begins at a position of the buffer. */
  void moveTo(int start) {
    this.start = start;
  }

  @Override
  public int runLength(int from) {
    return Math.min(runLength, classes - from);
  }

  @Override
  public void read(int from) {
    if (isArray) {
      offset = buffer.arrayOffset() + start + from;
    } else {
      buffer.get(start + from, bits, 0, runLength(from));
    }
  }

  @Override
  public short[] bits() {
    return bits;
  }

  @Override
  public int offset() {
    return offset;
  }
}
