/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.LossReport;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The exit status and the streams of a JVM of its own. */
class MainTest {

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  @Test
  void success() throws Exception {
    CommandRun run =
        runMain(
            "eval",
            "--logits",
            CommandRun.REAL.resolve("bpe2048_logits.npy").toString(),
            "--targets",
            CommandRun.REAL.resolve("bpe2048_targets.npy").toString(),
            "--token-bytes",
            CommandRun.REAL.resolve("bpe2048_token_bytes.npy").toString(),
            "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("{\"loss\":4.51075").endsWith("}\n");
  }

  @Test
  void noProgressBarWithoutATerminal() throws Exception {
    String logits = NpyBytes.write(folder, "l.npy", NpyBytes.floats("(1, 1)", 0)).toString();
    String targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(1,)", 0)).toString();

    CommandRun run = runMain("eval", "--logits", logits, "--targets", targets);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("Loss            0.00000000 ");
  }

  @Test
  void unusableInput() throws Exception {
    CommandRun run = runMain("eval", "--logits", "missing.npy", "--targets", "missing.npy");

    assertThat(run.err()).isEqualTo("surprisal: missing.npy: no such file, expected a .npy file\n");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void wrongUsage() throws Exception {
    CommandRun run = runMain("eval");

    assertThat(run.err()).startsWith("Missing required options");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void outputThatCannotBeWritten() throws Exception {
    String logits = NpyBytes.write(folder, "l.npy", NpyBytes.floats("(1, 1)", 0)).toString();
    String targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(1,)", 0)).toString();

    CommandRun run =
        runMain(Path.of("/dev/full"), "eval", "--logits", logits, "--targets", targets);

    assertThat(run.err()).isEqualTo("surprisal: standard output: cannot be written\n");
    assertThat(run.status()).isEqualTo(1);
  }

  private CommandRun runMain(String... arguments) throws Exception {
    CommandRun run = runMain(folder.resolve("out"), arguments);
    return new CommandRun(run.status(), text(folder.resolve("out")), run.err());
  }

  /** Leaves what the command prints in the given file. */
  private CommandRun runMain(Path out, String... arguments) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", classPath(), Main.class.getName()));
    line.addAll(List.of(arguments));
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // it would be reported on standard error
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new CommandRun(process.exitValue(), "", text(err));
  }

  /** The places that the classes in use were loaded from, whatever started this JVM. */
  private static String classPath() throws URISyntaxException, ClassNotFoundException {
    List<String> places = new ArrayList<>();
    for (Class<?> type :
        List.of(
            Main.class,
            LossReport.class,
            CommandLine.class,
            ProgressBar.class,
            Class.forName("org.jline.terminal.Terminal"))) {
      places.add(
          Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return places.stream().distinct().collect(Collectors.joining(File.pathSeparator));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
