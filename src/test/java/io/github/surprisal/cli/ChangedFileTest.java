/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.file.FileFormatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that become longer or shorter, or vanish, while the command reads them. */
@DisabledOnOs(OS.WINDOWS) // an open file keeps its length there
class ChangedFileTest {

  private static final int ROWS = 64;
  private static final int VOCABULARY = 1 << 12;
  private static final String CHANGED = ": changed its length while it was being read";

  @TempDir private Path folder;

  private Path logits;
  private Path other;
  private Path targets;
  private Path tokenBytes;

  /** All values are 0, as those are that a file gets where it is cut off and then made longer. */
  @BeforeEach
  void usableFiles() {
    byte[] rows =
        NpyBytes.floats("(" + ROWS + ", " + VOCABULARY + ")", new float[ROWS * VOCABULARY]);
    logits = NpyBytes.write(folder, "logits.npy", rows);
    other = NpyBytes.write(folder, "other.npy", rows);
    byte[] zeros = NpyBytes.longs("(" + ROWS + ",)", new long[ROWS]);
    targets = NpyBytes.write(folder, "targets.npy", zeros);
    tokenBytes = NpyBytes.write(folder, "bytes.npy", zeros);
  }

  private void evaluate(LongConsumer progress) throws IOException {
    InputNames names = ScoredCorpus.names(List.of(logits), targets, List.of(tokenBytes), List.of());
    ScoredCorpus.sums(names, new Evaluation(CrossEntropyOptions.defaults()), 1, 4, progress);
  }

  private void compare(LongConsumer progress) throws IOException {
    InputNames names = ScoredCorpus.names(List.of(logits, other), targets);
    ScoredCorpus.sums(names, new Comparison(CrossEntropyOptions.defaults()), 1, 4, progress);
  }

  private static void setLength(Path file, long length) {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(length);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"logits.npy, -1", "logits.npy, 1", "logits.npy, -1000000"})
  void logitsThatChangeTheirLengthDuringAnEvaluation(String name, long change) throws IOException {
    Path file = folder.resolve(name);
    long length = Files.size(file) + change;

    assertThatExceptionOfType(FileFormatException.class)
        .isThrownBy(() -> evaluate(done -> setLength(file, length)))
        .withMessage(file + CHANGED);
  }

  /** Integers are read thousands at a time. */
  @ParameterizedTest
  @CsvSource({
    "targets.npy, -1", "targets.npy, 1", "targets.npy, -500",
    "bytes.npy,   -1", "bytes.npy,   1", "bytes.npy,   -500"
  })
  void integersThatChangeTheirLengthDuringAnEvaluation(String name, long change)
      throws IOException {
    int rows = 20_000;
    NpyBytes.write(folder, "logits.npy", NpyBytes.floats("(" + rows + ", 2)", new float[2 * rows]));
    byte[] zeros = NpyBytes.longs("(" + rows + ",)", new long[rows]);
    NpyBytes.write(folder, "targets.npy", zeros);
    NpyBytes.write(folder, "bytes.npy", zeros);
    Path file = folder.resolve(name);
    long length = Files.size(file) + change;

    assertThatExceptionOfType(FileFormatException.class)
        .isThrownBy(() -> evaluate(done -> setLength(file, length)))
        .withMessage(file + CHANGED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"logits.npy", "other.npy"})
  void aFileThatChangesItsLengthDuringAComparison(String name) throws IOException {
    Path file = folder.resolve(name);
    for (long change : new long[] {-1, 1, -100}) {
      long length = Files.size(file) + change;
      assertThatExceptionOfType(FileFormatException.class)
          .isThrownBy(() -> compare(done -> setLength(file, length)))
          .withMessage(file + CHANGED);
      setLength(file, length - change);
    }
  }

  /** An open file is there until it is closed. */
  @Test
  void aFileThatIsDeleted() throws IOException {
    evaluate(done -> targets.toFile().delete());
    assertThat(targets).doesNotExist();
  }

  /** At whatever moment the length changes: the one line, or the right result. */
  @Test
  void aLengthThatChangesAtAnyTime() throws Exception {
    long seed = System.nanoTime();
    System.out.println("lengths that change: seed " + seed);
    List<Path> files = List.of(logits, other, targets, tokenBytes);
    List<Long> lengths = List.of(size(0), size(1), size(2), size(3));
    Thread writer =
        new Thread(
            () -> {
              Random random = new Random(seed);
              while (!Thread.currentThread().isInterrupted()) {
                int i = random.nextInt(files.size());
                setLength(files.get(i), random.nextLong(200, lengths.get(i) + 2));
                setLength(files.get(i), lengths.get(i));
              }
            });
    writer.start();
    int refused = 0;
    try {
      for (int run = 0; run < 100; run++) {
        refused += isRefused(evaluation()) ? 1 : 0;
        refused += isRefused(comparison()) ? 1 : 0;
      }
    } finally {
      writer.interrupt();
      writer.join();
    }
    assertThat(refused).isPositive();
    assertThat(isRefused(evaluation())).isFalse();
    assertThat(isRefused(comparison())).isFalse();
  }

  private long size(int file) throws IOException {
    return Files.size(List.of(logits, other, targets, tokenBytes).get(file));
  }

  private CommandRun evaluation() {
    return CommandRun.eval(
        "--logits", logits, "--targets", targets, "--token-bytes", tokenBytes, "--json");
  }

  private CommandRun comparison() {
    return CommandRun.surprisal(
        "compare",
        "--logits-p",
        logits.toString(),
        "--logits-q",
        other.toString(),
        "--targets",
        targets.toString(),
        "--json");
  }

  private boolean isRefused(CommandRun run) {
    if (run.status() == 0) {
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains("\"scoredTokens\":" + ROWS);
      return false;
    }
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    String length = "holds [0-9]+ bytes of data, expected [0-9]+ for shape .*";
    String names = String.join("|", Arrays.asList("logits", "other", "targets", "bytes"));
    assertThat(run.err())
        .matches(
            "surprisal: \\Q"
                + folder
                + "\\E/("
                + names
                + ")\\.npy("
                + CHANGED
                + "|: "
                + length
                + ")\n");
    return true;
  }
}
