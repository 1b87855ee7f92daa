/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Elements that are stored in Fortran order, where the first axis moves fastest, transposed block
 * by block.
 *
 * <p>Rows lie along the last axis, so the elements of a column, which is an index of the last axis,
 * are stored together: one for each row. For a block of rows the bytes of each column that cover
 * the rows are read and scattered. With three axes or more, rows that follow each other in
 * row-major order do not in the file, and the bytes between them are read as well.
 */
final class FortranOrder implements ElementSource {

  /** The rows that are transposed at a time. */
  private static final int MOST_ROWS = 1 << 13;

  /** The memory that a call takes at most, besides 4 bytes for each of these rows. */
  private static final int BUFFER_BYTES = 1 << 20;

  /** As many bytes are read sooner than a file is asked once more. */
  private static final int BYTES_OF_A_CALL = 1 << 12;

  private final ElementSource stored;
  private final List<Long> shape;
  private final int width;

  /** The length of the last axis. */
  private final long columns;

  /** The number of rows, which is the number of elements of a column. */
  private final long height;

  /**
   * Elements to be transposed.
   *
   * @param stored the elements as they are stored, which can be read at any place
   * @param shape at least one axis, none of length 0
   * @param width the bytes of an element: 1, 2, 4 or 8
   */
  FortranOrder(ElementSource stored, List<Long> shape, int width) {
    this.stored = stored;
    this.shape = shape;
    this.width = width;
    this.columns = shape.get(shape.size() - 1);
    this.height = StoredTensor.product(shape) / columns;
  }

  /** Whether elements in one order are not in the other, too. */
  static boolean isAnother(List<Long> shape) {
    return !shape.contains(0L) && shape.stream().filter(axis -> axis > 1).count() > 1;
  }

  @Override
  public void read(long start, ByteBuffer into) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, height * columns * width));
    buffer.order(into.order());
    while (into.hasRemaining()) {
      long at = start / width;
      long left = into.remaining() / width;
      long column = at % columns;
      Rows rows;
      if (column > 0 || left < columns) {
        rows = rows(at / columns, 1, column, Math.min(columns, column + left));
      } else {
        int count = (int) Math.min(MOST_ROWS, left / columns);
        rows = rows(at / columns, count, 0, columns);
      }
      rows.read(into, buffer);
      int bytes = (int) (rows.places.length * (rows.to - rows.from) * width);
      into.position(into.position() + bytes);
      start += bytes;
    }
  }

  @Override
  public boolean isForwardOnly() {
    return false;
  }

  /** The place of a row in every column. */
  private long place(long row) {
    long place = 0;
    long stride = height;
    long rest = row;
    for (int axis = shape.size() - 2; axis >= 0; axis--) {
      long extent = shape.get(axis);
      stride /= extent;
      place += rest % extent * stride;
      rest /= extent;
    }
    return place;
  }

  /** Returns as many of the rows as one buffer covers in a column. */
  private Rows rows(long first, int most, long from, long to) {
    int count = most;
    while (true) {
      int[] places = new int[count];
      long least = Long.MAX_VALUE;
      long greatest = 0;
      for (int i = 0; i < count; i++) {
        long place = place(first + i);
        least = Math.min(least, place);
        greatest = Math.max(greatest, place);
      }
      if (greatest - least < BUFFER_BYTES / width) {
        for (int i = 0; i < count; i++) {
          places[i] = (int) (place(first + i) - least);
        }
        return new Rows(places, least, (int) (greatest - least) + 1, from, to);
      }
      count /= 2; // ends, since one row covers one element
    }
  }

  /** Rows of a tensor, or a part of one row. */
  private final class Rows {

    /** Where each row stands in the run. */
    private final int[] places;

    /** The first element of a column that is needed. */
    private final long least;

    /** How many elements from there on cover the rows. */
    private final int run;

    /** The first column. */
    private final long from;

    /** The column after the last one. */
    private final long to;

    Rows(int[] places, long least, int run, long from, long to) {
      this.places = places;
      this.least = least;
      this.run = run;
      this.from = from;
      this.to = to;
    }

    /** Writes the rows from the buffer's position on, and leaves the position alone. */
    void read(ByteBuffer into, ByteBuffer buffer) throws IOException {
      int room = buffer.capacity() / width;
      boolean isOneRead = (height - run) * width <= BYTES_OF_A_CALL || run >= height / 2;
      long stride = isOneRead ? height : run;
      int most = (int) Math.min(to - from, (room - run) / stride + 1);
      for (long column = from; column < to; column += most) {
        int count = (int) Math.min(most, to - column);
        int elements = (int) ((count - 1) * stride + run);
        buffer.clear();
        if (isOneRead) {
          fill(buffer, column, elements);
        } else {
          for (int i = 0; i < count; i++) {
            fill(buffer, column + i, run);
          }
        }
        for (int i = 0; i < places.length; i++) {
          int at = into.position() + (int) ((i * (to - from) + column - from) * width);
          scatter(buffer, places[i] * width, (int) stride * width, into, at, count);
        }
      }
    }

    private void fill(ByteBuffer buffer, long column, int elements) throws IOException {
      buffer.limit(buffer.position() + elements * width);
      stored.read((column * height + least) * width, buffer);
    }

    /** Copies elements of a row, which stand a stride apart, to places side by side. */
    private void scatter(
        ByteBuffer buffer, int start, int stride, ByteBuffer into, int at, int count) {
      for (int i = 0; i < count; i++) {
        FortranOrder.copy(width, buffer, start + i * stride, into, at + i * width);
      }
    }
  }

  /** Copies an element of {@code width} bytes, 1, 2, 4 or 8, from one place to another. */
  static void copy(int width, ByteBuffer from, int at, ByteBuffer into, int place) {
    switch (width) {
      case 1 -> into.put(place, from.get(at));
      case 2 -> into.putShort(place, from.getShort(at));
      case 4 -> into.putInt(place, from.getInt(at));
      default -> into.putLong(place, from.getLong(at));
    }
  }
}
