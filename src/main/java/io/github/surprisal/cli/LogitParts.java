/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.file.ElementType;
import io.github.surprisal.file.StoredTensor;
import io.github.surprisal.file.TensorReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The logits of a model, in one file or several, whose rows follow each other. */
final class LogitParts {

  /** Blocks of more numbers are not looked at for doubts: their first rows would be copied. */
  private static final long MOST_LOOKED_AT = 1 << 22;

  private final List<StoredTensor> parts;
  private final int columns;

  private final PartEnds ends;

  private LogitParts(List<StoredTensor> parts) throws InputException {
    this.parts = parts;
    this.columns = columns(parts.get(0));
    for (StoredTensor part : parts) {
      if (columns(part) != columns) {
        throw InputException.of(
            part,
            "shape %s has a vocabulary (last axis) of %d, expected %d, as in %s",
            part.shapeText(),
            columns(part),
            columns,
            first().label());
      }
    }
    this.ends = new PartEnds(parts, part -> part.size() / columns);
  }

  /**
   * Finds out what the logits are.
   *
   * @param dtype the type that elements really have, if the files can't tell
   */
  static LogitParts of(List<StoredTensor> tensors, Optional<ElementType> dtype)
      throws InputException {
    List<StoredTensor> parts = new ArrayList<>();
    for (StoredTensor tensor : tensors) {
      parts.add(typed(tensor, dtype));
    }
    return new LogitParts(List.copyOf(parts));
  }

  /** NumPy has no bfloat16: its bits come as integers of 16 bits. */
  private static StoredTensor typed(StoredTensor tensor, Optional<ElementType> dtype)
      throws InputException {
    ElementType type = tensor.type();
    if (dtype.isPresent() && type != ElementType.OTHER) {
      if (dtype.get().bytes() != type.bytes()) {
        throw InputException.of(
            tensor,
            "data type '%s' has %d bytes an element, expected %d, as --dtype %s has",
            tensor.typeName(),
            type.bytes(),
            dtype.get().bytes(),
            dtype.get());
      }
      return tensor.as(dtype.get());
    }
    if (type == ElementType.UINT16 || type == ElementType.INT16) {
      return tensor.as(ElementType.BFLOAT16);
    }
    if (!type.isFloatingPoint()) {
      throw InputException.ofType(
          tensor, "float32, float16, bfloat16 (as <u2 in NumPy) or float64");
    }
    return tensor;
  }

  private static int columns(StoredTensor logits) throws InputException {
    if (logits.shape().isEmpty()) {
      throw InputException.of(logits, "shape () has no axis, expected (..., vocabulary)");
    }
    long last = logits.columns();
    long most = Integer.MAX_VALUE / logits.type().bytes();
    if (last < 1 || last > most) {
      throw InputException.of(
          logits,
          "shape %s has a vocabulary (last axis) of %d, expected 1 to %d",
          logits.shapeText(),
          last,
          most);
    }
    return (int) last;
  }

  List<StoredTensor> parts() {
    return parts;
  }

  /** The first part, by whose name messages call the whole. */
  StoredTensor first() {
    return parts.get(0);
  }

  /** The number of columns, padding included. */
  int columns() {
    return columns;
  }

  long rows() {
    return ends.total();
  }

  /** The bytes of a row of the widest part. */
  long rowBytes() {
    int widest = 0;
    for (StoredTensor part : parts) {
      widest = Math.max(widest, part.type().bytes());
    }
    return (long) columns * widest;
  }

  /** The number of rows from a row on that stand in the same part. */
  long rowsInPart(long row) {
    return ends.endOf(ends.partOf(row)) - row;
  }

  /** Returns what reads the rows; each thread takes one of its own. */
  Reader reader() {
    return new Reader();
  }

  /** Reads blocks of rows; a block lies in one part. */
  final class Reader {

    private int part = -1;
    private Optional<TensorReader> reader = Optional.empty();
    private long row;
    private int count;
    private Optional<FloatTensor> block = Optional.empty();
    private final ConstantColumns constantColumns = new ConstantColumns();
    private final List<String> doubts = new ArrayList<>();

    /**
     * Chooses the next block. What can only be read from front to back is read at once, so that
     * threads that do this one after the other get blocks in order.
     */
    void choose(long row, int count) throws IOException {
      this.row = row;
      this.count = count;
      block = Optional.empty();
      int chosen = ends.partOf(row);
      if (part != chosen) {
        part = chosen;
        reader = Optional.of(parts.get(part).reader());
      }
      if (parts.get(part).isForwardOnly()) {
        block = Optional.of(read());
      }
    }

    /** Returns the block that was chosen; it holds until the next one is. */
    FloatTensor logits() throws IOException {
      FloatTensor logits = block.isPresent() ? block.get() : read();
      constantColumns.add(logits);
      if (row == firstRow() && logits.size() <= MOST_LOOKED_AT) {
        look(logits);
      }
      return logits;
    }

    /** Notes what may be wrong with the numbers of a part, by its first rows. */
    private void look(FloatTensor logits) {
      StoredTensor tensor = parts.get(part);
      TensorLook look = TensorLook.of(logits, tensor.type());
      Optional<String> doubt =
          look == TensorLook.PROBABILITIES
              ? Optional.of("values look like probabilities: expected logits or log-probabilities")
              : DtypeAdvice.of(logits, tensor.type(), look);
      doubt.ifPresent(problem -> doubts.add(tensor.label() + ": " + problem + "."));
    }

    /** Sentences on what may be wrong with the numbers that were read. */
    List<String> doubts() {
      return doubts;
    }

    private long firstRow() {
      return ends.startOf(part);
    }

    /** What was seen of columns in all rows that were read. */
    ConstantColumns constantColumns() {
      return constantColumns;
    }

    private FloatTensor read() throws IOException {
      try {
        return reader.orElseThrow().floats(row - firstRow(), count);
      } catch (IOException failed) {
        throw InputException.unreadable(parts.get(part).label(), failed);
      }
    }
  }
}
