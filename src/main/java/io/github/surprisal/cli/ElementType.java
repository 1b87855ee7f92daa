/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The element types of NumPy files that the command reads, all little-endian. */
enum ElementType {
  FLOAT32("float32", "<f4", 4),
  FLOAT16("float16", "<f2", 2),
  /** NumPy has no bfloat16 of its own: the bits come as uint16, or as 2 opaque bytes. */
  BFLOAT16("bfloat16", "<u2", 2),
  INT32("int32", "<i4", 4),
  INT64("int64", "<i8", 8);

  private final String label;
  private final String description;
  private final int bytes;

  ElementType(String label, String description, int bytes) {
    this.label = label;
    this.description = description;
    this.bytes = bytes;
  }

  /** Finds the type that the "descr" entry of a header names. */
  static Optional<ElementType> of(String description) {
    if (description.equals("<V2") || description.equals("|V2")) {
      return Optional.of(BFLOAT16);
    }
    return Arrays.stream(values()).filter(type -> type.description.equals(description)).findFirst();
  }

  /** Names the types with their descriptions, as in {@code int32 (<i4) or int64 (<i8)}. */
  static String names(Set<ElementType> types) {
    return types.stream()
        .map(type -> type.label + " (" + type.description + ")")
        .collect(Collectors.joining(" or "));
  }

  /** Returns the size of an element. */
  int bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return label;
  }
}
