/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.Surprisal;
import io.github.surprisal.file.FileFormatException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToIntFunction;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code surprisal}. */
@Command(
    name = "surprisal",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      EvalCommand.class,
      CompareCommand.class,
      LogProbsCommand.class,
      InfoCommand.class,
      AutoComplete.GenerateCompletion.class
    },
    description = "Loss, perplexity and bits per byte of language models.")
public final class Main {

  private Main() {}

  /**
   * Runs the command and exits: 0 success, 1 unusable input or output, 2 wrong usage.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    Relaunch.begin(Main.class, args);
    System.exit(run(command -> command.execute(args)));
  }

  /** Runs an action of the command, whose words and numbers are English, and returns its status. */
  static int run(ToIntFunction<CommandLine> action) {
    Locale.setDefault(Locale.ROOT);
    return StandardOutput.watch(commandLine(), action);
  }

  /**
   * Returns the command, ready to execute; unusable input, or a kernel asked for that can't run,
   * becomes one line on its error stream.
   */
  static CommandLine commandLine() {
    return new Parser()
        .setExpandAtFiles(false)
        .setUnmatchedOptionsAllowedAsOptionParameters(false)
        .setExecutionExceptionHandler(Main::report);
  }

  /** Takes names of tensors in standard input that would be taken for options. */
  private static final class Parser extends CommandLine {

    Parser() {
      super(new Main());
    }

    @Override
    public int execute(String... arguments) {
      return super.execute(Arrays.stream(arguments).map(FileName::spelled).toArray(String[]::new));
    }
  }

  private static int report(
      Exception exception, CommandLine command, CommandLine.ParseResult arguments)
      throws Exception {
    if (exception instanceof IllegalStateException && isKernelUnusable()) {
      String line = "surprisal: " + exception.getMessage();
      command.getErr().println(line.replaceAll("\\p{Cntrl}", "?"));
      return CommandLine.ExitCode.USAGE;
    }
    if (!(exception instanceof InputException || exception instanceof FileFormatException)) {
      throw exception;
    }
    command.getErr().println("surprisal: " + exception.getMessage());
    return 1;
  }

  /** Whether a kernel was asked for that can't run: then whatever computes throws. */
  private static boolean isKernelUnusable() {
    try {
      Surprisal.kernels();
      return false;
    } catch (IllegalStateException unusable) {
      return true;
    }
  }
}
