/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong usage: exit status 2, what is wrong and the usage on standard error. */
class UsageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "eval | Missing required option: '--logits=FILE'",
        "eval --logits a | Missing required option: '--targets=FILE' or '--tokens=FILE'",
        "eval --logits a --targets b --tokens c | --targets and --tokens exclude each other:"
            + " expected targets, or else the input ids",
        "eval --targets a | Missing required option: '--logits=FILE'",
        "eval --logits a --targets b --json --colour | Unknown option: '--colour'",
        "eval a --logits b --targets c | Unmatched argument at index 1: 'a'",
        "eval --logits a --targets | Missing required parameter for option '--targets' at index 0"
            + " (FILE)",
        "eval --logits - --targets - | - is standard input, expected once at most: save it as a file"
            + " to read several of its tensors",
        "eval --logits a --targets b --threads 0 | Invalid value for option '--threads': 0,"
            + " expected 1 or more",
        "eval --logits a --targets b --temperature 0 | Invalid value for option '--temperature':"
            + " 0.0, expected a number above 0",
        "eval --logits a --targets b --temperature x | Invalid value for option '--temperature':"
            + " 'x' is not a double",
        "eval --logits a --targets b --dtype int8 | Invalid value for option '--dtype': 'int8',"
            + " expected float32, float16, bfloat16 or float64",
        "eval --logits a --targets b --ignore-index 1.5 | Invalid value for option"
            + " '--ignore-index': '1.5' is not an int",
        "eval --logits a --targets b --ignore-index 2147483648 | Invalid value for option"
            + " '--ignore-index': '2147483648' is not an int",
        "eval --logits a --targets b --label-smoothing x | Invalid value for option"
            + " '--label-smoothing': 'x' is not a double",
        "eval --logits a --targets b --label-smoothing 1.5 | Invalid value for option"
            + " '--label-smoothing': 1.5, expected a number from 0 to 1",
        "eval --logits a --targets b --label-smoothing -0.1 | Invalid value for option"
            + " '--label-smoothing': -0.1, expected a number from 0 to 1",
        "eval --logits a --targets b --label-smoothing NaN | Invalid value for option"
            + " '--label-smoothing': NaN, expected a number from 0 to 1",
        "eval --logits a --targets b --vocabulary 0 | Invalid value for option '--vocabulary': 0,"
            + " expected 1 or more",
        "eval --logits a --targets b --vocabulary x | Invalid value for option '--vocabulary': 'x'"
            + " is not an int"
      })
  void isExplained(String line, String problem) {
    CommandRun run = CommandRun.surprisal(line.split(" ", -1));

    assertThat(run.err()).startsWith(problem + "\n").contains("Usage: surprisal eval ");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "logprobs | Missing required parameter: 'FILE'",
        "logprobs a --format | Missing required parameter for option '--format' (NAME)",
        "logprobs a --format gpt | Invalid value for option '--format': 'gpt', expected one of"
            + " openai-chat, openai-completions, openai-responses, vllm, sglang, sglang-input,"
            + " llama.cpp, ollama, lines",
        "logprobs - a - | Invalid value for 'FILE': - is standard input, expected once at most",
        "logprobs a --predictions | Unknown option: '--predictions'"
      })
  void ofRepliesIsExplained(String line, String problem) {
    CommandRun run = CommandRun.surprisal(line.split(" ", -1));

    assertThat(run.err()).startsWith(problem + "\n").contains("Usage: surprisal logprobs ");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void emptyNameOfReplies() {
    CommandRun run = CommandRun.surprisal("logprobs", "");

    assertThat(run.err())
        .startsWith("Invalid value for 'FILE': '' is no file name, expected replies in JSON\n");
    assertThat(run.status()).isEqualTo(2);
  }

  @Test
  void helpNamesEveryFormat() {
    CommandRun run = CommandRun.surprisal("logprobs", "--help");

    assertThat(run.status()).isZero();
    String words = run.out().replaceAll("\\s+", " ");
    assertThat(words)
        .startsWith("Usage: surprisal logprobs ")
        .contains("| surprisal logprobs -")
        .contains("Exit status: 0 success, 1 unusable input");
    for (ReplyFormat format : ReplyFormat.values()) {
      assertThat(words).contains(" " + format);
    }
  }

  /** As from an unset variable of a script. */
  @ParameterizedTest
  @CsvSource({
    "eval,    --logits,      --targets,  --token-bytes",
    "compare, --logits-p,    --logits-q, --targets",
    "eval,    --targets,     --logits,   --token-bytes",
    "compare, --logits-q,    --logits-p, --targets",
    "eval,    --token-bytes, --logits,   --targets",
    "compare, --targets,     --logits-p, --logits-q"
  })
  void emptyFileName(String command, String empty, String other, String another) {
    CommandRun run = CommandRun.surprisal(command, empty, "", other, "a", another, "b");

    assertThat(run.err())
        .startsWith(
            "Invalid value for option '"
                + empty
                + "': '' is no file name, expected a .npy, .npz or .safetensors file\nUsage: surprisal ");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void noSubcommand() {
    CommandRun run = CommandRun.surprisal();

    assertThat(run.err())
        .startsWith("Missing required subcommand\nUsage: surprisal [-hV] [COMMAND]\n");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void unknownSubcommand() {
    CommandRun run = CommandRun.surprisal("train");

    assertThat(run.err()).startsWith("Unmatched argument at index 0: 'train'\n");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void helpDescribesEveryOption() {
    CommandRun run = CommandRun.surprisal("eval", "--help");

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("Usage: surprisal eval ")
        .contains(
            "--logits=FILE... ", "--targets=FILE... ", "--token-bytes=FILE... ", "Examples:\n")
        .contains("--ignore-index=INT     Target value of rows not to score. Default: -100.\n")
        .contains("--label-smoothing=NUMBER\n", "--json ", "notNumbers tells")
        .contains("Exit status: 0 success, 1 unusable input");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helpOfTheWholeCommand(String option) {
    CommandRun run = CommandRun.surprisal(option);

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Usage: surprisal ").contains("Commands:\n  eval  ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "eval --version", "-V"})
  void version(String line) {
    CommandRun run = CommandRun.surprisal(line.split(" ", -1));

    assertThat(run.status()).isZero();
    assertThat(run.out()).matches("surprisal (\\d+\\.\\d+\\.\\d+\\S*|\\(development build\\))\n");
  }
}
