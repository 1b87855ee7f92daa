/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** A rank file of tiktoken: the bytes of a token in base64, a space, and its id on each line. */
final class RankFile {

  static final Pattern LINE = Pattern.compile("[A-Za-z0-9+/]+={0,2} [0-9]+");

  private RankFile() {}

  static Vocabulary read(String file, LineReader lines) throws IOException {
    IdTable<byte[]> table = new IdTable<>();
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      String text = new String(line.get(), StandardCharsets.ISO_8859_1);
      int space = text.indexOf(' ');
      if (space < 0) {
        throw lines.wrong(TokenId.quote(text) + ", expected base64, a space and an id");
      }
      int id = TokenId.parse(lines, "the id", text.substring(space + 1), IdTable.MAX_IDS - 1);
      TokenId.put(lines, table, id, bytes(lines, text.substring(0, space)));
    }
    return Vocabulary.of(file, "ranks of tiktoken", table, OptionalInt.empty());
  }

  private static byte[] bytes(LineReader lines, String base64) throws InputException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException wrong) {
      throw lines.wrong(TokenId.quote(base64) + " is no base64, expected the bytes of a token");
    }
  }
}
