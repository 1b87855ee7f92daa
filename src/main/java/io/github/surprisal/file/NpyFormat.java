/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The format {@code .npy}, versions 1.0 to 3.0: a magic number, a version, a header that is a
 * Python dictionary, and the elements.
 */
final class NpyFormat {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** No plain array needs more; the limit keeps a hostile length from being believed. */
  private static final int MAX_HEADER_BYTES = 65_535;

  private NpyFormat() {}

  /** Whether a file that begins with these bytes is of this format. */
  static boolean isBegunBy(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * Reads the header.
   *
   * @param name the name of the tensor, empty if it has none
   */
  static StoredTensor read(ByteInput in, String name) throws IOException {
    try {
      return tensor(in, name, header(in));
    } catch (IllegalArgumentException malformed) {
      throw new FileFormatException(in.file(), String.valueOf(malformed.getMessage()));
    }
  }

  private static NpyHeader header(ByteInput in) throws IOException {
    ByteBuffer preamble = in.take(MAGIC.length + 2, "the 8 bytes that start a .npy file");
    int major = Byte.toUnsignedInt(preamble.get(MAGIC.length));
    int minor = Byte.toUnsignedInt(preamble.get(MAGIC.length + 1));
    if (major < 1 || major > 3 || minor != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "NumPy format version %d.%d is not supported, expected 1.0, 2.0 or 3.0",
              major,
              minor));
    }
    ByteBuffer length = in.take(major == 1 ? Short.BYTES : Integer.BYTES, "the header's length");
    long bytes =
        major == 1
            ? Short.toUnsignedInt(length.getShort())
            : Integer.toUnsignedLong(length.getInt());
    if (bytes > MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "declares a header of " + bytes + " bytes, expected at most " + MAX_HEADER_BYTES);
    }
    ByteBuffer header = in.take((int) bytes, "a header of " + bytes + " bytes");
    return NpyHeader.parse(
        text(header, major < 3 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
  }

  private static String text(ByteBuffer header, Charset charset) {
    try {
      return charset.newDecoder().decode(header).toString();
    } catch (CharacterCodingException malformed) {
      throw new IllegalArgumentException(
          "malformed header at byte " + header.position() + ": expected " + charset, malformed);
    }
  }

  private static StoredTensor tensor(ByteInput in, String name, NpyHeader header)
      throws IOException {
    NpyType type = NpyType.of(header.description());
    List<Long> shape = header.shape();
    long bytes = dataBytes(shape, type.type());
    if (type.type() == ElementType.OTHER) {
      return StoredTensor.unreadable(in.file(), name, header.description(), shape, type.advice());
    }
    return new StoredTensor(
        in.file(),
        name,
        type.type(),
        header.description(),
        shape,
        elements(in, type, shape, bytes, header.fortranOrder()));
  }

  private static ElementSource elements(
      ByteInput in, NpyType type, List<Long> shape, long bytes, boolean isFortranOrder)
      throws IOException {
    int width = type.type().bytes();
    ElementSource elements =
        in.elements(bytes, "shape " + StoredTensor.shapeText(shape) + " of " + type.type());
    if (isFortranOrder && FortranOrder.isAnother(shape)) {
      elements =
          elements.isForwardOnly()
              ? new FortranOrderStream(
                  in.file(), elements, shape, width, in.isPipe(), FortranOrderStream.BLOCK_BYTES)
              : new FortranOrder(elements, shape, width);
    }
    return type.isBigEndian() ? new SwappedBytes(elements, width) : elements;
  }

  private static long dataBytes(List<Long> shape, ElementType type) {
    try {
      return Math.multiplyExact(StoredTensor.product(shape), (long) type.bytes());
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(
          "shape " + StoredTensor.shapeText(shape) + " of " + type + " is larger than any file",
          overflow);
    }
  }
}
