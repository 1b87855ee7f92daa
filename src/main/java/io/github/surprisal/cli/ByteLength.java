/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.TokenBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The UTF-8 length of a token, as a reply tells it: of its bytes, or else of its text. A text that
 * does not stand for the bytes has none: one with replacement characters, which stand for any
 * number of bytes, or a token's number instead of its text.
 */
final class ByteLength {

  private static final char REPLACEMENT = '\uFFFD';

  /** A token that is no whole character, as some servers write it: {@code bytes:\xe2\x80}. */
  private static final Pattern ESCAPED = Pattern.compile("(?:bytes:|byte: )(?=.*\\\\x[0-9a-f]{2})");

  private static final Pattern BYTE = Pattern.compile("\\\\x[0-9a-f]{2}");
  private static final Pattern TOKEN_NUMBER = Pattern.compile("token_id:\\d+");

  private ByteLength() {}

  /** Returns the length of a token by its member "bytes", or else by the text in one of others. */
  static OptionalInt of(JsonValue token, String... textMembers) throws InputException {
    Optional<JsonValue> text = Optional.empty();
    for (String member : textMembers) {
      text = text.isPresent() ? text : token.find(member);
    }
    Optional<JsonValue> bytes = token.find("bytes");
    if (bytes.isEmpty()) {
      return text.isPresent() ? ofText(text.get()) : OptionalInt.empty();
    }
    if (bytes.get().isNumber()) {
      return OptionalInt.of(bytes.get().integer(TokenBytes.MAX_BYTE_COUNT));
    }
    return ofBytes(bytes.get(), text);
  }

  private static OptionalInt ofBytes(JsonValue bytes, Optional<JsonValue> text)
      throws InputException {
    List<JsonValue> elements = bytes.elements();
    byte[] values = new byte[elements.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) elements.get(i).integer(255);
    }
    boolean areOfShownText = // in which a replacement stands for bytes that are lost
        text.isPresent()
            && new String(values, StandardCharsets.UTF_8).equals(text.get().text())
            && text.get().text().indexOf(REPLACEMENT) >= 0
            && hasReplacement(values);
    return areOfShownText ? OptionalInt.empty() : OptionalInt.of(checked(bytes, values.length));
  }

  /** Whether the bytes hold a replacement character, and are not merely shown as one. */
  private static boolean hasReplacement(byte[] utf8) {
    for (int i = 0; i + 2 < utf8.length; i++) {
      if (utf8[i] == (byte) 0xEF && utf8[i + 1] == (byte) 0xBF && utf8[i + 2] == (byte) 0xBD) {
        return true;
      }
    }
    return false;
  }

  /** Returns the length of a token by its text. */
  static OptionalInt ofText(JsonValue value) throws InputException {
    String text = value.text();
    if (text.indexOf(REPLACEMENT) >= 0
        || !StandardCharsets.UTF_8.newEncoder().canEncode(text)
        || TOKEN_NUMBER.matcher(text).matches()) {
      return OptionalInt.empty();
    }
    String whole = ESCAPED.matcher(text).lookingAt() ? unescaped(text) : text;
    return OptionalInt.of(checked(value, whole.getBytes(StandardCharsets.UTF_8).length));
  }

  private static String unescaped(String text) {
    return BYTE.matcher(ESCAPED.matcher(text).replaceFirst("")).replaceAll("?");
  }

  private static int checked(JsonValue value, int length) throws InputException {
    if (length > TokenBytes.MAX_BYTE_COUNT) {
      throw value.problem(
          "the token has "
              + length
              + " bytes, expected 0 to "
              + TokenBytes.MAX_BYTE_COUNT
              + ": is it a whole text?");
    }
    return length;
  }
}
