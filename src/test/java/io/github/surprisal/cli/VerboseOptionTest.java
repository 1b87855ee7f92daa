/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.Surprisal;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What {@code --verbose} says in this JVM, beside an output that stays as it is. */
class VerboseOptionTest {

  private static final Path LOGITS = CommandRun.REAL.resolve("bpe2048_logits.npy");
  private static final Path TARGETS = CommandRun.REAL.resolve("bpe2048_targets.npy");
  private static final Path TOKEN_BYTES = CommandRun.REAL.resolve("bpe2048_token_bytes.npy");

  @Test
  void ofEval() {
    Object[] eval = {
      "--logits", LOGITS, "--targets", TARGETS, "--token-bytes", TOKEN_BYTES, "--verbose"
    };

    CommandRun run = CommandRun.eval(eval);

    assertThat(run.status()).isZero();
    assertThat(run.err().lines().map(line -> line.split(" ", 2)[0]))
        .containsSubsequence(
            "Version", "Java", "Processors", "Kernel", "File", "File", "File", "Time");
    assertThat(run.err())
        .contains("\nKernel          " + Surprisal.kernelInUse() + "\n")
        .contains("\nFile            " + LOGITS + " float32 (387, 2048)\n")
        .containsPattern("\nTime {12}[0-9.]+ s: [0-9,]+ rows/s, [0-9.]+ GB/s\n$");
    assertThat(run.out()).isEqualTo(CommandRun.eval(withoutLast(eval)).out());
  }

  private static Object[] withoutLast(Object... arguments) {
    return Arrays.copyOf(arguments, arguments.length - 1);
  }

  @Test
  void ofCompare() {
    String[] compare = {
      "compare",
      "--logits-p",
      LOGITS.toString(),
      "--logits-q",
      LOGITS.toString(),
      "--targets",
      TARGETS.toString(),
      "--verbose"
    };

    CommandRun run = CommandRun.surprisal(compare);

    assertThat(run.status()).isZero();
    assertThat(run.err().lines().filter(line -> line.startsWith("File "))).hasSize(3);
    assertThat(run.err()).containsPattern("\nTime {12}[0-9.]+ s: [0-9,]+ rows/s");
  }
}
