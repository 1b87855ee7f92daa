/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.Locale;

/** Lines of the command's tables: a name in the first column, and a value in the second. */
final class TableLine {

  private TableLine() {}

  /** Returns a line; numbers in it are English. */
  static String of(String name, String format, Object... arguments) {
    return text("%-16s", name) + text(format, arguments);
  }

  /** Returns a text with English numbers. */
  static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
