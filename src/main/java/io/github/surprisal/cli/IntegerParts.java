/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.file.StoredTensor;
import io.github.surprisal.file.TensorReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Integers, in one file or several, which follow each other; read once, from front to back. */
final class IntegerParts {

  /** Elements read at a time. */
  private static final int CHUNK = 1 << 13;

  private final List<StoredTensor> parts;

  /** The index of the element after the last one of each part. */
  private final long[] ends;

  /** Elements from {@code start} on that may still be asked for. */
  private long[] window = new long[0];

  private long start;
  private int length;

  private int part = -1;
  private Optional<TensorReader> reader = Optional.empty();

  private IntegerParts(List<StoredTensor> parts) {
    this.parts = parts;
    this.ends = new long[parts.size()];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = (i == 0 ? 0 : ends[i - 1]) + parts.get(i).size();
    }
  }

  /** Checks that all elements are integers. */
  static IntegerParts of(List<StoredTensor> tensors) throws InputException {
    for (StoredTensor tensor : tensors) {
      if (!tensor.type().isInteger()) {
        throw InputException.of(
            tensor.label(),
            "data type '%s' is not supported, expected integers such as int32 or int64%s",
            tensor.typeName(),
            tensor.advice().map(advice -> ": " + advice).orElse(""));
      }
    }
    return new IntegerParts(List.copyOf(tensors));
  }

  List<StoredTensor> parts() {
    return parts;
  }

  /** The first part, by whose name messages call the whole. */
  StoredTensor first() {
    return parts.get(0);
  }

  long size() {
    return ends[ends.length - 1];
  }

  /** Returns an element that is not forgotten. */
  long at(long index) throws IOException {
    while (index >= start + length) {
      readMore();
    }
    return window[(int) (index - start)];
  }

  /** Forgets all elements before one, or some of them, if there are many. */
  void forgetBefore(long index) {
    int gone = (int) Math.min(length, index - start);
    if (gone >= CHUNK) { // or few would be moved again and again
      System.arraycopy(window, gone, window, 0, length - gone);
      start += gone;
      length -= gone;
    }
  }

  private void readMore() throws IOException {
    long from = start + length;
    int next = partOf(from);
    StoredTensor tensor = parts.get(next);
    if (part != next) {
      part = next;
      reader = Optional.of(tensor.reader());
    }
    long inPart = from - (part == 0 ? 0 : ends[part - 1]);
    int count = (int) Math.min(CHUNK, tensor.size() - inPart);
    try {
      append(reader.orElseThrow().integers(inPart, count));
    } catch (IOException failed) {
      throw InputException.unreadable(tensor.label(), failed);
    }
  }

  private void append(long[] values) {
    if (length + values.length > window.length) {
      window = Arrays.copyOf(window, Math.max(2 * window.length, length + values.length));
    }
    System.arraycopy(values, 0, window, length, values.length);
    length += values.length;
  }

  private int partOf(long index) {
    int found = 0;
    while (index >= ends[found]) {
      found++;
    }
    return found;
  }

  /**
   * Returns an exception about an element, with its position in its file.
   *
   * @param what the element, such as "target 7"
   * @param problem what is wrong with it
   */
  InputException wrongAt(long index, String what, String problem) {
    return new InputException(
        parts.get(partOf(index)).label(), what + " at position " + positionOf(index) + problem);
  }

  /** Names an element with its file and its position there. */
  String placeOf(long index, String what) {
    return parts.get(partOf(index)).label() + ": " + what + " at position " + positionOf(index);
  }

  private long positionOf(long index) {
    int found = partOf(index);
    return index - (found == 0 ? 0 : ends[found - 1]);
  }
}
