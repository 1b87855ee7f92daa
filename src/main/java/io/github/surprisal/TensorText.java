/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.function.LongFunction;

/**
 * Writes a tensor as text: name, shape and nested brackets. An axis with more than eight entries
 * shows its first three and last three, and a text that would be too long ends early; {@code …}
 * stands for what is left out.
 */
final class TensorText {
  private static final int MAX_LENGTH = 2_000;
  private static final int MAX_ENTRIES = 8;
  private static final int EDGE_ENTRIES = 3;

  private final Shape shape;
  private final LongFunction<String> element;
  private final StringBuilder text;

  private TensorText(String name, Shape shape, LongFunction<String> element) {
    this.shape = shape;
    this.element = element;
    this.text = new StringBuilder(name).append(shape);
  }

  static String of(String name, Shape shape, LongFunction<String> element) {
    TensorText writer = new TensorText(name, shape, element);
    if (shape.rank() == 0) {
      writer.text.append(' ');
    }
    writer.append(0, 0);
    return writer.finish();
  }

  /** Appends the entry with the given number among all entries of the axes before {@code axis}. */
  private void append(int axis, long entry) {
    if (text.length() > MAX_LENGTH) {
      return;
    }
    if (axis == shape.rank()) {
      text.append(element.apply(entry));
      return;
    }
    int extent = shape.axis(axis);
    text.append('[');
    for (int i = 0; i < extent && text.length() <= MAX_LENGTH; i++) {
      text.append(i == 0 ? "" : ", ");
      if (extent > MAX_ENTRIES && i == EDGE_ENTRIES) {
        text.append("…, ");
        i = extent - EDGE_ENTRIES;
      }
      append(axis + 1, entry * extent + i);
    }
    text.append(']');
  }

  private String finish() {
    if (text.length() > MAX_LENGTH) {
      text.setLength(MAX_LENGTH - 1);
      text.append('…');
    }
    return text.toString();
  }
}
