/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import java.io.IOException;
import java.util.List;

/** Reads tensors that fit into memory. */
final class WholeTensor {

  private WholeTensor() {}

  static FloatTensor floats(StoredTensor tensor) throws IOException {
    check(tensor, tensor.type().isFloatingPoint(), "floating-point numbers");
    int[] shape = shape(tensor);
    int rows = tensor.columns() == 0 ? 0 : (int) (tensor.size() / tensor.columns());
    FloatTensor all = tensor.reader().floats(0, rows);
    try {
      return all.reshape(shape);
    } catch (IllegalArgumentException unusable) {
      throw new FileFormatException(tensor.label(), String.valueOf(unusable.getMessage()));
    }
  }

  static IntTensor integers(StoredTensor tensor) throws IOException {
    check(tensor, tensor.type().isInteger(), "integers");
    int[] shape = shape(tensor);
    long[] all = tensor.reader().integers(0, (int) tensor.size());
    try {
      return IntTensor.copyOf(all, shape);
    } catch (IllegalArgumentException unusable) {
      throw new FileFormatException(tensor.label(), String.valueOf(unusable.getMessage()));
    }
  }

  private static void check(StoredTensor tensor, boolean isReadable, String what)
      throws FileFormatException {
    if (!isReadable) {
      throw new FileFormatException(
          tensor.label(), "holds elements of type " + tensor.typeName() + ", expected " + what);
    }
    long most = Integer.MAX_VALUE / tensor.type().bytes();
    if (tensor.size() > most) {
      throw new FileFormatException(
          tensor.label(),
          "holds "
              + tensor.size()
              + " elements, expected at most "
              + most
              + " to be read as a whole; a TensorReader reads any number, a block at a time");
    }
  }

  private static int[] shape(StoredTensor tensor) throws FileFormatException {
    List<Long> axes = tensor.shape();
    if (axes.stream().anyMatch(axis -> axis > Integer.MAX_VALUE)) {
      throw new FileFormatException(
          tensor.label(),
          "has shape " + tensor.shapeText() + ", expected axes of at most 2^31 - 1");
    }
    return axes.stream().mapToInt(Long::intValue).toArray();
  }
}
