/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The bytes of a file in the format {@code .npy}, as NumPy's documentation of the format has them;
 * the README of {@code src/test/resources/files/npy} tells it again.
 *
 * @param major the version
 * @param alignment the header ends at a multiple of it: 64, before NumPy 1.14 it was 16
 * @param header the dictionary
 */
record NpyFile(int major, int alignment, String header) {

  static NpyFile of(String description, boolean fortranOrder, List<Long> shape) {
    return of(
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
            .formatted(
                description, fortranOrder ? "True" : "False", StoredTensor.shapeText(shape)));
  }

  static NpyFile of(String header) {
    return new NpyFile(1, 64, header);
  }

  byte[] bytes(byte... elements) {
    Charset charset = major < 3 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
    byte[] text = header.getBytes(charset);
    int lengthBytes = major == 1 ? 2 : 4;
    int start = 8 + lengthBytes;
    int end = (start + text.length + 1 + alignment - 1) / alignment * alignment;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) major, 0});
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(end - start);
    file.write(length.array(), 0, lengthBytes);
    file.writeBytes(text);
    file.writeBytes(" ".repeat(end - start - text.length - 1).getBytes(StandardCharsets.US_ASCII));
    file.write('\n');
    file.writeBytes(elements);
    return file.toByteArray();
  }
}
