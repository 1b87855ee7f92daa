/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.Console;
import java.io.IOException;
import java.text.DecimalFormat;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** The progress bar of a long run, for people at a terminal only. */
final class Progress {

  private Progress() {}

  /** Work that tells the number of rows done. */
  @FunctionalInterface
  interface Work<T> {
    T run(LongConsumer rowsDone) throws IOException;
  }

  /**
   * Does the work and shows how far it is, unless nobody looks.
   *
   * @param quiet whether to show nothing in any case
   * @param rows how many rows there are
   */
  static <T> T show(boolean quiet, long rows, Work<T> work) throws IOException {
    if (quiet || !isWatched()) {
      return work.run(done -> {});
    }
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("Scoring")
            .setUnit(" rows", 1)
            .setInitialMax(rows)
            .showSpeed(new DecimalFormat("#,##0"))
            .clearDisplayOnFinish()
            .build()) {
      return work.run(bar::stepTo);
    }
  }

  /** Tells whether a person at a terminal would see a progress bar on standard error. */
  static boolean isWatched() {
    return ParentJvm.isWatched().orElseGet(Progress::isAtTerminal);
  }

  private static boolean isAtTerminal() {
    return StreamType.of(2)
        .map(type -> type == StreamType.TERMINAL)
        .orElseGet(Progress::hasConsole);
  }

  /** Tells whether input and output are at a terminal: standard error is then, most likely. */
  @SuppressWarnings("SystemConsoleNull") // isTerminal answers where it is never null
  private static boolean hasConsole() {
    Console console = System.console();
    return console != null && isTerminal(console);
  }

  /** From JDK 22 on there may be a console without a terminal, and a method that says so. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException beforeJdk22) {
      return true;
    } catch (ReflectiveOperationException failed) {
      return false;
    }
  }
}
