/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.regex.Pattern;

/** Reads token ids in the lines of a file, and tells what is wrong with them. */
final class TokenId {

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");
  private static final Pattern SHORT_NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final int LONGEST_QUOTE = 40;

  private TokenId() {}

  /** Whether a text is an integer of any size. */
  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  /** Returns an integer from 0 to a maximum; a line that has none is refused. */
  static int parse(LineReader lines, String name, String text, int maximum) throws InputException {
    if (SHORT_NUMBER.matcher(text).matches() && Integer.parseInt(text) <= maximum) {
      return Integer.parseInt(text);
    }
    throw lines.wrong(name + " is " + quote(text) + ", expected an integer from 0 to " + maximum);
  }

  /** Puts the bytes of a token; a line with an id that was there before is refused. */
  static void put(LineReader lines, IdTable<byte[]> table, int id, byte[] bytes)
      throws InputException {
    if (!table.put(id, bytes)) {
      throw lines.wrong("the id " + id + " is there a second time, expected each id once");
    }
  }

  /** Returns a text as messages show it. */
  static String quote(String text) {
    return text.length() <= LONGEST_QUOTE ? '"' + text + '"' : "a long text";
  }
}
