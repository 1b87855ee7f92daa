/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The processor that ratios are measured on.
 *
 * @param name what it calls itself, with its family, and how many of it there are
 * @param isAmd whether its maker is AMD
 */
record Processor(String name, boolean isAmd) {

  /** Where Linux describes it. */
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /**
   * The one that this program runs on; of other systems than Linux only the architecture is known.
   */
  static Processor here() throws IOException {
    List<String> lines = Files.isReadable(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
    String name =
        field(lines, "model name")
            .map(model -> model + field(lines, "cpu family").map(" family "::concat).orElse(""))
            .orElse(System.getProperty("os.arch"));
    int count = Runtime.getRuntime().availableProcessors();
    boolean isAmd = field(lines, "vendor_id").filter("AuthenticAMD"::equals).isPresent();
    return new Processor(count + " x " + name, isAmd);
  }

  private static Optional<String> field(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key + "\t"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
