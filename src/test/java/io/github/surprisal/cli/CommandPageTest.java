/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static io.github.surprisal.cli.CommandRun.REAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.Page;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/command.md says of the command is true. */
final class CommandPageTest {
  private static final Page PAGE = Page.of("docs/command.md");

  @ParameterizedTest
  @ValueSource(strings = {"eval", "compare", "logprobs", "info"})
  void theTableHasEveryOption(String command) {
    List<String> options =
        Pattern.compile("(?m)^ {2}.{4}(--[a-z-]+)")
            .matcher(CommandRun.surprisal(command, "--help").out())
            .results()
            .map(MatchResult::group)
            .map(option -> option.replaceAll(".*--", "--"))
            .filter(option -> !option.matches("--help|--version"))
            .toList();
    assertThat(PAGE.table("option of `" + command + "`"))
        .extracting(row -> row.get(0).replace("`", ""))
        .containsExactlyInAnyOrderElementsOf(options);
  }

  @Test
  void theTableHasEveryFormat() {
    assertThat(PAGE.table("`--format`"))
        .extracting(row -> row.get(0).replace("`", ""))
        .containsExactlyElementsOf(
            Arrays.stream(ReplyFormat.values()).map(ReplyFormat::toString).toList());
  }

  /** With the files of a real model for the files that they name. */
  @Test
  void theCommandsRun() {
    Map<String, String> files =
        Map.of(
            "logits.npy", file("logits"),
            "original.npy", file("logits"),
            "quantised.npy", file("logits"),
            "targets.npy", file("targets"),
            "bytes.npy", file("token_bytes"),
            "replies.jsonl", LogProbsCommandTest.REPLIES.resolve("ollama-stream.jsonl").toString());
    List<String> commands = PAGE.blocks("sh");
    assertThat(commands).hasSize(3);
    for (String command : commands) {
      String arguments = command.replaceFirst("java -jar target/surprisal-\\S+-cli\\.jar ", "");
      CommandRun run =
          CommandRun.surprisal(
              Arrays.stream(arguments.replace("\\\n", "").strip().split(" +", -1))
                  .map(word -> files.getOrDefault(word, word))
                  .toArray(String[]::new));
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains(command.contains("logprobs") ? "4 of 4 tokens" : "387");
    }
  }

  private static String file(String name) {
    return REAL.resolve("bpe2048_" + name + ".npy").toString();
  }
}
