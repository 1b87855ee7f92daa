/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.OptionalLong;

/** The bytes of a file or a stream, read from front to back. */
final class ByteInput {

  private final String file;
  private final ReadableByteChannel channel;
  private final OptionalLong length;

  /** Bytes that were read to look at them, and are still to be taken. */
  private ByteBuffer ahead = ByteBuffer.allocate(0);

  /** How many bytes were taken. */
  private long position;

  private ByteInput(String file, ReadableByteChannel channel, OptionalLong length) {
    this.file = file;
    this.channel = channel;
    this.length = length;
  }

  /** A file, which is read at any place once its header was. */
  static ByteInput ofFile(String file, FileChannel channel) throws IOException {
    return new ByteInput(file, channel, OptionalLong.of(channel.size()));
  }

  /** What can only be read forward, of any length. */
  static ByteInput ofStream(String file, ReadableByteChannel channel) {
    return new ByteInput(file, channel, OptionalLong.empty());
  }

  String file() {
    return file;
  }

  /** How many bytes were taken so far. */
  long position() {
    return position;
  }

  /** Returns the next bytes without taking them: {@code count}, or all that there are. */
  byte[] peek(int count) throws IOException {
    if (ahead.remaining() < count) {
      ByteBuffer bytes = ByteBuffer.allocate(count).put(ahead);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      ahead = bytes.flip();
    }
    byte[] copy = new byte[Math.min(count, ahead.remaining())];
    ahead.duplicate().get(copy);
    return copy;
  }

  /**
   * Takes the next bytes.
   *
   * @param what what they are, for the message if they are missing
   */
  ByteBuffer take(int count, String what) throws IOException {
    if (length.isPresent() && count > length.getAsLong() - position) {
      throw endsBefore(what, length.getAsLong());
    }
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    fill(bytes, what);
    return bytes.flip();
  }

  /** Takes the next bytes into a buffer, from its position to its limit. */
  void fill(ByteBuffer into, String what) throws IOException {
    while (into.hasRemaining()) {
      if (ahead.hasRemaining()) {
        into.put(ahead.get());
        position++;
      } else {
        int count = channel.read(into);
        if (count < 0) {
          throw endsBefore(what, position);
        }
        position += count;
      }
    }
  }

  private FileFormatException endsBefore(String what, long end) {
    return new FileFormatException(file, "ends after " + end + " bytes, expected " + what);
  }

  /** Checks that no byte is left. */
  void requireEnd(String what) throws IOException {
    if (peek(1).length > 0) {
      throw new FileFormatException(
          file, "goes on after byte " + position + ", expected no more than " + what);
    }
  }

  /**
   * Returns the elements that follow.
   *
   * @param bytes of all elements
   * @param what the elements, such as {@code shape (2, 3) of float32}
   */
  ElementSource elements(long bytes, String what) throws FileFormatException {
    if (length.isEmpty()) {
      return new Forward(bytes);
    }
    long rest = length.getAsLong() - position;
    if (bytes != rest) {
      throw new FileFormatException(
          file, "holds " + rest + " bytes of data, expected " + bytes + " for " + what);
    }
    return channel instanceof FileChannel seekable
        ? new FileRange(file, seekable, position, length.getAsLong())
        : new Forward(bytes);
  }

  /** Elements that can only be read once, from the front, as from a pipe or a compressed file. */
  private final class Forward implements ElementSource {

    private final long bytes;
    private long taken;

    Forward(long bytes) {
      this.bytes = bytes;
    }

    @Override
    public synchronized void read(long start, ByteBuffer into) throws IOException {
      if (start != taken) {
        throw new IllegalArgumentException(
            "start is byte "
                + start
                + " of the elements, expected "
                + taken
                + ", the next one: what comes from a pipe or is compressed is read from front to"
                + " back");
      }
      int count = into.remaining();
      String what = bytes + " bytes of elements";
      fill(into, what);
      taken += count;
      if (taken == bytes) {
        requireEnd(what);
      }
    }

    @Override
    public boolean isForwardOnly() {
      return true;
    }
  }
}
