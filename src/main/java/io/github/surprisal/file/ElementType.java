/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.util.Locale;

/** The encoding of a stored tensor's elements. */
public enum ElementType {
  /** IEEE 754 binary64. */
  FLOAT64(8),
  /** IEEE 754 binary32. */
  FLOAT32(4),
  /** IEEE 754 binary16. */
  FLOAT16(2),
  /** The upper half of a binary32. */
  BFLOAT16(2),
  /** Signed integers of 64 bits. */
  INT64(8),
  /** Signed integers of 32 bits. */
  INT32(4),
  /** Signed integers of 16 bits. */
  INT16(2),
  /** Signed integers of 8 bits. */
  INT8(1),
  /** Unsigned integers of 64 bits. */
  UINT64(8),
  /** Unsigned integers of 32 bits. */
  UINT32(4),
  /** Unsigned integers of 16 bits. */
  UINT16(2),
  /** Unsigned integers of 8 bits. */
  UINT8(1),
  /** Truth values of 8 bits, read as the integers 0 and 1. */
  BOOL(1),
  /** A type that this library does not read, such as complex numbers. */
  OTHER(0);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * The size of an element.
   *
   * @return the number of bytes, 0 for {@link #OTHER}
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether the elements are floating-point numbers.
   *
   * @return whether {@link TensorReader#floats} reads them
   */
  public boolean isFloatingPoint() {
    return compareTo(BFLOAT16) <= 0;
  }

  /**
   * Whether the elements are integers.
   *
   * @return whether {@link TensorReader#integers} reads them
   */
  public boolean isInteger() {
    return !isFloatingPoint() && this != OTHER;
  }

  /** The name in lower case, as NumPy and PyTorch spell it: {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
