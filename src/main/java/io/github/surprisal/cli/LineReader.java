/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a file line by line, as bytes: lines end with a line feed, or with a carriage return and a
 * line feed.
 */
final class LineReader {

  /** The most bytes of a line, so that a file without line feeds does not fill the memory. */
  private static final int LONGEST = 1 << 16;

  private final String file;
  private final InputStream in;
  private int line;

  LineReader(String file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /** Reads the next line that is not empty, without its end; nothing at the end of the file. */
  Optional<byte[]> next() throws IOException {
    while (true) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      line++;
      byte[] bytes = lineFrom(next);
      if (bytes.length > 0) {
        return Optional.of(bytes);
      }
    }
  }

  private byte[] lineFrom(int first) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    for (int next = first; next >= 0 && next != '\n'; next = in.read()) {
      if (bytes.size() == LONGEST) {
        throw wrong("the line is longer than " + LONGEST + " bytes, expected a token");
      }
      bytes.write(next);
    }
    byte[] all = bytes.toByteArray();
    boolean hasReturn = all.length > 0 && all[all.length - 1] == '\r';
    return hasReturn ? Arrays.copyOf(all, all.length - 1) : all;
  }

  /** Returns the number of the line that was read last, from 1. */
  int line() {
    return line;
  }

  /** Returns an exception about the line that was read last. */
  InputException wrong(String problem) {
    return new InputException(file, "line " + line + ": " + problem);
  }
}
