/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A running {@link Worker}, idle unless it is asked for a timing. */
final class WorkerProcess implements AutoCloseable {

  private final Case timed;
  private final Process process;
  private final BufferedReader output;
  private final PrintStream input;

  private WorkerProcess(Case timed, Process process) {
    this.timed = timed;
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
    this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** Starts a JVM for a case; it prepares and warms up on its own. */
  static WorkerProcess start(Case timed) throws IOException {
    List<String> command = new ArrayList<>(Main.javaCommand(timed.side().options()));
    command.add(Worker.class.getName());
    command.add(timed.toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Side.ENVIRONMENT);
    return new WorkerProcess(timed, builder.start());
  }

  /** Waits until it is ready, with its result checked. */
  void awaitReady() throws IOException {
    answer(Worker.READY);
  }

  /** Lets it run for some time; nothing else should. */
  Timing time(int millis) throws IOException {
    input.println(millis);
    String[] parts = answer(Worker.TIMED).split(" ");
    return new Timing(Double.parseDouble(parts[0]), Long.parseLong(parts[1]));
  }

  /** The rest of the next line that begins so; warnings of the JVM are in between. */
  private String answer(String start) throws IOException {
    StringBuilder others = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(start)) {
        return line.substring(start.length());
      }
      others.append(line).append(System.lineSeparator());
    }
    throw new IOException(timed + " failed and said" + System.lineSeparator() + others);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
