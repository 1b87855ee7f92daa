/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.Optional;

/** The JVM that has started this one to run the command on vectors, if there is such a one. */
final class ParentJvm {

  /** The system property that holds its process number. */
  static final String PROCESS = "surprisal.parent";

  /** The system property that tells whether someone looks at its standard error. */
  static final String IS_WATCHED = "surprisal.watched";

  /** What tells it that this JVM has started: ASCII's "acknowledge", on standard error. */
  static final int STARTED = 6;

  /** How often this JVM looks whether the parent is still there. */
  private static final int LOOK_MILLIS = 500;

  /** The exit status after a SIGTERM: 128 and the number of the signal, 15. */
  private static final int TERMINATED = 143;

  private ParentJvm() {}

  static boolean exists() {
    return number().isPresent();
  }

  private static Optional<Long> number() {
    return Optional.ofNullable(Long.getLong(PROCESS));
  }

  /** Whether someone looks at the progress; nothing if this JVM's own streams tell it. */
  static Optional<Boolean> isWatched() {
    return Optional.ofNullable(System.getProperty(IS_WATCHED)).map(Boolean::valueOf);
  }

  /** Tells the parent that this JVM has started, and ends with it, however it ends. */
  static void greet() {
    if (number().isPresent()) {
      System.err.write(STARTED);
      System.err.flush();
      long process = number().get();
      Thread watch = new Thread(() -> endWith(process), "surprisal parent");
      watch.setDaemon(true);
      watch.start();
    }
  }

  /** Asks for this process's parent, which becomes another one when it ends, and no zombie. */
  private static void endWith(long process) {
    while (ProcessHandle.current().parent().map(ProcessHandle::pid).equals(Optional.of(process))) {
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException unexpected) {
        return;
      }
    }
    Runtime.getRuntime().halt(TERMINATED);
  }
}
