/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** Bytes in hexadecimal, such as {@code e2 96 81}. */
public final class HexText {
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\uFFFD]");

  private HexText() {}

  /** Two digits for each byte. */
  public static String of(byte[] bytes) {
    return HEX.formatHex(bytes);
  }

  /** Hex bytes, and in quotes the text that they are; a dot stands for what can't be shown. */
  public static String quoted(String hex) {
    String text = new String(HEX.parseHex(hex), UTF_8);
    return hex.isEmpty()
        ? "nothing"
        : hex + " \"" + UNPRINTABLE.matcher(text).replaceAll(".") + "\"";
  }
}
