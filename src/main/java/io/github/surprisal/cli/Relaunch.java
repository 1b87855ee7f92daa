/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.Surprisal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether the command was started again, in a JVM that runs on vectors.
 *
 * <p>Only an option of Java turns the Vector API on: a jar's manifest can't ask for an incubator
 * module, and HotSpot makes vector instructions of the module only if it is there from the start. A
 * second JVM takes its time to start and to compile vectors, so it is for large files alone.
 *
 * @param status the exit status if the command has run in another JVM
 * @param reason why it has not, or that it runs in the other one; empty if there was no need to
 */
record Relaunch(OptionalInt status, String reason) {

  private static final String OPTION = "--add-modules=jdk.incubator.vector";

  /**
   * From how many bytes of logits on a second JVM takes less time than it gains. On two cores, with
   * all files in memory, it costs 0.5 s, or 2 s where two models are compared; vectors gain 0.1 s a
   * gigabyte of logits, 0.25 s with predictions and 0.6 s where two models are compared.
   */
  private static final long LEAST_BYTES = 4_000_000_000L;

  /**
   * Vectors are objects until their loops are compiled: 100 MB of them, which by default stay until
   * the heap is full.
   */
  private static final String YOUNG_GENERATION = "-Xmn16m";

  /**
   * A smaller heap is left as it is: such a young generation would be more than a quarter of it.
   */
  private static final long LEAST_HEAP = 64 << 20;

  /** How the library begins the reason why it runs on loops, if the option is all that it lacks. */
  private static final String LACKS_THE_OPTION =
      "start Java with --add-modules jdk.incubator.vector";

  /** How this process was started: the name of the main class, and the arguments after it. */
  private static Optional<List<String>> ownCommand = Optional.empty();

  /**
   * Says how this process was started, as the first thing that a main class does. Without it,
   * nothing is started again.
   */
  static void begin(Class<?> main, String... arguments) {
    ParentJvm.greet();
    List<String> command = new ArrayList<>();
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ownCommand = Optional.of(command);
  }

  /**
   * Runs the command in another JVM, if that is faster and this JVM has not begun to read or write.
   *
   * @param bytes of all logits that are to be scored
   * @param hasPipes whether any input can be read only once
   */
  static Relaunch ifItPays(long bytes, boolean hasPipes) {
    if (ParentJvm.exists()) {
      return here("yes, with " + OPTION);
    }
    if (ownCommand.isEmpty()
        || System.getProperty("surprisal.kernels") != null
        || !Surprisal.kernelInUse().reason().startsWith(LACKS_THE_OPTION)) {
      return here("");
    }
    if (bytes < LEAST_BYTES) {
      return here("no: it pays from " + LEAST_BYTES / 1_000_000_000 + " GB of logits on");
    }
    if (hasPipes) {
      return here("no: pipes can't be read twice");
    }
    return inAnotherJvm(ownCommand.get());
  }

  private static Relaunch here(String reason) {
    return new Relaunch(OptionalInt.empty(), reason);
  }

  private static Relaunch inAnotherJvm(List<String> command) {
    Optional<JvmOptions> options = JvmOptions.current();
    String classPath = System.getProperty("java.class.path", "");
    if (options.isEmpty() || classPath.isEmpty() || !knowsProcesses()) {
      return here("no: how Java was started can't be found out");
    }
    Optional<String> observer = options.get().observer();
    if (observer.isPresent()) {
      return here("no: Java was started with " + observer.get());
    }
    try {
      OptionalInt status = ChildJvm.run(commandLine(options.get(), classPath, command));
      return status.isPresent()
          ? new Relaunch(status, "")
          : here("no: Java doesn't start with " + OPTION);
    } catch (IOException failed) {
      return here("no: " + failed.getMessage());
    }
  }

  /** Whether the system tells about processes, as the child needs it. */
  private static boolean knowsProcesses() {
    return ProcessHandle.current().info().command().isPresent();
  }

  private static List<String> commandLine(
      JvmOptions options, String classPath, List<String> command) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    line.addAll(options.options());
    line.add(OPTION);
    if (!options.setsYoungGeneration() && Runtime.getRuntime().maxMemory() >= LEAST_HEAP) {
      line.add(YOUNG_GENERATION);
    }
    line.add("-D" + ParentJvm.PROCESS + "=" + ProcessHandle.current().pid());
    line.add("-D" + ParentJvm.IS_WATCHED + "=" + Progress.isWatched());
    line.addAll(List.of("-cp", classPath));
    line.addAll(command);
    return line;
  }
}
