/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that does the work of this one. It has this one's standard input and output, and its
 * standard error but for what Java prints there before the command begins: a warning of the
 * incubator module, and options from the environment, which this JVM has named already. The two end
 * together.
 */
final class ChildJvm {

  /** Options of Java that are in the command line of the child. */
  private static final List<String> READ_FROM_ENVIRONMENT =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  /** How long the child may take to end before it is made to. */
  private static final int SECONDS_TO_END = 2;

  /** The exit status after a SIGINT: 128 and the number of the signal, 2. */
  private static final int INTERRUPTED = 130;

  private final Process process;

  private ChildJvm(Process process) {
    this.process = process;
  }

  /**
   * Starts a JVM and waits for its end.
   *
   * @return its exit status; nothing if it has ended before the command began
   * @throws IOException if there is no starting it
   */
  static OptionalInt run(List<String> commandLine) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(commandLine)
            .redirectInput(Redirect.INHERIT)
            .redirectOutput(Redirect.INHERIT);
    builder.environment().keySet().removeAll(READ_FROM_ENVIRONMENT);
    ChildJvm child = new ChildJvm(builder.start());
    Thread end = new Thread(child::end, "surprisal end");
    try {
      Runtime.getRuntime().addShutdownHook(end);
    } catch (IllegalStateException ending) { // a signal came just now
      child.end();
      return OptionalInt.of(INTERRUPTED);
    }
    OptionalInt status = child.status();
    if (status.isEmpty()) {
      Runtime.getRuntime().removeShutdownHook(end);
    }
    return status;
  }

  private OptionalInt status() {
    try (InputStream err = process.getErrorStream()) {
      if (!hasStarted(err)) {
        end();
        return OptionalInt.empty();
      }
      copyToStandardError(err);
    } catch (IOException closed) {
      // By either side: the exit status tells the rest.
    }
    try {
      return OptionalInt.of(process.waitFor());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      end();
      return OptionalInt.of(INTERRUPTED);
    }
  }

  private static boolean hasStarted(InputStream err) throws IOException {
    int read = err.read();
    while (read != ParentJvm.STARTED && read >= 0) {
      read = err.read();
    }
    return read == ParentJvm.STARTED;
  }

  @SuppressWarnings("resource") // standard error stays open
  private static void copyToStandardError(InputStream err) throws IOException {
    OutputStream own = new FileOutputStream(FileDescriptor.err);
    err.transferTo(own);
  }

  /** Ends the process, and returns when it has ended. */
  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stop) {
      process.destroyForcibly();
    }
  }
}
