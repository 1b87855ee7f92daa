/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code guard}, {@code linear}, or else JMH with its usual options. */
public final class Main {

  private Main() {}

  /** Runs what the first argument says. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> all = List.of(arguments);
    if (all.equals(List.of("guard")) || all.equals(List.of("guard", "--quick"))) {
      System.exit(Guard.run(all.size() == 2) ? 0 : 1);
    } else if (all.size() == 2 && all.get(0).equals("linear")) {
      Linear.run(Path.of(all.get(1)));
    } else if (!all.isEmpty() && List.of("guard", "linear").contains(all.get(0))) {
      System.err.println("usage: guard [--quick] | linear FOLDER | the options of JMH");
      System.exit(2);
    } else if (System.getenv().entrySet().containsAll(Side.ENVIRONMENT.entrySet())) {
      org.openjdk.jmh.Main.main(arguments);
    } else {
      System.exit(again(arguments));
    }
  }

  /** Starts this program once more, as the JVMs that JMH starts inherit the environment. */
  private static int again(String[] arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(javaCommand(List.of()));
    command.add(Main.class.getName());
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(Side.ENVIRONMENT);
    return builder.start().waitFor();
  }

  /** The beginning of a command that runs a class of this program on this JDK. */
  static List<String> javaCommand(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    return command;
  }
}
