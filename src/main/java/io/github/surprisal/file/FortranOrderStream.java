/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Elements in Fortran order that can only be read from front to back, as in an archive or a pipe.
 *
 * <p>They are transposed a block at a time. The elements of a block are spread over all that is
 * stored, so each block takes a pass over everything: an archive is read anew for it, and a pipe
 * has to fit into one block.
 */
final class FortranOrderStream implements ElementSource {

  /** The memory of a block. */
  static final int BLOCK_BYTES = 1 << 26;

  /** How much is read at a time. */
  private static final int CHUNK_BYTES = 1 << 16;

  private final String file;
  private final ElementSource stored;

  /** The axes that are longer than 1. */
  private final long[] shape;

  private final int width;
  private final boolean isPipe;
  private final int blockBytes;

  /** The bytes of all elements. */
  private final long bytes;

  /** How far apart neighbours along each axis are in row-major order. */
  private final long[] strides;

  /**
   * The block that was read last, up to its limit. Many arrays may be open at a time, and what was
   * read before is not needed again: so the collector takes it if memory is short.
   */
  private SoftReference<ByteBuffer> block = new SoftReference<>(ByteBuffer.allocate(0));

  /** The one block of a pipe, which can't be read again. */
  private ByteBuffer blockOfPipe = ByteBuffer.allocate(0);

  /** Where the block begins. */
  private long blockStart;

  /**
   * Elements to be transposed.
   *
   * @param file what messages call the file
   * @param stored the elements as they are stored
   * @param shape at least two axes longer than 1, none of length 0
   * @param width the bytes of an element: 1, 2, 4 or 8
   * @param isPipe whether they can be read only once
   * @param blockBytes the memory of a block, a multiple of the width
   */
  FortranOrderStream(
      String file,
      ElementSource stored,
      List<Long> shape,
      int width,
      boolean isPipe,
      int blockBytes) {
    this.file = file;
    this.stored = stored;
    this.shape = shape.stream().mapToLong(Long::longValue).filter(axis -> axis > 1).toArray();
    this.width = width;
    this.isPipe = isPipe;
    this.blockBytes = blockBytes;
    this.bytes = StoredTensor.product(shape) * width;
    this.strides = new long[this.shape.length];
    long stride = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= this.shape[axis];
    }
  }

  @Override
  public synchronized void read(long start, ByteBuffer into) throws IOException {
    if (isPipe && bytes > blockBytes) {
      throw new FileFormatException(
          file,
          "has "
              + bytes
              + " bytes in Fortran order, expected at most "
              + blockBytes
              + " of them in a pipe, or C order (numpy.ascontiguousarray), or a file on a disk");
    }
    if (into.remaining() > blockBytes) {
      pass(start, into);
    }
    while (into.hasRemaining()) {
      ByteBuffer held = blockWith(start);
      int from = (int) (start - blockStart);
      int count = Math.min(into.remaining(), held.limit() - from);
      into.put(held.slice(from, count));
      start += count;
    }
    if (start == bytes && !isPipe) {
      block.clear();
    }
  }

  @Override
  public boolean isForwardOnly() {
    return true;
  }

  private ByteBuffer blockWith(long start) throws IOException {
    ByteBuffer held = block.get();
    if (held != null && start >= blockStart && start < blockStart + held.limit()) {
      return held;
    }
    block.clear(); // before there is another
    blockStart = start - start % blockBytes;
    ByteBuffer next = ByteBuffer.allocate((int) Math.min(blockBytes, bytes - blockStart));
    pass(blockStart, next);
    block = new SoftReference<>(next.flip());
    blockOfPipe = isPipe ? next : blockOfPipe;
    return next;
  }

  /** Reads all elements, and keeps those that a buffer has room for from a byte on. */
  private void pass(long start, ByteBuffer into) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, bytes)).order(into.order());
    long[] index = new long[shape.length];
    long at = -start / width;
    for (long done = 0; done < bytes; done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - done));
      stored.read(done, chunk);
      chunk.flip();
      while (chunk.hasRemaining()) {
        int run = (int) Math.min(shape[0] - index[0], chunk.remaining() / width);
        keep(chunk, run, at, into);
        chunk.position(chunk.position() + run * width);
        at += step(index, run);
      }
    }
    into.position(into.limit());
  }

  /**
   * Copies those elements of a run along the first axis that a buffer has room for.
   *
   * @param at where the first one belongs in the buffer, in elements from its position on
   */
  private void keep(ByteBuffer chunk, int run, long at, ByteBuffer into) {
    long stride = strides[0];
    long first = Math.max(0, -Math.floorDiv(at, stride));
    long end = Math.min(run, -Math.floorDiv(at - into.remaining() / width, stride));
    for (long index = first; index < end; index++) {
      int place = into.position() + (int) (at + index * stride) * width;
      FortranOrder.copy(width, chunk, chunk.position() + (int) index * width, into, place);
    }
  }

  /** Goes on behind a run along the first axis, and returns how far it is in row-major order. */
  private long step(long[] index, int run) {
    long step = run * strides[0];
    index[0] += run;
    for (int axis = 0; axis < shape.length - 1 && index[axis] == shape[axis]; axis++) {
      step += strides[axis + 1] - shape[axis] * strides[axis];
      index[axis] = 0;
      index[axis + 1]++;
    }
    return step;
  }
}
