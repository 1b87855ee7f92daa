/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes a serial form: a magic number of 4 bytes, a version of 1 byte, the fields, and a CRC-32C
 * of all that, big-endian throughout. {@link SerialReader} reads it.
 */
public final class SerialWriter {

  private ByteBuffer buffer = ByteBuffer.allocate(512);

  public SerialWriter(int magic, int version) {
    writeInt(magic);
    writeByte(version);
  }

  /** Writes the low 8 bits. */
  public void writeByte(int value) {
    room(Byte.BYTES).put((byte) value);
  }

  public void writeInt(int value) {
    room(Integer.BYTES).putInt(value);
  }

  public void writeLong(long value) {
    room(Long.BYTES).putLong(value);
  }

  /** Writes a number of 0 or more in as many bytes as it takes, 7 bits in each, lowest first. */
  public void writeVariable(long value) {
    long rest = value;
    while (rest > 0x7f) {
      writeByte((int) rest | 0x80);
      rest >>>= 7;
    }
    writeByte((int) rest);
  }

  /** Writes the bits of a double; all NaN are the same. */
  public void writeDouble(double value) {
    writeLong(Double.doubleToLongBits(value));
  }

  /** Writes the length of an array and the bits of its elements; all NaN are the same. */
  public void writeFloats(float[] values) {
    writeInt(values.length);
    for (float value : values) {
      writeInt(Float.floatToIntBits(value));
    }
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      buffer = ByteBuffer.allocate(2 * buffer.capacity()).put(buffer.flip());
    }
    return buffer;
  }

  /** All that was written, and its checksum. */
  public byte[] toByteArray() {
    int length = buffer.position();
    byte[] form = Arrays.copyOf(buffer.array(), length + Integer.BYTES);
    ByteBuffer.wrap(form).putInt(length, checksum(form, length));
    return form;
  }

  /** The CRC-32C of the first bytes. */
  public static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }
}
