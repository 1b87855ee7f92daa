/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

  @Test
  void evaluatesTheWholeTextAndThenWithoutThePrompt() {
    CommandRun run = demo(CommandRun.REAL.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .containsSubsequence(
            "the opening of Pride and Prejudice",
            "surprisal eval \\\n    --logits ",
            "bpe2048_targets.npy \\\n    --token-bytes ",
            "Scored          387 of 387 tokens, 0 ignored (target -100); 1,210 bytes of text\n",
            "Loss            4.51075",
            "Perplexity      90.990",
            "as uncertain as choosing among 91 equally likely tokens\n",
            "Bits per token  6.50763",
            "Bits per byte   2.08136",
            "The first quarter is a prompt",
            "bpe2048_targets_masked.npy \\\n    --token-bytes ",
            "Scored          291 of 387 tokens, 96 ignored (target -100); 897 bytes of text\n",
            "Loss            4.54944",
            "Bits per byte   2.12928");
  }

  @Test
  void missingFolder(@TempDir(cleanup = CleanupMode.NEVER) Path folder) {
    Path missing = folder.resolve("missing");
    CommandRun run = demo(missing.toString());

    assertThat(run.err()).isEqualTo("surprisal demo: " + missing + ": no such folder\n");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void folderWithoutTheFiles(@TempDir(cleanup = CleanupMode.NEVER) Path folder) {
    CommandRun run = demo(folder.toString());

    assertThat(run.err())
        .isEqualTo(
            "surprisal: %s: no such file, expected a .npy, .npz or .safetensors file\n"
                .formatted(folder.resolve("bpe2048_logits.npy")));
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void wrongUsage() {
    CommandRun run = demo();

    assertThat(run.err())
        .isEqualTo("surprisal demo: expected one argument, the folder of the logits\n");
    assertThat(run.status()).isEqualTo(2);
  }

  private static CommandRun demo(String... arguments) {
    return CommandRun.of(command -> Demo.run(arguments, command));
  }
}
