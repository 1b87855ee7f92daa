/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The options that this JVM was started with, from its command line and from its environment. */
record JvmOptions(List<String> options) {

  /**
   * Beginnings of options by which people and programs watch this JVM: they expect the work to be
   * done in it.
   */
  private static final List<String> OBSERVERS =
      List.of(
          "-agent",
          "-javaagent",
          "-Xrun",
          "-Xlog",
          "-verbose",
          "-XX:+Print",
          "-XX:StartFlightRecording");

  /** Options that set the young generation's size, or a collector. */
  private static final Pattern YOUNG_GENERATION =
      Pattern.compile("-Xmn.*|-XX:(Max)?New(Size|Ratio).*|-XX:\\+Use\\w+GC");

  /**
   * Returns the options of this JVM; nothing where the module {@code java.management} is not there
   * to tell. Only reflection can ask it without requiring it.
   */
  static Optional<JvmOptions> current() {
    try {
      Object runtime =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getRuntimeMXBean")
              .invoke(null);
      Object options =
          Class.forName("java.lang.management.RuntimeMXBean")
              .getMethod("getInputArguments")
              .invoke(runtime);
      List<String> copy = new ArrayList<>();
      ((List<?>) options).forEach(option -> copy.add(String.valueOf(option)));
      return Optional.of(new JvmOptions(copy));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError notToBeHad) {
      return Optional.empty();
    }
  }

  /** Returns an option that makes something look at this JVM, if there is one. */
  Optional<String> observer() {
    return options.stream()
        .filter(option -> OBSERVERS.stream().anyMatch(option::startsWith))
        .findFirst();
  }

  /**
   * Whether the size of the heap's young generation is set, or the collector, which may have none.
   */
  boolean setsYoungGeneration() {
    return options.stream().anyMatch(YOUNG_GENERATION.asMatchPredicate());
  }
}
