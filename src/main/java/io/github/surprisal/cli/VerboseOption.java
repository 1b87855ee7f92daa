/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.Surprisal;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --verbose}: says on standard error what runs, on what, and how fast. */
@SuppressWarnings("NullAway.Init") // the parser of the command line sets the fields
final class VerboseOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--verbose",
      description =
          "Say on standard error what runs: versions, kernel and files, and at the end time and"
              + " rate.")
  private boolean verbose;

  private String kernel = "";
  private long start;

  /**
   * Says what is about to run, and starts the clock.
   *
   * @param files a line for each
   */
  void begin(Relaunch relaunch, int threads, List<String> files) {
    if (!verbose) {
      return;
    }
    say("Version", new Version().getVersion()[0]);
    say("Java", Runtime.version() + ", " + property("java.vm.name") + ", " + system());
    say(
        "Processors",
        Runtime.getRuntime().availableProcessors() + ", of which threads may take " + threads);
    kernel = Surprisal.kernelInUse().toString();
    say("Kernel", kernel);
    if (!relaunch.reason().isEmpty()) {
      say("Started again", relaunch.reason());
    }
    files.forEach(file -> say("File", file));
    start = System.nanoTime();
  }

  private static String system() {
    return property("os.name") + " " + property("os.arch");
  }

  private static String property(String name) {
    return System.getProperty(name, "?");
  }

  /** Says what was found out about the machine on the way, and how fast it was. */
  void end(long rows, long logitBytes) {
    if (!verbose) {
      return;
    }
    double seconds = Math.max(1, System.nanoTime() - start) / 1e9;
    String found = Surprisal.kernels().substring(kernel.length());
    if (!found.isEmpty()) {
      say("Machine", found.substring("; ".length()));
    }
    say(
        "Time",
        TableLine.text(
            "%.2f s: %,.0f rows/s, %.2f GB/s",
            seconds, rows / seconds, logitBytes / 1e9 / seconds));
  }

  private void say(String name, String text) {
    String line = TableLine.of(name, "%s", text);
    command.commandLine().getErr().println(line.replaceAll("\\p{Cntrl}", "?"));
  }
}
