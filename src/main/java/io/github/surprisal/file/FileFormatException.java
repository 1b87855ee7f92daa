/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;

/**
 * Thrown if the content of a file is not what it should be; the message is one line: the file, what
 * is wrong, what was expected, and where it is known what helps.
 */
public final class FileFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception about a file.
   *
   * @param file the file's name as the message shall have it
   * @param problem what is wrong with it, and what was expected
   */
  public FileFormatException(String file, String problem) {
    super((file + ": " + problem).replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?"));
  }
}
