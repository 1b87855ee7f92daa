/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossReport;
import io.github.surprisal.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Evaluates the logits of a language model that are an {@link NDArray}, where they are. */
public final class DjlEvaluation {

  private DjlEvaluation() {}

  /**
   * A tensor over the memory of an array of float32 or float16; no value is copied. It must not be
   * used once the array is closed, since the memory is gone then.
   */
  static FloatTensor floats(NDArray array) {
    return switch (array.getDataType()) {
      case FLOAT32 -> FloatTensor.wrap(memory(array).asFloatBuffer(), shape(array));
      case FLOAT16 -> FloatTensor.float16(memory(array).asShortBuffer(), shape(array));
      default -> throw new IllegalArgumentException("not logits: " + array.getDataType());
    };
  }

  /** A tensor with the values of an array of int64, as DJL's token ids are. */
  static IntTensor ints(NDArray array) {
    return IntTensor.wrap(memory(array).asLongBuffer(), shape(array));
  }

  private static ByteBuffer memory(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder());
  }

  private static int[] shape(NDArray array) {
    return Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
  }

  /** One of the NumPy files beside this class. */
  static NDArray read(NDManager manager, String name) throws IOException {
    try (InputStream file = DjlEvaluation.class.getResourceAsStream("bpe2048_" + name + ".npy")) {
      return NDList.decode(manager, file).singletonOrThrow();
    }
  }

  /** Prints the report on a tiny transformer and the opening of Pride and Prejudice. */
  public static void main(String[] arguments) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      LossReport report =
          Metrics.evaluate(
              floats(read(manager, "logits")),
              ints(read(manager, "targets")),
              ints(read(manager, "token_bytes")),
              CrossEntropyOptions.defaults());
      System.out.println(report);
    }
  }
}
