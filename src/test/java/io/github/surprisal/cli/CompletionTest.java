/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.surprisal.Page;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines for a shell's start-up file that docs/command.md shows, in a real bash. */
class CompletionTest {

  private static final Path BASH = Path.of("/bin/bash");

  @TempDir private static Path folder;

  private static String startUp;

  @BeforeAll
  static void theLinesOfThePage() throws Exception {
    assumeThat(BASH).isExecutable();
    List<String> blocks = Page.of("docs/command.md").blocks("bash");
    assertThat(blocks).hasSize(1);
    startUp =
        blocks
            .get(0)
            .replaceFirst(
                "java -jar \\S+-cli\\.jar",
                CommandJvm.shell(CommandJvm.main(List.of(), List.of())).replace("\\", "\\\\"));
    assertThat(startUp).contains(Main.class.getName());
    // One start of Java serves all tests.
    Path script = folder.resolve("script");
    bash(startUp + "\n{ declare -f; complete -p surprisal; } > '" + script + "'");
    startUp = Files.readString(script);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "surprisal ev | eval",
        "surprisal log | logprobs",
        "surprisal eval --log | --logits",
        "surprisal eval --logits a --targ | --targets",
        "surprisal compare --logits- | --logits-p --logits-q",
        "surprisal compare --verb | --verbose",
        "surprisal logprobs --format sg | sglang sglang-input",
        "surprisal --vers | --version"
      })
  void completes(String typed, String expected) throws Exception {
    String[] words = typed.split(" ", -1);
    String line =
        "compopt() { :; }\nCOMP_WORDS=(%s)\nCOMP_CWORD=%d\nCOMP_LINE='%s'\nCOMP_POINT=%d\n%s\n%s"
            .formatted(
                typed,
                words.length - 1,
                typed,
                typed.length(),
                "_complete_surprisal surprisal " + words[words.length - 1] + " ''",
                "echo ${COMPREPLY[@]}");

    assertThat(bash(startUp + "\n" + line).strip()).isEqualTo(expected);
  }

  @Test
  void bashAsksForThem() throws Exception {
    assertThat(bash(startUp + "\ncomplete -p surprisal"))
        .contains("-F _complete_surprisal", "-o default");
  }

  @Test
  void theFunctionRunsTheCommand() throws Exception {
    assertThat(bash(startUp + "\nsurprisal --version")).startsWith("surprisal ");
  }

  private static String bash(String script) throws Exception {
    Path file = Files.writeString(folder.resolve("lines"), script);
    Path out = folder.resolve("out");
    Process process =
        CommandJvm.builder(List.of(BASH.toString(), "--norc", file.toString()))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
