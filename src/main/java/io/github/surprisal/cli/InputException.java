/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A file that cannot be evaluated; the message is one line, "FILE: what is wrong, what helps". */
final class InputException extends IOException {

  private static final long serialVersionUID = 1L;

  InputException(Path file, String problem) {
    this(file.toString(), problem);
  }

  InputException(String file, String problem) {
    super((file + ": " + problem).replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?"));
  }

  /** Returns an exception that says why a .npy file cannot be read. */
  static InputException unreadable(Path file, IOException failed) {
    return unreadable(file.toString(), ".npy file", failed);
  }

  /**
   * Returns an exception that says why something cannot be read.
   *
   * @param expected what kind of file was expected
   */
  static InputException unreadable(String file, String expected, IOException failed) {
    if (failed instanceof InputException alreadyClear) {
      return alreadyClear;
    }
    if (failed instanceof NoSuchFileException) {
      return new InputException(file, "no such file, expected a " + expected);
    }
    if (failed instanceof AccessDeniedException) {
      return new InputException(file, "permission denied, expected a readable " + expected);
    }
    Optional<String> reason =
        failed instanceof FileSystemException system
            ? Optional.ofNullable(system.getReason())
            : Optional.empty();
    return new InputException(
        file, "cannot be read: " + reason.orElse(String.valueOf(failed.getMessage())));
  }
}
