/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A NumPy file (format versions 1.0 to 3.0) whose header was read and found to fit the file's
 * length. The file is open only while its header or a part of it is read. It is never mapped: a
 * mapped file that becomes shorter ends in an {@code InternalError} on whatever thread reads it,
 * now or later, or in wrong numbers.
 */
final class NpyFile {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** No plain array needs more; the limit keeps a hostile length from being believed. */
  private static final int MAX_HEADER_BYTES = 65_535;

  private final Path path;
  private final ElementType type;
  private final List<Long> shape;
  private final long dataStart;
  private final long fileBytes;

  /** What was read last. */
  private ByteBuffer block = ByteBuffer.allocateDirect(0);

  private NpyFile(Path path, ElementType type, List<Long> shape, long dataStart, long fileBytes) {
    this.path = path;
    this.type = type;
    this.shape = shape;
    this.dataStart = dataStart;
    this.fileBytes = fileBytes;
  }

  /** Reads and checks the header of a file that should hold elements of one of the types. */
  static NpyFile open(Path path, Set<ElementType> expected) throws InputException {
    try {
      requireRegularFile(path);
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        return read(path, channel, expected);
      }
    } catch (IOException failed) {
      throw InputException.unreadable(path, failed);
    } catch (IllegalArgumentException malformed) {
      throw new InputException(path, String.valueOf(malformed.getMessage()));
    }
  }

  /** Asks before the file is opened, since opening a named pipe waits for a writer. */
  private static void requireRegularFile(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      String kind = attributes.isDirectory() ? "is a directory" : "is not a regular file";
      throw new InputException(path, kind + ", expected a .npy file");
    }
  }

  private static NpyFile read(Path path, FileChannel channel, Set<ElementType> expected)
      throws IOException {
    ByteBuffer preamble = bytes(channel, 0, MAGIC.length + 2, "the 8 bytes that start a .npy file");
    byte[] magic = new byte[MAGIC.length];
    preamble.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IllegalArgumentException("not a NumPy file, expected it to start with \\x93NUMPY");
    }
    int major = preamble.get();
    int minor = preamble.get();
    if (major < 1 || major > 3 || minor != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "NumPy format version %d.%d is not supported, expected 1.0, 2.0 or 3.0",
              major & 0xFF,
              minor & 0xFF));
    }
    long lengthAt = preamble.capacity();
    int lengthBytes = major == 1 ? 2 : 4;
    ByteBuffer length = bytes(channel, lengthAt, lengthBytes, "the header's length");
    long headerBytes = major == 1 ? length.getShort() & 0xFFFFL : length.getInt() & 0xFFFF_FFFFL;
    NpyHeader header = header(channel, lengthAt + lengthBytes, headerBytes);
    return checked(path, header, expected, lengthAt + lengthBytes + headerBytes, channel.size());
  }

  private static NpyHeader header(FileChannel channel, long start, long headerBytes)
      throws IOException {
    if (headerBytes > MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "declares a header of " + headerBytes + " bytes, expected at most " + MAX_HEADER_BYTES);
    }
    ByteBuffer bytes =
        bytes(channel, start, (int) headerBytes, "a header of " + headerBytes + " bytes");
    for (int i = 0; i < headerBytes; i++) {
      if (bytes.get(i) < 0) {
        throw new IllegalArgumentException(
            "malformed header at character " + i + ": expected ASCII only");
      }
    }
    return NpyHeader.parse(StandardCharsets.US_ASCII.decode(bytes).toString());
  }

  private static ByteBuffer bytes(FileChannel channel, long start, int count, String what)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, start + bytes.position()) < 0) {
        throw new IllegalArgumentException(
            "ends after " + channel.size() + " bytes, expected " + what);
      }
    }
    return bytes.flip();
  }

  private static NpyFile checked(
      Path path, NpyHeader header, Set<ElementType> expected, long dataStart, long fileBytes) {
    ElementType type =
        ElementType.of(header.description())
            .filter(expected::contains)
            .orElseThrow(() -> unsupported(header.description(), expected));
    String shape = text(header.shape());
    if (header.fortranOrder() && header.shape().size() > 1) {
      throw new IllegalArgumentException(
          "shape " + shape + " is in Fortran order, expected C order (numpy.ascontiguousarray)");
    }
    long dataBytes = dataBytes(header.shape(), type);
    if (dataBytes != fileBytes - dataStart) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "holds %d bytes of data, expected %d for shape %s of %s",
              fileBytes - dataStart,
              dataBytes,
              shape,
              type));
    }
    return new NpyFile(path, type, header.shape(), dataStart, fileBytes);
  }

  private static IllegalArgumentException unsupported(
      String description, Set<ElementType> expected) {
    String problem = description.startsWith(">") ? " is big-endian" : " is not supported";
    return new IllegalArgumentException(
        "data type '" + description + "'" + problem + ", expected " + ElementType.names(expected));
  }

  private static long dataBytes(List<Long> shape, ElementType type) {
    try {
      return Math.multiplyExact(product(shape), (long) type.bytes());
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(
          "shape " + text(shape) + " of " + type + " is larger than any file", overflow);
    }
  }

  private static long product(List<Long> axes) {
    return axes.contains(0L) ? 0 : axes.stream().reduce(1L, Math::multiplyExact);
  }

  /** Writes a shape as NumPy does: {@code (2, 3)}, {@code (2,)}, {@code ()}. */
  static String text(List<Long> shape) {
    String end = shape.size() == 1 ? ",)" : ")";
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", end));
  }

  /**
   * Reads a run of elements. They stay as they are until the next run is read.
   *
   * @param from the index of the first element in the whole array, in row-major order
   * @param count how many; in bytes at most {@link Integer#MAX_VALUE}
   */
  ByteBuffer read(long from, int count) throws InputException {
    long start = dataStart + from * type.bytes();
    block = room(count * type.bytes());
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      boolean whole = channel.size() == fileBytes;
      while (whole && block.hasRemaining()) {
        whole = channel.read(block, start + block.position()) >= 0;
      }
      if (!whole) {
        throw wrong("changed its length while it was being read");
      }
      return block.flip();
    } catch (IOException failed) {
      throw InputException.unreadable(path, failed);
    }
  }

  /** Returns the last block's memory, if there is enough of it: the first block is the largest. */
  private ByteBuffer room(int bytes) throws InputException {
    if (bytes <= block.capacity()) {
      return block.clear().limit(bytes);
    }
    try {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError tooMuch) {
      throw wrong("needs %d bytes of memory at a time, expected Java with more (-Xmx)", bytes);
    }
  }

  /** Returns an exception that says what is wrong with the content of this file. */
  InputException wrong(String format, Object... arguments) {
    return new InputException(path, String.format(Locale.ROOT, format, arguments));
  }

  /** Returns name, type and shape. */
  String describe() {
    return path + ": " + type + " " + text(shape);
  }

  Path path() {
    return path;
  }

  ElementType type() {
    return type;
  }

  List<Long> shape() {
    return shape;
  }

  /** Returns the number of elements. */
  long size() {
    return product(shape);
  }
}
