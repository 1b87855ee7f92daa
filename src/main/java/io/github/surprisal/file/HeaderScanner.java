/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

/**
 * A place in the text of a header, which is read from front to back: what a reader of JSON and one
 * of Python's literals have in common.
 */
abstract class HeaderScanner {

  private final String malformed;
  private final int length;

  /** The index of the next symbol. */
  int position;

  /**
   * Begins at the first symbol.
   *
   * @param malformed how messages begin, up to the place: {@code malformed JSON at byte}
   * @param length the number of symbols
   */
  HeaderScanner(String malformed, int length) {
    this.malformed = malformed;
    this.length = length;
  }

  /** Returns a symbol: a character of a text, or a byte from 0 to 255. */
  abstract char symbol(int index);

  /** Returns the next symbol, or NUL (which is nowhere allowed) at the end. */
  final char next() {
    return isAtEnd() ? '\0' : symbol(position);
  }

  final boolean isAtEnd() {
    return position == length;
  }

  /** Passes over space, and then over a symbol, which has to be there. */
  final void expect(char symbol) {
    if (!accept(symbol)) {
      throw malformed("expected '" + symbol + "'");
    }
  }

  /** Passes over space, and then over a symbol, if it is there. */
  final boolean accept(char symbol) {
    skipSpace();
    if (next() != symbol) {
      return false;
    }
    position++;
    return true;
  }

  final void skipSpace() {
    while (next() == ' ' || next() == '\n' || next() == '\r' || next() == '\t') {
      position++;
    }
  }

  /** Checks that nothing but space is left. */
  final void expectEnd(String end) {
    skipSpace();
    if (!isAtEnd()) {
      throw malformed("expected " + end);
    }
  }

  /** Returns an exception about the next symbol. */
  final IllegalArgumentException malformed(String reason) {
    return new IllegalArgumentException(malformed + " " + position + ": " + reason);
  }

  final IllegalArgumentException malformed(String reason, Throwable cause) {
    return new IllegalArgumentException(malformed(reason).getMessage(), cause);
  }
}
