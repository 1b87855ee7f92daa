/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.TokenBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table in text: on each line an id, a tab, and the number of the token's bytes, or the token
 * itself if the first line is {@code id}, a tab and {@code token}. There, {@code \t}, {@code \n},
 * {@code \r}, {@code \\} and {@code \xE4} stand for bytes.
 */
final class TokenTable {

  private static final String TOKEN = "token";
  private static final String BYTES = "bytes";

  /** A piece of a token: an escape, whole or not, or something else. */
  private static final Pattern PIECE =
      Pattern.compile("\\\\(?:x[0-9A-Fa-f]{2}|[tnr\\\\])?|[^\\\\]+");

  private final LineReader lines;
  private final IdTable<byte[]> table = new IdTable<>();
  private boolean isOfTokens;

  private TokenTable(LineReader lines) {
    this.lines = lines;
  }

  static Vocabulary read(String file, LineReader lines) throws IOException {
    TokenTable table = new TokenTable(lines);
    table.readLines();
    String form = table.isOfTokens ? "table of tokens" : "table of byte counts";
    return Vocabulary.of(file, form, table.table, OptionalInt.empty());
  }

  private void readLines() throws IOException {
    boolean isFirst = true;
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      String[] columns = text(line.get()).split("\t", -1);
      if (columns.length != 2) {
        throw lines.wrong("has " + columns.length + " columns, expected 2 with a tab between them");
      }
      if (isFirst && !TokenId.isNumber(columns[0])) {
        readHeader(columns);
      } else {
        readToken(columns[0], columns[1]);
      }
      isFirst = false;
    }
  }

  private String text(byte[] line) throws InputException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException wrong) {
      throw lines.wrong("is not in UTF-8, expected a token in UTF-8, or its bytes as \\xE4");
    }
  }

  private void readHeader(String[] columns) throws InputException {
    String second = columns[1].toLowerCase(Locale.ROOT);
    isOfTokens = second.equals(TOKEN);
    if (!columns[0].toLowerCase(Locale.ROOT).equals("id")
        || (!isOfTokens && !second.equals(BYTES))) {
      throw lines.wrong(
          "the columns are "
              + TokenId.quote(columns[0])
              + " and "
              + TokenId.quote(columns[1])
              + ", expected id and bytes, or id and token; a .vocab of SentencePiece holds no ids: "
              + VocabularyFile.ADVICE);
    }
  }

  private void readToken(String number, String value) throws InputException {
    int id = TokenId.parse(lines, "the id", number, IdTable.MAX_IDS - 1);
    if (isOfTokens) {
      TokenId.put(lines, table, id, unescaped(value));
      return;
    }
    if (!TokenId.isNumber(value)) {
      throw lines.wrong(
          "the number of bytes is "
              + TokenId.quote(value)
              + ", expected an integer; a table of tokens begins with the line id, tab, token");
    }
    int count = TokenId.parse(lines, "the number of bytes", value, TokenBytes.MAX_BYTE_COUNT);
    TokenId.put(lines, table, id, new byte[count]);
  }

  private byte[] unescaped(String token) throws InputException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher pieces = PIECE.matcher(token);
    while (pieces.find()) {
      String piece = pieces.group();
      if (piece.charAt(0) == '\\') {
        bytes.write(escaped(piece));
      } else {
        bytes.writeBytes(piece.getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private int escaped(String escape) throws InputException {
    if (escape.length() == 1) {
      throw lines.wrong(
          "a backslash before something else, expected \\t, \\n, \\r, \\\\ or a byte such as \\xE4");
    }
    return switch (escape.charAt(1)) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'x' -> Integer.parseInt(escape.substring(2), 16);
      default -> '\\';
    };
  }
}
