/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No loop steps beyond its end by a tile or an array's length: where a row has nearly 2^31 classes
 * the index would become negative, and the loop go on. {@link LongestRowTest} shows that, but needs
 * 9 GB; this looks at the sources. A loop adds what it has taken, which is never more than is left,
 * or it ends at a whole number of steps.
 */
final class TileLoopsTest {

  private static final Path SOURCES = Path.of("src/main/java/io/github/surprisal");

  private static final Pattern LOOP =
      Pattern.compile("for \\(int (\\w+) = [^;]+; \\1 < ([^;]+); \\1 \\+= ([^)]+)\\)");

  private static final Pattern LARGE_STEP =
      Pattern.compile("(TileKernel\\.)?TILE|PIECE|\\w+\\.length");

  /** Ends that are a whole number of tiles from the beginning. */
  private static final Set<String> WHOLE = Set.of("whole");

  @Test
  void noneStepsBeyondItsEnd() throws IOException {
    List<String> loops = new ArrayList<>();
    int seen = 0;
    for (Path source : sources()) {
      Matcher loop = LOOP.matcher(Files.readString(source));
      while (loop.find()) {
        seen++;
        if (LARGE_STEP.matcher(loop.group(3)).matches() && !WHOLE.contains(loop.group(2))) {
          loops.add(source + ": " + loop.group());
        }
      }
    }
    assertThat(loops).isEmpty();
    assertThat(seen).as("loops with a step").isGreaterThan(30);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> all = Files.walk(SOURCES)) {
      return all.filter(path -> path.toString().endsWith(".java")).toList();
    }
  }
}
