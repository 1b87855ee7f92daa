/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The format {@code .npy}, versions 1.0 to 3.0: a magic number, a version, a header that is a
 * Python dictionary, and the elements.
 */
final class NpyFormat {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** No plain array needs more; the limit keeps a hostile length from being believed. */
  private static final int MAX_HEADER_BYTES = 65_535;

  /** Byte order, kind and size of an element, as in {@code <f4}. */
  private static final Pattern DESCRIPTION = Pattern.compile("([<>|=])([a-zA-Z])([0-9]{1,4})");

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
    for (int i = 0; i < bytes; i++) {
      if (header.get(i) < 0) {
        throw new IllegalArgumentException(
            "malformed header at character " + i + ": expected ASCII only");
      }
    }
    return NpyHeader.parse(StandardCharsets.US_ASCII.decode(header).toString());
  }

  private static StoredTensor tensor(ByteInput in, String name, NpyHeader header)
      throws IOException {
    List<Long> shape = header.shape();
    String text = StoredTensor.text(shape);
    if (header.fortranOrder() && shape.size() > 1) {
      throw new IllegalArgumentException(
          "shape " + text + " is in Fortran order, expected C order (numpy.ascontiguousarray)");
    }
    Matcher description = DESCRIPTION.matcher(header.description());
    if (!description.matches()) {
      throw new IllegalArgumentException(
          "data type '" + header.description() + "' is not supported, expected numbers");
    }
    int bytes = Integer.parseInt(description.group(3));
    ElementType type = type(description.group(2).charAt(0), bytes);
    ElementSource stored =
        in.elements(
            dataBytes(shape, bytes, type),
            "shape " + text + " of " + (type == ElementType.OTHER ? header.description() : type));
    boolean isBigEndian = description.group(1).equals(">") && type.bytes() > 1;
    return new StoredTensor(
        in.file(),
        name,
        type,
        header.description(),
        shape,
        isBigEndian ? new SwappedBytes(stored, type.bytes()) : stored);
  }

  /** NumPy has no bfloat16 of its own: other libraries save it as 2 opaque bytes. */
  private static ElementType type(char kind, int bytes) {
    return switch (kind + "" + bytes) {
      case "f8" -> ElementType.FLOAT64;
      case "f4" -> ElementType.FLOAT32;
      case "f2" -> ElementType.FLOAT16;
      case "V2" -> ElementType.BFLOAT16;
      case "i8" -> ElementType.INT64;
      case "i4" -> ElementType.INT32;
      case "i2" -> ElementType.INT16;
      case "i1" -> ElementType.INT8;
      case "u8" -> ElementType.UINT64;
      case "u4" -> ElementType.UINT32;
      case "u2" -> ElementType.UINT16;
      case "u1" -> ElementType.UINT8;
      default -> ElementType.OTHER;
    };
  }

  private static long dataBytes(List<Long> shape, int bytes, ElementType type) {
    try {
      return Math.multiplyExact(StoredTensor.product(shape), (long) bytes);
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(
          "shape " + StoredTensor.text(shape) + " of " + type + " is larger than any file",
          overflow);
    }
  }
}
