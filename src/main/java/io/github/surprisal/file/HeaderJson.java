/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads JSON from front to back, by a caller that knows what should come next. Duplicate keys, deep
 * nesting and anything that RFC 8259 does not allow are refused by an {@link
 * IllegalArgumentException} that names the place.
 */
final class HeaderJson extends HeaderScanner {

  /** How deep what is skipped may be nested. */
  private static final int MAX_DEPTH = 64;

  /** No number that anyone writes is longer. */
  private static final int MAX_NUMBER = 400;

  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private static final Pattern WHOLE = Pattern.compile("0|[1-9][0-9]*");

  private final byte[] text;

  HeaderJson(byte[] utf8) {
    super("malformed JSON at byte", utf8.length);
    this.text = utf8;
  }

  @Override
  char symbol(int index) {
    return (char) Byte.toUnsignedInt(text[index]);
  }

  /** Takes the value of a member of an object. */
  interface Member {
    void read(String key);
  }

  /** Reads an object, whose values are read one by one. */
  void object(Member member) {
    Set<String> keys = new HashSet<>();
    expect('{');
    if (accept('}')) {
      return;
    }
    do {
      String key = string();
      if (!keys.add(key)) {
        throw malformed("the key '" + key + "' appears twice");
      }
      expect(':');
      member.read(key);
    } while (accept(','));
    expect('}');
  }

  /** Reads an array, whose elements are read one by one. */
  void array(Runnable element) {
    expect('[');
    if (accept(']')) {
      return;
    }
    do {
      element.run();
    } while (accept(','));
    expect(']');
  }

  /** Reads a number without sign, fraction and exponent. */
  long whole() {
    String number = number();
    if (!WHOLE.matcher(number).matches()) {
      throw malformed("expected a whole number from 0 on, not " + number);
    }
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException tooLarge) {
      throw malformed("the number " + number + " is larger than " + Long.MAX_VALUE, tooLarge);
    }
  }

  private String number() {
    skipSpace();
    int end = position;
    while (end < text.length && "+-.eE0123456789".indexOf(text[end]) >= 0) {
      end++;
    }
    if (end - position > MAX_NUMBER) {
      throw malformed("expected a number of at most " + MAX_NUMBER + " digits");
    }
    String number = new String(text, position, end - position, StandardCharsets.US_ASCII);
    if (!NUMBER.matcher(number).matches()) {
      throw malformed(number.isEmpty() ? "expected a value" : "'" + number + "' is no number");
    }
    position = end;
    return number;
  }

  /** Reads a string. */
  String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    int plain = position;
    while (next() != '"') {
      if (next() == '\\') {
        value.append(decoded(plain, position));
        value.append(escaped());
        plain = position;
      } else if (next() < ' ') {
        throw malformed(isAtEnd() ? "expected the end of a string" : "control character");
      } else {
        position++;
      }
    }
    value.append(decoded(plain, position++));
    if (value.chars().anyMatch(c -> Character.isSurrogate((char) c)) && !isPaired(value)) {
      throw malformed("half of a surrogate pair");
    }
    return value.toString();
  }

  private static boolean isPaired(CharSequence value) {
    return value
        .codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private String decoded(int from, int to) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(text, from, to - from))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      position = from;
      throw malformed("expected UTF-8", notUtf8);
    }
  }

  /** Takes a backslash and what it stands for. */
  private char escaped() {
    position++;
    if (next() == 'u') {
      return hexadecimal();
    }
    int which = "\"\\/bfnrt".indexOf(next());
    if (which < 0) {
      throw malformed("expected an escape that JSON has");
    }
    position++;
    return "\"\\/\b\f\n\r\t".charAt(which);
  }

  private char hexadecimal() {
    int value = 0;
    for (int i = 1; i <= 4; i++) {
      position++;
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw malformed("expected four hexadecimal digits");
      }
      value = value * 16 + digit;
    }
    position++;
    return (char) value;
  }

  /** Reads any value, and forgets it. */
  void skip() {
    skip(1);
  }

  private void skip(int depth) {
    skipSpace();
    if (depth > MAX_DEPTH) {
      throw malformed("nested deeper than " + MAX_DEPTH);
    }
    switch (next()) {
      case '{' -> object(key -> skip(depth + 1));
      case '[' -> array(() -> skip(depth + 1));
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  private void literal(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (next() != name.charAt(i)) {
        throw malformed("expected " + name);
      }
      position++;
    }
  }

  /** Checks that nothing but space is left. */
  void end() {
    expectEnd("the end");
  }
}
