/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

/** What the help of several commands says. */
final class HelpText {

  static final String EXIT_STATUS =
      "Exit status: 0 success, 1 unusable input (one line on standard error), 2 wrong usage.";

  static final String JSON =
      "Print one line of JSON. What JSON has no number for, NaN and the infinities, becomes null;"
          + " the member notNumbers tells which it is.";

  private HelpText() {}
}
