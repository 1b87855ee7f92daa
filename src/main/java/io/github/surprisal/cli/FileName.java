/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The name of a file as it stands in the command line. */
final class FileName {

  private FileName() {}

  /** The name of standard input. */
  static final String STANDARD_INPUT = "-";

  /** What messages call standard input. */
  static final String STANDARD_INPUT_LABEL = "standard input";

  /** What stands before the name of one of several tensors in standard input. */
  static final String TENSOR_IN_STANDARD_INPUT = " -:";

  /** Returns an argument with a blank before -:NAME, which the parser takes for an option. */
  static String spelled(String argument) {
    return argument.replaceFirst("^(--[a-z-]+=)?-:", "$1" + TENSOR_IN_STANDARD_INPUT);
  }

  /** Whether a name stands for standard input, or for one of the tensors in it. */
  static boolean isStandardInput(String name) {
    return name.equals(STANDARD_INPUT) || name.startsWith(TENSOR_IN_STANDARD_INPUT);
  }

  /**
   * Checks names that are given as parameters.
   *
   * @param expected what they should name
   */
  static void check(CommandSpec command, List<String> names, String expected) {
    if (names.contains("")) { // as from an unset variable of a script
      throw new ParameterException(
          command.commandLine(),
          "Invalid value for 'FILE': '' is no file name, expected " + expected);
    }
    if (names.stream().filter(FileName::isStandardInput).count() > 1) {
      throw new ParameterException(
          command.commandLine(),
          "Invalid value for 'FILE': - is standard input, expected once at most");
    }
  }

  /** Whether a path is a pipe or a device: what can be read only once, from front to back. */
  static boolean isPipe(Path path) {
    return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
  }

  /** Returns the path that a name stands for. */
  static Path path(String name) throws InputException {
    if (name.startsWith(TENSOR_IN_STANDARD_INPUT)) {
      throw new InputException(
          name.strip(), "names a tensor in standard input, expected a file, or - for all of it");
    }
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
