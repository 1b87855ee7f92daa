/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.file.FileFormatException;
import io.github.surprisal.file.StoredTensor;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
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

  /** Returns an exception that says what is wrong with the content of a file. */
  static InputException of(String file, String format, Object... arguments) {
    return new InputException(file, String.format(Locale.ROOT, format, arguments));
  }

  /** Returns an exception that says what is wrong with a tensor. */
  static InputException of(StoredTensor tensor, String format, Object... arguments) {
    return of(tensor.label(), format, arguments);
  }

  /** Returns an exception that says which element types were expected, and what helps. */
  static InputException ofType(StoredTensor tensor, String expected) {
    return of(
        tensor,
        "data type '%s' is not supported, expected %s%s",
        tensor.typeName(),
        expected,
        tensor.advice().map(advice -> ": " + advice).orElse(""));
  }

  /** Returns an exception that says why a file of tensors cannot be read. */
  static IOException unreadable(String file, IOException failed) {
    return unreadable(file, ".npy, .npz or .safetensors file", failed);
  }

  /**
   * Returns an exception that says why something cannot be read.
   *
   * @param expected what kind of file was expected
   */
  static IOException unreadable(String file, String expected, IOException failed) {
    if (failed instanceof InputException || failed instanceof FileFormatException) {
      return failed;
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
