/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import io.github.surprisal.FloatTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;

/**
 * Reads a stored tensor block by block into memory that it keeps, so that a reader takes the memory
 * of its largest block; not thread-safe: each thread takes a reader of its own.
 */
public final class TensorReader {

  private final String label;
  private final ElementType type;
  private final long size;
  private final long columns;
  private final ElementSource elements;

  /** What was read last. */
  private ByteBuffer block = ByteBuffer.allocateDirect(0);

  /** The same, rounded, if the elements are float64. */
  private float[] rounded = new float[0];

  TensorReader(String label, ElementType type, long size, long columns, ElementSource elements) {
    this.label = label;
    this.type = type;
    this.size = size;
    this.columns = columns;
    this.elements = elements;
  }

  /**
   * Reads rows, which lie along the last axis, while all other axes are taken as one. Elements of
   * type float64 are rounded to the nearest float.
   *
   * @param from the first row, from 0
   * @param count the number of rows; their bytes at most 2^31 − 1
   * @return a tensor of shape (count, columns); it shares the memory of this reader, and holds
   *     until the next block is read
   * @throws IllegalArgumentException if the rows are not in the tensor, or too many at a time
   * @throws IllegalStateException if the elements are no floating-point numbers; {@link
   *     StoredTensor#as} tells otherwise
   * @throws IOException if the file can't be read, became shorter, or holds a finite value that is
   *     too large for a float
   */
  public FloatTensor floats(long from, int count) throws IOException {
    require(type.isFloatingPoint(), "floating-point numbers");
    checkRange(from, count, columns);
    ByteBuffer data = read(from * columns, (int) (count * columns));
    int[] shape = {count, (int) columns};
    return switch (type) {
      case FLOAT32 -> FloatTensor.wrap(data.asFloatBuffer(), shape);
      case FLOAT16 -> FloatTensor.float16(data.asShortBuffer(), shape);
      case BFLOAT16 -> FloatTensor.bfloat16(data.asShortBuffer(), shape);
      default -> FloatTensor.wrapAt(rounded(data.asDoubleBuffer(), from * columns), 0, shape);
    };
  }

  private float[] rounded(DoubleBuffer values, long first) throws FileFormatException {
    int count = values.remaining();
    if (rounded.length < count) {
      rounded = new float[count];
    }
    for (int i = 0; i < count; i++) {
      double value = values.get(i);
      rounded[i] = (float) value;
      if (Float.isInfinite(rounded[i]) && Double.isFinite(value)) {
        throw new FileFormatException(
            label, "value " + value + " of element " + (first + i) + " is too large for float32");
      }
    }
    return rounded;
  }

  /**
   * Reads integers, in row-major order of all axes.
   *
   * @param from the first element, from 0
   * @param count the number of elements
   * @return the elements in a new array
   * @throws IllegalArgumentException if the elements are not in the tensor
   * @throws IllegalStateException if the elements are no integers
   * @throws IOException if the file can't be read, became shorter, or holds a value above 2^63 − 1
   */
  public long[] integers(long from, int count) throws IOException {
    require(type.isInteger(), "integers");
    checkRange(from, count, 1);
    ByteBuffer data = read(from, count);
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (type) {
            case INT32 -> data.getInt();
            case INT16 -> data.getShort();
            case INT8 -> data.get();
            case UINT32 -> Integer.toUnsignedLong(data.getInt());
            case UINT16 -> Short.toUnsignedInt(data.getShort());
            case UINT8 -> Byte.toUnsignedInt(data.get());
            case BOOL -> data.get() == 0 ? 0 : 1;
            default -> data.getLong();
          };
      if (type == ElementType.UINT64 && values[i] < 0) {
        throw new FileFormatException(
            label,
            "value "
                + Long.toUnsignedString(values[i])
                + " of element "
                + (from + i)
                + " is too large, expected at most 2^63 - 1");
      }
    }
    return values;
  }

  private void require(boolean isReadable, String what) {
    if (!isReadable) {
      throw new IllegalStateException(
          label + " holds elements of type " + type + ", expected " + what);
    }
  }

  private void checkRange(long from, int count, long each) {
    long units = each == 0 ? 0 : size / each;
    if (from < 0 || count < 0 || from > units - count) {
      throw new IllegalArgumentException(
          "from is "
              + from
              + " and count "
              + count
              + ", expected a range within the "
              + units
              + " of "
              + label);
    }
    if (count > 0 && each * type.bytes() > Integer.MAX_VALUE / count) {
      throw new IllegalArgumentException(
          "count is "
              + count
              + ", expected at most "
              + Integer.MAX_VALUE / (each * type.bytes())
              + " of "
              + label
              + " at a time");
    }
  }

  private ByteBuffer read(long from, int count) throws IOException {
    ByteBuffer into = room(count * type.bytes());
    elements.read(from * type.bytes(), into);
    return into.flip();
  }

  /** Returns the last block's memory, if there is enough of it: the first block is the largest. */
  private ByteBuffer room(int bytes) throws FileFormatException {
    if (bytes > block.capacity()) {
      try {
        block = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
      } catch (OutOfMemoryError tooMuch) {
        throw new FileFormatException(
            label, "needs " + bytes + " bytes of memory at a time, expected Java with more (-Xmx)");
      }
    }
    return block.clear().limit(bytes);
  }
}
