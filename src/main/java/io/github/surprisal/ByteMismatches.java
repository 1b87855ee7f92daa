/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds why the bytes of a token differ from the bytes of the text. */
final class ByteMismatches {
  private static final Pattern BYTE_NAME = Pattern.compile("<0x[0-9A-Fa-f]{2}>");

  /** A name in brackets, with white space around it, or with a role after it: {@code <|a|>user}. */
  private static final Pattern SPECIAL_NAME =
      Pattern.compile("\\s*+(?:<[^<>\\s]+>|\\[[A-Z]+]|<\\|[^<>]+\\|>\\w*+)\\s*+");

  /** The name of what stands for unknown text; SentencePiece shows it as U+2047. */
  private static final Pattern UNKNOWN_NAME =
      Pattern.compile(
          "\\s*+(?:<\\|?unk(?:nown)?\\|?>|\\[unk(?:nown)?]|\u2047)\\s*+", Pattern.CASE_INSENSITIVE);

  private static final String WORD_END = "</w>";
  private static final String CONTINUATION = "##";

  /** The longest UTF-8 form of a character: how much of the text a token may lose as a whole. */
  private static final int CHARACTER_BYTES = 4;

  private ByteMismatches() {}

  /**
   * The probable cause.
   *
   * @param token the token's bytes, which the text does not have at the position; not empty
   * @param afterZeroBytes whether the token before it has no bytes
   */
  static ByteAudit.Cause cause(byte[] token, byte[] text, int position, boolean afterZeroBytes) {
    String name = new String(token, UTF_8);
    if (BYTE_NAME.matcher(name).matches()) {
      return ByteAudit.Cause.BYTE_FALLBACK;
    } else if (UNKNOWN_NAME.matcher(name).matches()) {
      return ByteAudit.Cause.UNKNOWN_TOKEN;
    }
    Optional<ByteAudit.Cause> mark = markOfWordPart(name, text, position);
    if (mark.isPresent()) {
      return mark.get();
    } else if (SPECIAL_NAME.matcher(name).matches()) {
      return ByteAudit.Cause.SPECIAL_TOKEN;
    } else if (name.indexOf('\u2581') >= 0) {
      return ByteAudit.Cause.WORD_BOUNDARY_MARK;
    } else if (name.indexOf('\u0120') >= 0
        || startsWith(text, position, fromByteLevelAlphabet(name))) {
      return ByteAudit.Cause.BYTE_LEVEL_ALPHABET;
    } else if (indexOf(token, "\uFFFD".getBytes(UTF_8), 0, token.length) >= 0) {
      return ByteAudit.Cause.REPLACEMENT_CHARACTER;
    }
    return causeInText(token, text, position, afterZeroBytes);
  }

  /** A mark at an end of the token, which says whether a word goes on, and is no text. */
  private static Optional<ByteAudit.Cause> markOfWordPart(String name, byte[] text, int position) {
    String part = name.stripTrailing();
    if (startsWith(text, position, part.getBytes(UTF_8))) {
      return Optional.empty();
    } else if (part.endsWith(WORD_END)) {
      return Optional.of(ByteAudit.Cause.END_OF_WORD_SUFFIX);
    } else if (part.matches("(?s).*[^@\\s]@@")) {
      return Optional.of(ByteAudit.Cause.CONTINUATION_SUFFIX);
    }
    boolean isText = startsWith(text, position, CONTINUATION.getBytes(UTF_8));
    return part.matches("(?s)##[^#\\s].*") && !isText
        ? Optional.of(ByteAudit.Cause.CONTINUATION_PREFIX)
        : Optional.empty();
  }

  /** The cause for a token that looks as it should. */
  private static ByteAudit.Cause causeInText(
      byte[] token, byte[] text, int position, boolean afterZeroBytes) {
    byte[] withoutFirst = Arrays.copyOfRange(token, 1, token.length);
    int left = text.length - position;
    if (position == 0 && token[0] == ' ' && startsWith(text, 0, withoutFirst)) {
      return ByteAudit.Cause.LEADING_SPACE;
    } else if (afterZeroBytes
        && indexOf(text, token, position + 1, position + CHARACTER_BYTES + token.length) >= 0) {
      return ByteAudit.Cause.ZERO_BYTE_TOKEN;
    } else if (left < token.length && startsWith(text, position, Arrays.copyOf(token, left))) {
      return ByteAudit.Cause.TEXT_ENDS;
    }
    return ByteAudit.Cause.DIFFERENT_TEXT;
  }

  /** The first index in [from, to) of the whole of some bytes; −1 if there is none. */
  private static int indexOf(byte[] text, byte[] bytes, int from, int to) {
    for (int i = from; i + bytes.length <= Math.min(to, text.length); i++) {
      if (startsWith(text, i, bytes)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Reads a token of byte-level BPE: each printable character of Latin-1 but the soft hyphen stands
   * for its own byte, and the characters from U+0100 to U+0143 for the other 68 bytes, in order.
   * Another character gives a byte that does not occur in UTF-8, so that the whole matches no text.
   */
  private static byte[] fromByteLevelAlphabet(String name) {
    byte[] bytes = new byte[name.length()];
    for (int i = 0; i < bytes.length; i++) {
      int character = name.charAt(i);
      bytes[i] = (byte) (character < 0x100 ? character : otherByte(character - 0x100));
    }
    return bytes;
  }

  /** The byte at an index among those that don't stand for themselves: 0–32, 127–160 and 173. */
  private static int otherByte(int index) {
    if (index <= 32) {
      return index;
    } else if (index < 67) {
      return index + 127 - 33;
    }
    return index == 67 ? 173 : 0xFF;
  }

  static boolean startsWith(byte[] text, int from, byte[] bytes) {
    return bytes.length <= text.length - from
        && Arrays.equals(text, from, from + bytes.length, bytes, 0, bytes.length);
  }
}
