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
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/** The bytes of a file or a stream, read from front to back. */
final class ByteInput {

  /** How much memory is made ready for bytes that may turn out not to be there. */
  private static final int MAX_TRUST = 1 << 16;

  private final String file;
  private final ReadableByteChannel channel;
  private final OptionalLong length;
  private final Optional<Elements> elements;

  /** Bytes that were read to look at them, and are still to be taken. */
  private ByteBuffer ahead = ByteBuffer.allocate(0);

  /** How many bytes were taken. */
  private long position;

  /** Makes a source of the elements from a byte on. */
  interface Elements {
    ElementSource of(long from, long bytes);
  }

  private ByteInput(
      String file, ReadableByteChannel channel, OptionalLong length, Optional<Elements> elements) {
    this.file = file;
    this.channel = channel;
    this.length = length;
    this.elements = elements;
  }

  /** A file, which is read at any place once its header was. */
  static ByteInput ofFile(String file, FileChannel channel) throws IOException {
    long size = channel.size();
    return new ByteInput(
        file,
        channel,
        OptionalLong.of(size),
        Optional.of((from, bytes) -> new FileRange(file, channel, from, size)));
  }

  /** What can only be read forward, of any length. */
  static ByteInput ofStream(String file, ReadableByteChannel channel) {
    return new ByteInput(file, channel, OptionalLong.empty(), Optional.empty());
  }

  /** A part of a file, read forward, whose elements are read in another way. */
  static ByteInput ofMember(
      String file, ReadableByteChannel channel, long length, Elements elements) {
    return new ByteInput(file, channel, OptionalLong.of(length), Optional.of(elements));
  }

  String file() {
    return file;
  }

  /** Whether it can be read only once. */
  boolean isPipe() {
    return elements.isEmpty();
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
    byte[] bytes = new byte[length.isPresent() ? count : Math.min(count, MAX_TRUST)];
    fill(ByteBuffer.wrap(bytes), what);
    while (bytes.length < count) {
      int taken = bytes.length;
      bytes = Arrays.copyOf(bytes, (int) Math.min(count, 2L * taken));
      fill(ByteBuffer.wrap(bytes, taken, bytes.length - taken), what);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Takes all bytes of a file.
   *
   * @param most the most bytes that are taken
   */
  byte[] takeAll(int most, String what) throws IOException {
    long rest = length.orElse(Long.MAX_VALUE) - position;
    if (rest > most) {
      throw new FileFormatException(
          file, "holds " + rest + " bytes, expected at most " + most + " of " + what);
    }
    return take((int) rest, what).array();
  }

  /** Leaves out the next bytes. */
  void skip(long count, String what) throws IOException {
    for (long left = count; left > 0; ) {
      left -= take((int) Math.min(left, MAX_TRUST), what).capacity();
    }
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
    long rest = length.orElse(position + bytes) - position;
    if (bytes != rest) {
      throw new FileFormatException(
          file, "holds " + rest + " bytes of data, expected " + bytes + " for " + what);
    }
    return elements.isPresent() ? elements.get().of(position, bytes) : new Forward(bytes);
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
      if (start < taken) {
        throw new IllegalArgumentException(
            "start is byte "
                + start
                + " of the elements, expected "
                + taken
                + " or a later one: what comes from a pipe or is compressed is read from front to"
                + " back");
      }
      int count = into.remaining();
      String what = bytes + " bytes of elements";
      skip(start - taken, what);
      fill(into, what);
      taken = start + count;
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
