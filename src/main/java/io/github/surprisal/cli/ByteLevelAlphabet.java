/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The alphabet of byte-level BPE, as GPT-2's: each character stands for one byte. Bytes that are
 * printable in Latin-1 stand for themselves, and the characters from U+0100 on for the others, in
 * order.
 */
final class ByteLevelAlphabet {

  /** The last of the characters that stand for the 68 bytes that are not printable. */
  private static final int LARGEST = 0x143;

  /** The byte of each character; below 0 if it has none. */
  private static final int[] BYTES = bytes();

  private ByteLevelAlphabet() {}

  private static int[] bytes() {
    int[] bytes = new int[LARGEST + 1];
    Arrays.fill(bytes, -1);
    int next = 0x100;
    for (int value = 0; value < 0x100; value++) {
      boolean isPrintable = (value > ' ' && value < 0x7F) || (value > 0xA0 && value != 0xAD);
      bytes[isPrintable ? value : next++] = value;
    }
    return bytes;
  }

  /** Returns the characters, each as a text. */
  static List<String> characters() {
    List<String> characters = new ArrayList<>();
    for (int c = 0; c <= LARGEST; c++) {
      if (BYTES[c] >= 0) {
        characters.add(String.valueOf((char) c));
      }
    }
    return characters;
  }

  /** Returns the bytes that a token stands for, if all of it is in the alphabet. */
  static Optional<byte[]> bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      int value = token.charAt(i) <= LARGEST ? BYTES[token.charAt(i)] : -1;
      if (value < 0) {
        return Optional.empty();
      }
      bytes[i] = (byte) value;
    }
    return Optional.of(bytes);
  }
}
