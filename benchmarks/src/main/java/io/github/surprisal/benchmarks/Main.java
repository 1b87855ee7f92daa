/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.options.CommandLineOptionException;

/** {@code guard}, {@code linear}, or else JMH with its usual options. */
public final class Main {

  /**
   * Keeps glibc from giving memory back and from spreading it over arenas. Without it PyTorch
   * spends most of its time on page faults.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MALLOC_ARENA_MAX", "1",
          // glibc takes no threshold over 32 MiB, so that larger blocks would still be mapped anew.
          "MALLOC_MMAP_MAX_", "0",
          "MALLOC_MMAP_THRESHOLD_", "4294967296",
          "MALLOC_TRIM_THRESHOLD_", "17179869184",
          "MALLOC_TOP_PAD_", "1073741824",
          // A small block kept aside for its thread would part a large one from the free memory
          // behind it, and the next large one would have to be mapped anew.
          "GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");

  private Main() {}

  /** Runs what the first argument says. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (!System.getenv().entrySet().containsAll(ENVIRONMENT.entrySet())) {
      System.exit(again(arguments));
    }
    String command = arguments.length == 0 ? "" : arguments[0];
    List<String> rest = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
    try {
      switch (command) {
        case "guard" -> System.exit(Guard.run(rest) ? 0 : 1);
        case "linear" -> Linear.run(rest);
        default -> org.openjdk.jmh.Main.main(arguments);
      }
    } catch (CommandLineOptionException e) {
      System.err.println(e.getMessage());
      System.err.println("usage: guard [--quick] [-f ROUNDS] [-w TIME] [-r TIME] [HEADING ...]");
      System.err.println("       linear FOLDER");
      System.err.println("       the options of JMH");
      System.exit(2);
    }
  }

  /** Starts this program once more, as the JVMs that JMH starts inherit the environment. */
  private static int again(String[] arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(ENVIRONMENT);
    return builder.start().waitFor();
  }
}
