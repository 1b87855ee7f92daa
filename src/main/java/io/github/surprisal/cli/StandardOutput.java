/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.ToIntFunction;
import picocli.CommandLine;

/**
 * Standard output, where a run is a success only if all that it printed has arrived: a full disk is
 * none. A reader that closes its end of a pipe, such as {@code head}, has all that it wants:
 * writing to a pipe fails for no other reason.
 */
final class StandardOutput {

  private StandardOutput() {}

  /** Runs what prints to the command's streams, and returns the exit status. */
  static int watch(CommandLine command, ToIntFunction<CommandLine> action) {
    int status = action.applyAsInt(command);
    PrintWriter out = command.getOut();
    boolean failed = out.checkError() || System.out.checkError();
    boolean isPipe = StreamType.of(1).equals(Optional.of(StreamType.PIPE));
    if (status != 0 || !failed || isPipe) {
      return status;
    }
    command.getErr().println("surprisal: standard output: cannot be written");
    return 1;
  }
}
