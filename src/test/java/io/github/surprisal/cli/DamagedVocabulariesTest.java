/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever happens to a vocabulary: an answer, or one line that says what is wrong. {@code
 * -Dmutations=N} tries N of them, instead of {@value #DEFAULT_CASES}.
 */
final class DamagedVocabulariesTest {

  private static final int DEFAULT_CASES = 20_000;

  private static final List<String> WORDS =
      List.of(
          "null",
          "-1",
          "2097151",
          "1e999",
          "1.5",
          "\"x\"",
          "[]",
          "{}",
          "true",
          "]",
          "}",
          "[[{",
          "\"model\":",
          "\"vocab\":",
          "\"type\":\"ByteLevel\"",
          "\"id\":3",
          "\"decoder\":null,",
          "\\ud800",
          "9999999999999999999999",
          "\n",
          "\t",
          "\r",
          "\\",
          "=",
          " ",
          "id\ttoken\n",
          "\u2581",
          "\u0120",
          "##",
          "</w>",
          "<0x0A>",
          "\"\":",
          "/*",
          "NaN",
          "\0",
          "\uFEFF");

  @Test
  @Timeout(600)
  void areReadOrExplained() throws IOException {
    long seed = Long.getLong("mutations.seed", new Random().nextLong());
    int cases = Integer.getInteger("mutations", DEFAULT_CASES);
    System.out.println("DamagedVocabulariesTest: " + cases + " cases, seed " + seed);
    Random random = new Random(seed);
    List<byte[]> files = files();
    int refused = 0;
    for (int i = 0; i < cases; i++) {
      byte[] damaged = DamagedText.of(files.get(i % files.size()), WORDS, random);
      refused += isRefused(damaged, "seed " + seed + ", case " + i) ? 1 : 0;
    }
    assertThat(refused).isBetween(cases / 5, cases * 19 / 20);
  }

  private static boolean isRefused(byte[] text, String name) {
    try {
      Vocabulary vocabulary = VocabularyFileTest.read(text);
      assertThat(vocabulary.count()).as(name).isBetween(1, vocabulary.tokens().size());
      return false;
    } catch (IOException explained) {
      assertThat(explained.getMessage()).as(name).matches("FILE: [^\n\r]{10,600}");
      return true;
    } catch (RuntimeException | Error unexplained) {
      throw new AssertionError(name + ": " + new String(text, StandardCharsets.UTF_8), unexplained);
    }
  }

  private static List<byte[]> files() throws IOException {
    try (Stream<Path> paths = Files.list(VocabularyFileTest.FILES)) {
      List<Path> sorted = paths.filter(path -> !path.toString().endsWith(".md")).sorted().toList();
      ArrayList<byte[]> files = new ArrayList<>();
      for (Path path : sorted) {
        files.add(Files.readAllBytes(path));
      }
      return files;
    }
  }
}
