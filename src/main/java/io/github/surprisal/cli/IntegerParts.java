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

  private final PartEnds ends;

  /** Elements from {@code start} on that may still be asked for. */
  private long[] window = new long[0];

  private long start;
  private int length;

  private int part = -1;
  private Optional<TensorReader> reader = Optional.empty();

  private IntegerParts(List<StoredTensor> parts) {
    this.parts = parts;
    this.ends = new PartEnds(parts, StoredTensor::size);
  }

  /** Checks that all elements are integers. */
  static IntegerParts of(List<StoredTensor> tensors) throws InputException {
    for (StoredTensor tensor : tensors) {
      if (!tensor.type().isInteger()) {
        throw InputException.ofType(tensor, "integers such as int32 or int64");
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

  /** Where parts begin and end, in elements. */
  PartEnds ends() {
    return ends;
  }

  long size() {
    return ends.total();
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
    int next = ends.partOf(from);
    StoredTensor tensor = parts.get(next);
    if (part != next) {
      part = next;
      reader = Optional.of(tensor.reader());
    }
    long inPart = from - ends.startOf(part);
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

  /**
   * Returns an exception about an element, with its position in its file.
   *
   * @param what the element, such as "target 7"
   * @param problem what is wrong with it
   */
  InputException wrongAt(long index, String what, String problem) {
    return new InputException(
        partOf(index).label(), what + " at position " + positionOf(index) + problem);
  }

  /** Names an element with its file and its position there. */
  String placeOf(long index, String what) {
    return partOf(index).label() + ": " + what + " at position " + positionOf(index);
  }

  private StoredTensor partOf(long index) {
    return parts.get(ends.partOf(index));
  }

  private long positionOf(long index) {
    return index - ends.startOf(ends.partOf(index));
  }
}
