/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whether the command starts again in a JVM with vectors, and that nobody notices. */
@DisabledOnOs(OS.WINDOWS) // its files have no holes
class RelaunchTest {

  /** 4 GB and more, which it is worth it for. */
  private static final long MANY_ROWS = 20_100;

  private static final String STARTED = "Started again   yes, with --add-modules=";
  private static final String LOOPS = "Kernel          loop: start Java with --add-modules ";

  @TempDir private static Path files;

  private static ZeroFiles few;
  private static ZeroFiles many;

  @TempDir private Path folder;

  @BeforeAll
  static void writeFiles() throws IOException {
    few = ZeroFiles.of(Files.createDirectory(files.resolve("few")), 10);
    many = ZeroFiles.of(Files.createDirectory(files.resolve("many")), MANY_ROWS);
  }

  @Test
  void largeFilesAreScoredOnVectors() throws Exception {
    assumeThat(CommandJvm.vectorsRun()).isTrue();

    CommandRun run = run(many, Map.of("JAVA_TOOL_OPTIONS", "-Dx=1"), "-Xmx512m");

    assertThat(run.err())
        .startsWith("Picked up JAVA_TOOL_OPTIONS: -Dx=1\nVersion         surprisal ")
        .containsPattern("\nKernel {10}vector of [0-9]+ bits: ")
        .contains("\n" + STARTED)
        .containsPattern("\nTime .* rows/s, .* GB/s\n$")
        .doesNotContain("WARNING", "\r");
    assertThat(run.err().chars()).allMatch(c -> c == '\n' || c >= ' ');
    assertThat(run.status()).isZero();
    assertThat(run.json().get("scoredTokens").asLong()).isEqualTo(MANY_ROWS);
  }

  @Test
  void theOutputOfTheOtherJvmCounts() throws Exception {
    assumeThat(CommandJvm.vectorsRun()).isTrue();
    assumeThat(Path.of("/dev/full")).exists();

    CommandRun run = run(many, Redirect.to(new File("/dev/full")), Map.of());

    assertThat(run.err())
        .contains(STARTED)
        .endsWith("\nsurprisal: standard output: cannot be written\n");
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void smallFilesAreScoredHere() throws Exception {
    assumeThat(CommandJvm.vectorsRun()).isTrue();

    CommandRun run = run(few, Map.of());

    assertThat(run.err())
        .contains(LOOPS, "\nStarted again   no: it pays from 4 GB of logits on\n")
        .contains("\nFile            " + few.logits() + " float32 (10, 50000)\n")
        .contains("\nFile            " + few.targets() + " int32 (10,)\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void aKernelThatIsAskedForIsRespected() throws Exception {
    assertThat(beginning("-Dsurprisal.kernels=loop"))
        .contains("Kernel          loop: asked for by -Dsurprisal.kernels")
        .noneMatch(line -> line.startsWith("Started again"));
  }

  @Test
  void whoLooksAtThisJvmFindsTheWorkInIt() throws Exception {
    assumeThat(CommandJvm.vectorsRun()).isTrue();

    assertThat(beginning("-Xlog:disable"))
        .anyMatch(line -> line.startsWith(LOOPS))
        .contains("Started again   no: Java was started with -Xlog:disable");
  }

  @Test
  void aJvmThatEndsBeforeTheCommandBegins() throws Exception {
    String java = CommandJvm.main(List.of(), List.of()).get(0);

    assertThat(ChildJvm.run(List.of(java, "--no-such-option"))).isEmpty();
  }

  @Test
  void noJava() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ChildJvm.run(List.of(folder.resolve("java").toString())));
  }

  /** The lines on standard error of a run with large files, until it begins to score. */
  private static List<String> beginning(String option) throws Exception {
    List<String> eval = new ArrayList<>(many.eval());
    eval.add("--verbose");
    Process process =
        CommandJvm.builder(CommandJvm.main(List.of(option), eval))
            .redirectOutput(Redirect.DISCARD)
            .start();
    try (BufferedReader err = process.errorReader()) {
      List<String> lines = new ArrayList<>();
      String line = err.readLine();
      while (line != null && !line.startsWith("File")) {
        lines.add(line);
        line = err.readLine();
      }
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }

  private CommandRun run(ZeroFiles files, Map<String, String> environment, String... options)
      throws Exception {
    return run(files, Redirect.to(folder.resolve("out").toFile()), environment, options);
  }

  private CommandRun run(
      ZeroFiles files, Redirect out, Map<String, String> environment, String... options)
      throws Exception {
    List<String> eval = new ArrayList<>(files.eval());
    eval.addAll(List.of("--verbose", "--json"));
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        CommandJvm.builder(CommandJvm.main(List.of(options), eval))
            .redirectOutput(out)
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(err, StandardCharsets.UTF_8);
    Path written = folder.resolve("out");
    return new CommandRun(
        process.exitValue(), Files.exists(written) ? Files.readString(written) : "", text);
  }
}
