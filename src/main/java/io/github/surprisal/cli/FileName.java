/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The name of a file as it stands in the command line. */
final class FileName {

  private FileName() {}

  /** Returns the path that a name stands for. */
  static Path path(String name) throws InputException {
    try {
      return Path.of(name);
    } catch (InvalidPathException impossible) {
      throw new InputException(name, problem(name));
    }
  }

  /** Under a locale such as C, the JVM knows no characters but ASCII, and loses all others. */
  private static String problem(String name) {
    return name.chars().allMatch(c -> c < 0x80)
        ? "cannot be the name of a file on this system"
        : "this locale has no such characters in file names, expected one that has, such as"
            + " LC_ALL=C.UTF-8";
  }
}
