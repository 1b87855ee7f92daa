/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/**
 * Server-sent events as a text of their data alone: all else becomes spaces, so that lines and
 * columns stay where they are.
 */
final class EventStream extends InputStream {

  private static final String DATA = "data:";

  /** The data that ends a stream, and is no JSON. */
  private static final String DONE = "[DONE]";

  /** How an event begins: no JSON text begins so. */
  private static final Pattern FIELD = Pattern.compile("\\s*+(?:data|event|id|retry)?+:");

  /** How many bytes tell what a line is. */
  private static final int BEGINNING = 64;

  private final InputStream in;
  private boolean isAtLineStart = true;

  /** How many bytes of the line are still to become spaces. */
  private int hidden;

  private EventStream(InputStream in) {
    this.in = in;
  }

  /** Returns the data of a stream of events, or the text itself if it is none. */
  static InputStream dataOf(InputStream text) throws IOException {
    InputStream in = new BufferedInputStream(text);
    return FIELD.matcher(StreamBeginning.of(in, BEGINNING)).lookingAt() ? new EventStream(in) : in;
  }

  @Override
  public int read() throws IOException {
    if (isAtLineStart) {
      hidden = hiddenOfLine();
    }
    int next = in.read();
    isAtLineStart = next == '\n';
    if (next < 0 || isAtLineStart || hidden == 0) {
      return next;
    }
    hidden--;
    return ' ';
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = 0;
    for (int next = 0; count < length && next >= 0; ) {
      next = read();
      if (next >= 0) {
        bytes[offset + count] = (byte) next;
        count++;
      }
    }
    return count == 0 && length > 0 ? -1 : count;
  }

  /** Returns how many bytes of the line that begins become spaces. */
  private int hiddenOfLine() throws IOException {
    String line = StreamBeginning.of(in, BEGINNING);
    boolean isShown =
        line.startsWith(DATA) && !line.substring(DATA.length()).strip().startsWith(DONE);
    return isShown ? DATA.length() : Integer.MAX_VALUE;
  }
}
