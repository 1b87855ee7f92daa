/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/** The bytes of small NumPy files, right and wrong. */
final class NpyBytes {

  private NpyBytes() {}

  static byte[] floats(String shape, float... values) {
    byte[] data =
        littleEndian(
            values.length * Float.BYTES,
            buffer -> {
              for (float value : values) {
                buffer.putFloat(value);
              }
            });
    return file(header("<f4", shape), data);
  }

  static byte[] halves(String description, String shape, short... bits) {
    byte[] data =
        littleEndian(
            bits.length * Short.BYTES,
            buffer -> {
              for (short value : bits) {
                buffer.putShort(value);
              }
            });
    return file(header(description, shape), data);
  }

  static byte[] longs(String shape, long... values) {
    byte[] data =
        littleEndian(
            values.length * Long.BYTES, buffer -> Arrays.stream(values).forEach(buffer::putLong));
    return file(header("<i8", shape), data);
  }

  static byte[] ints(String shape, int... values) {
    byte[] data =
        littleEndian(
            values.length * Integer.BYTES, buffer -> Arrays.stream(values).forEach(buffer::putInt));
    return file(header("<i4", shape), data);
  }

  static String header(String description, String shape) {
    return "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(description, shape);
  }

  /** A file of format version 1.0. */
  static byte[] file(String header, byte... data) {
    return file(1, 0, header, data);
  }

  static byte[] file(int major, int minor, String header, byte... data) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] length =
        major == 1
            ? littleEndian(Short.BYTES, buffer -> buffer.putShort((short) text.length))
            : littleEndian(Integer.BYTES, buffer -> buffer.putInt(text.length));
    return concat(preamble(major, minor), length, text, data);
  }

  /** A file of another format: logits of float32 between tensors of 8-bit integers. */
  static byte[] safetensors(String shape, float... logits) {
    int end = 3 + Float.BYTES * logits.length;
    String header =
        ("{'first':{'dtype':'I8','shape':[3],'data_offsets':[0,3]},"
                + "'logits':{'dtype':'F32','shape':%s,'data_offsets':[3,%d]},"
                + "'last':{'dtype':'U8','shape':[2],'data_offsets':[%d,%d]}}")
            .formatted(shape, end, end, end + 2)
            .replace('\'', '"');
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    return littleEndian(
        Long.BYTES + text.length + end + 2,
        buffer -> {
          buffer.putLong(text.length).put(text).put(new byte[] {1, 2, 3});
          for (float value : logits) {
            buffer.putFloat(value);
          }
        });
  }

  static byte[] preamble(int major, int minor) {
    return new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) major, (byte) minor};
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static Path write(Path folder, String name, byte... content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] littleEndian(int bytes, Consumer<ByteBuffer> content) {
    byte[] array = new byte[bytes];
    content.accept(ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN));
    return array;
  }
}
