/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The command, in a JVM of its own that is asked for a kernel that can't run. */
class UnusableKernelTest {

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  @Test
  void isOneLine() throws Exception {
    String logits = NpyBytes.write(folder, "l.npy", NpyBytes.floats("(1, 1)", 0)).toString();
    String targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(1,)", 0)).toString();

    for (CommandRun run :
        List.of(
            run("eval", "--logits", logits, "--targets", targets),
            run("compare", "--logits-p", logits, "--logits-q", logits, "--targets", targets))) {
      assertThat(run.err())
          .isEqualTo(
              "surprisal: system property surprisal.kernels is bo?gus, expected loop or vector\n");
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
    }
  }

  @Test
  void doesNotMatterWhereNothingIsComputed() throws Exception {
    CommandRun run = run("--help");

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("Usage: surprisal ");
  }

  private CommandRun run(String... arguments) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of("-Dsurprisal.kernels=bo\ngus", "-cp", System.getProperty("java.class.path")));
    line.add(Main.class.getName());
    line.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    // Java says on standard error that it has read these.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new CommandRun(process.exitValue(), text(out), text(err));
  }

  private static String text(Path file) throws Exception {
    return Files.readString(file, StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
