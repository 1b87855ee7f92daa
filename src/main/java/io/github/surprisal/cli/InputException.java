/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/** A file that cannot be evaluated; the message is one line, "FILE: what is wrong, what helps". */
final class InputException extends IOException {

  private static final long serialVersionUID = 1L;

  InputException(Path file, String problem) {
    super((file + ": " + problem).replaceAll("\\p{Cntrl}", "?"));
  }

  /** Throws if not all that was printed has arrived. */
  static void throwIfFailed(PrintWriter out) throws InputException {
    if (out.checkError() || System.out.checkError()) {
      throw new InputException(Path.of("standard output"), "cannot be written");
    }
  }
}
