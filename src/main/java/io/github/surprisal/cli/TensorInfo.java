/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.file.ElementType;
import io.github.surprisal.file.FileFormatException;
import io.github.surprisal.file.StoredTensor;
import java.io.IOException;
import java.util.Optional;

/**
 * What a tensor is, and what the numbers at its beginning look like.
 *
 * @param look what they look like, if anything can be told
 * @param advice what may be wrong with the element type
 */
record TensorInfo(StoredTensor tensor, Optional<String> look, Optional<String> advice) {

  /** The most rows of floating-point numbers that are read. */
  private static final int MOST_ROWS = 16;

  /** The most integers that are read. */
  private static final int MOST_INTEGERS = 4096;

  /** Longer rows are not read: no vocabulary is as large, and {@link #MOST_ROWS} take memory. */
  private static final long MOST_ROW_BYTES = 1 << 26;

  /** Shorter rows of 16-bit integers are hardly logits. */
  private static final int LEAST_COLUMNS = 64;

  static TensorInfo of(StoredTensor tensor) throws IOException {
    ElementType type = tensor.type();
    try {
      if (type.isFloatingPoint()) {
        return ofNumbers(tensor);
      }
      return type.isInteger() ? ofIntegers(tensor) : unknown(tensor);
    } catch (FileFormatException unreadable) { // what else there is may be readable
      return new TensorInfo(
          tensor, Optional.empty(), Optional.of(String.valueOf(unreadable.getMessage())));
    } catch (IOException failed) {
      throw InputException.unreadable(tensor.label(), failed);
    }
  }

  private static TensorInfo unknown(StoredTensor tensor) {
    return new TensorInfo(tensor, Optional.empty(), tensor.advice());
  }

  private static TensorInfo ofNumbers(StoredTensor tensor) throws IOException {
    Optional<FloatTensor> rows = firstRows(tensor);
    if (rows.isEmpty()) {
      return unknown(tensor);
    }
    TensorLook look = TensorLook.of(rows.get(), tensor.type());
    Optional<String> advice = DtypeAdvice.of(rows.get(), tensor.type(), look);
    return new TensorInfo(
        tensor, advice.isPresent() ? Optional.empty() : Optional.of(look.toString()), advice);
  }

  private static Optional<FloatTensor> firstRows(StoredTensor tensor) throws IOException {
    long columns = tensor.columns();
    if (tensor.size() == 0 || columns * tensor.type().bytes() > MOST_ROW_BYTES) {
      return Optional.empty();
    }
    int rows = (int) Math.min(MOST_ROWS, tensor.size() / columns);
    return Optional.of(tensor.reader().floats(0, rows));
  }

  private static TensorInfo ofIntegers(StoredTensor tensor) throws IOException {
    int count = (int) Math.min(MOST_INTEGERS, tensor.size());
    if (count == 0) {
      return unknown(tensor);
    }
    TensorLook look = TensorLook.of(tensor.reader().integers(0, count), tensor.type());
    boolean isSmall = look == TensorLook.MASK || look == TensorLook.BYTE_COUNTS;
    String words =
        !isSmall && mayBeBfloat16(tensor)
            ? "logits in bfloat16, for which NumPy has no name"
            : look.toString();
    return new TensorInfo(tensor, Optional.of(words), Optional.empty());
  }

  /** NumPy has no bfloat16: its bits are saved as integers of 16 bits. */
  private static boolean mayBeBfloat16(StoredTensor tensor) throws IOException {
    boolean has16Bits = tensor.type() == ElementType.UINT16 || tensor.type() == ElementType.INT16;
    if (!has16Bits || tensor.isForwardOnly() || tensor.columns() < LEAST_COLUMNS) {
      return false;
    }
    StoredTensor halves = tensor.as(ElementType.BFLOAT16);
    Optional<FloatTensor> rows = firstRows(halves);
    return rows.isPresent() && DtypeAdvice.of(rows.get(), ElementType.BFLOAT16).isEmpty();
  }

  /** The element type, in the file's own words if it has no other name. */
  String typeText() {
    return tensor.type() == ElementType.OTHER ? tensor.typeName() : tensor.type().toString();
  }
}
