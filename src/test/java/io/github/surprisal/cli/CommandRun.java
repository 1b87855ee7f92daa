/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import picocli.CommandLine;

/** What one run of the command in this JVM gave. */
record CommandRun(int status, String out, String err) {

  /** The folder with the logits of real models. */
  static final Path REAL =
      Path.of(System.getProperty("conformance.dir", "src/test/resources/conformance"), "real");

  static CommandRun eval(Object... arguments) {
    return of(
        command -> {
          String[] line = new String[arguments.length + 1];
          line[0] = "eval";
          for (int i = 0; i < arguments.length; i++) {
            line[i + 1] = arguments[i].toString();
          }
          return command.execute(line);
        });
  }

  static CommandRun surprisal(String... arguments) {
    return of(command -> command.execute(Arrays.copyOf(arguments, arguments.length)));
  }

  static CommandRun of(ToIntFunction<CommandLine> action) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        action.applyAsInt(
            Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true)));
    return new CommandRun(status, unixLines(out), unixLines(err));
  }

  private static String unixLines(StringWriter text) {
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  JsonNode json() {
    try {
      return new ObjectMapper().readTree(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
