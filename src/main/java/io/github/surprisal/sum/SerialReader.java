/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Reads a serial form that {@link SerialWriter} wrote, and trusts nothing in it: whatever is wrong
 * ends in an {@link IllegalArgumentException}, and no length is believed before it is checked
 * against the bytes that are there.
 */
public final class SerialReader {

  private static final int FRAME = Integer.BYTES + Byte.BYTES + Integer.BYTES;

  private static final String ANOTHER_NAN = "it holds a NaN other than the canonical one";

  private final String type;
  private final ByteBuffer in;

  /**
   * Checks magic number, version and checksum.
   *
   * @param type what the form is of, for messages
   */
  public SerialReader(byte[] form, String type, int magic, int version) {
    this.type = type;
    in = ByteBuffer.wrap(form);
    require(
        form.length >= FRAME, "it has " + form.length + " bytes, expected " + FRAME + " or more");
    int itsMagic = in.getInt();
    if (itsMagic != magic) {
      throw malformed("it begins with " + hex(itsMagic) + ", expected " + hex(magic));
    }
    int itsVersion = readByte();
    require(itsVersion == version, "it has version " + itsVersion + ", expected " + version);
    int end = form.length - Integer.BYTES;
    require(in.getInt(end) == SerialWriter.checksum(form, end), "its checksum is wrong");
    in.limit(end);
  }

  private static String hex(int value) {
    return "0x" + HexFormat.of().toHexDigits(value);
  }

  /** Throws the exception for a form that is malformed for this reason, unless that holds. */
  public void require(boolean condition, String otherwise) {
    if (!condition) {
      throw malformed(otherwise);
    }
  }

  private IllegalArgumentException malformed(String reason) {
    return new IllegalArgumentException(
        "the serial form of a " + type + " is malformed: " + reason);
  }

  /** Reads a number from 0 to 255. */
  public int readByte() {
    return bytes(Byte.BYTES).get() & 0xff;
  }

  public int readInt() {
    return bytes(Integer.BYTES).getInt();
  }

  /** Reads a number of 0 or more, as counts are. */
  public long readCount(String name) {
    long count = bytes(Long.BYTES).getLong();
    require(count >= 0, name + " is " + count + ", expected 0 or more");
    return count;
  }

  /** Reads a number of 0 or more that {@link SerialWriter#writeVariable} wrote. */
  public long readVariable(String name) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
      int next = readByte();
      value |= (next & 0x7fL) << shift;
      if (next <= 0x7f) {
        require(next != 0 || shift == 0, name + " is not in its shortest form");
        return value;
      }
    }
    throw malformed(name + " is larger than any");
  }

  public double readDouble() {
    long bits = bytes(Double.BYTES).getLong();
    double value = Double.longBitsToDouble(bits);
    require(Double.doubleToLongBits(value) == bits, ANOTHER_NAN);
    return value;
  }

  /** Reads an array and its length, for which nothing is allocated before it is checked. */
  public float[] readFloats(String name) {
    int length = readInt();
    require(
        length >= 0 && length <= in.remaining() / Float.BYTES,
        name + " has a length of " + length + " in a form with " + in.remaining() + " bytes left");
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      int bits = in.getInt();
      values[i] = Float.intBitsToFloat(bits);
      require(Float.floatToIntBits(values[i]) == bits, ANOTHER_NAN);
    }
    return values;
  }

  private ByteBuffer bytes(int count) {
    require(
        in.remaining() >= count,
        "it ends after " + in.limit() + " bytes of fields, in the middle of one");
    return in;
  }

  /** Whether there is a byte to read next, and it is this one. */
  public boolean nextIs(int value) {
    return in.hasRemaining() && in.get(in.position()) == (byte) value;
  }

  /** Whether there is another field. */
  public boolean hasRemaining() {
    return in.hasRemaining();
  }

  /** Checks that nothing is left. */
  public void end() {
    require(!in.hasRemaining(), "it has " + in.remaining() + " bytes too many");
  }
}
