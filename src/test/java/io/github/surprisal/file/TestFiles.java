/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.surprisal.FloatTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small files of tensors: those that Python wrote, and others byte by byte. */
final class TestFiles {

  /** The values of the tensor {@code logits} in the files that Python wrote. */
  static final float[] LOGITS = {0.5f, -1.25f, 3, 65504, -0.0f, 1e-7f};

  private static final Path FOLDER = Path.of("src/test/resources/files");

  private TestFiles() {}

  static Path written(String name) {
    return FOLDER.resolve(name);
  }

  static byte[] bytesOf(String name) {
    try {
      return Files.readAllBytes(written(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of that format: the length of the header, the header, the data. */
  static byte[] safetensors(String header, byte... data) {
    return safetensors(header.getBytes(UTF_8).length, header, data);
  }

  static byte[] safetensors(long length, String header, byte... data) {
    byte[] text = header.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(text)
        .put(data)
        .array();
  }

  /** A file of version 1.0. */
  static byte[] npy(String description, String shape, byte... data) {
    String header =
        "{'descr': '" + description + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    return ByteBuffer.allocate(10 + header.length() + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) header.length())
        .put(header.getBytes(UTF_8))
        .put(data)
        .array();
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  /** A deflated archive of members of the same content. */
  static byte[] zip(byte[] content, String... names) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** An archive of a stored member. */
  static byte[] storedZip(String name, byte... content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry(name);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      CRC32 sum = new CRC32();
      sum.update(content);
      entry.setCrc(sum.getValue());
      zip.putNextEntry(entry);
      zip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads all rows at once. */
  static float[] floats(StoredTensor tensor) throws IOException {
    FloatTensor all = WholeTensor.floats(tensor);
    return all.toArray();
  }

  static long[] integers(StoredTensor tensor) throws IOException {
    return tensor.reader().integers(0, (int) tensor.size());
  }
}
