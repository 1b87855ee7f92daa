/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A long run that is stopped leaves no process and no file behind. */
@EnabledOnOs(OS.LINUX)
class StoppedTest {

  /** 400 GB: minutes. */
  private static final long ROWS = 2_000_000;

  private static final Pattern BAR =
      Pattern.compile(
          "Scoring +[0-9]+% .* [0-9]+/2000000 rows"
              + " \\(0:00:[0-9]{2} / [0-9]+:[0-9]{2}:[0-9]{2}\\) [0-9,]+ rows/s");

  private static final long SECONDS = 60;

  @TempDir private Path folder;

  private ZeroFiles files;
  private Path temporary;
  private Process process;
  private List<ProcessHandle> descendants = List.of();

  @BeforeEach
  void writeFiles() throws IOException {
    files = ZeroFiles.of(folder, ROWS);
    temporary = Files.createDirectory(folder.resolve("temporary"));
  }

  @AfterEach
  void endAll() {
    descendants.forEach(ProcessHandle::destroyForcibly);
    if (process != null) { // an assumption may have failed before
      process.destroyForcibly();
    }
  }

  private List<String> eval(String option) throws Exception {
    return CommandJvm.main(List.of(option, "-Djava.io.tmpdir=" + temporary), files.eval());
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129", "KILL, 137"})
  void bothJvmsEnd(String signal, int status) throws Exception {
    assumeThat(CommandJvm.vectorsRun()).isTrue();
    assumeHeard(signal);
    start(eval("-Xmx512m"));
    awaitDescendant();

    send(signal);

    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(status);
    if (signal.equals("KILL")) { // which the other JVM can only find out
      awaitThat(() -> descendants.stream().noneMatch(ProcessHandle::isAlive));
    }
    assertThat(descendants).noneMatch(ProcessHandle::isAlive);
    assertThat(temporary).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "KILL, 137"})
  void oneJvmEnds(String signal, int status) throws Exception {
    assumeHeard(signal);
    start(eval("-Dsurprisal.kernels=loop"));
    awaitThat(this::isReading);
    assertThat(process.descendants()).isEmpty();

    send(signal);

    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(status);
    assertThat(temporary).isEmptyDirectory();
  }

  /** The other JVM is ended by the system, as one that takes too much memory is. */
  @Test
  void theStatusOfTheOtherJvmCounts() throws Exception {
    assumeThat(CommandJvm.vectorsRun()).isTrue();
    start(eval("-Xmx512m"));
    awaitDescendant();

    descendants.forEach(ProcessHandle::destroyForcibly);

    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(137);
  }

  /** Whoever waits sees the rate and the time left, whichever JVM does the work. */
  @Test
  void controlCAtATerminal() throws Exception {
    assumeThat(Path.of("/usr/bin/script")).isExecutable();
    assumeHeard("INT");
    Path terminal = folder.resolve("terminal");
    start(List.of("script", "-qefc", CommandJvm.shell(eval("-Xmx512m")), terminal.toString()));
    awaitThat(() -> Files.exists(terminal) && BAR.matcher(text(terminal)).find());
    descendants = process.descendants().toList();
    assertThat(descendants).isNotEmpty();

    process.getOutputStream().write(3);
    process.getOutputStream().flush();

    awaitThat(() -> descendants.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private void start(List<String> line) throws IOException {
    ProcessBuilder builder =
        CommandJvm.builder(line)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("SHELL", "/bin/sh");
    process = builder.start();
  }

  /** What runs under {@code nohup} or in the background has no use for some signals. */
  private static void assumeHeard(String signal) throws IOException {
    int number = List.of("HUP", "INT").indexOf(signal) + 1; // 0: cannot be ignored, or never is
    String status = Files.readString(Path.of("/proc/self/status"));
    Matcher ignored = Pattern.compile("SigIgn:\\s+([0-9a-f]{1,16})").matcher(status);
    assumeThat(ignored.find()).isTrue();
    long mask = Long.parseUnsignedLong(ignored.group(1), 16) << 1; // from signal 1 on
    assumeThat(mask >>> number & (number > 0 ? 1 : 0)).isZero();
  }

  private void send(String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Waits until the other JVM reads the logits. */
  private void awaitDescendant() throws Exception {
    awaitThat(() -> process.descendants().findAny().isPresent());
    descendants = process.descendants().toList();
    Thread.sleep(500); // until it has begun
  }

  /** Whether the process has used the processor for as long as it takes to start. */
  private boolean isReading() {
    return process.info().totalCpuDuration().filter(time -> time.toMillis() > 1500).isPresent();
  }

  private static void awaitThat(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.call()) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.sleep(50);
    }
  }
}
