/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.LossReport;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 1023, 1024, 5000, 1 << 19, Integer.MAX_VALUE})
  void blockSizeDoesNotChangeABit(int blockBytes) throws IOException {
    CrossEntropyOptions options = CrossEntropyOptions.defaults().labelSmoothing(0.1);
    Evaluation evaluation =
        Evaluation.open(
            CommandRun.REAL.resolve("bytes256_logits.npy"),
            CommandRun.REAL.resolve("bytes256_targets_masked.npy"),
            Optional.of(CommandRun.REAL.resolve("bytes256_token_bytes.npy")),
            options);

    LossReport expected = evaluation.run(Evaluation.BLOCK_BYTES, rows -> {});

    assertThat(evaluation.run(blockBytes, rows -> {})).isEqualTo(expected);
  }

  @Test
  void progressCountsRowsUpToTheLast() throws IOException {
    Path logits = NpyBytes.write(folder, "l.npy", NpyBytes.floats("(5, 1)", new float[5]));
    Path targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(5,)", new long[5]));
    Evaluation evaluation =
        Evaluation.open(logits, targets, Optional.empty(), CrossEntropyOptions.defaults());
    List<Long> progress = new ArrayList<>();

    evaluation.run(2 * Float.BYTES, progress::add);

    assertThat(progress).containsExactly(2L, 4L, 5L);
  }

  /** Two rows are scored: one that lies across 2 GiB, and the last one, past 4 GiB. */
  @Test
  @DisabledOnOs(OS.WINDOWS) // no sparse files by default
  void readsBeyondFourGibibytes() throws IOException {
    int vocabulary = 50_257;
    int rows = (int) ((1L << 32) / (vocabulary * 4L)) + 10;
    int across = (int) ((1L << 31) / (vocabulary * 4L));
    Path logits = folder.resolve("sparse.npy");
    long[] targetValues = new long[rows];
    Arrays.fill(targetValues, -100);
    targetValues[across] = vocabulary - 1L;
    targetValues[rows - 1] = vocabulary - 1L;
    byte[] header = NpyBytes.file(NpyBytes.header("<f4", "(" + rows + ", " + vocabulary + ")"));
    try (RandomAccessFile file = new RandomAccessFile(logits.toFile(), "rw")) {
      file.write(header);
      file.setLength(header.length + (long) rows * vocabulary * Float.BYTES);
      putFloat(file, header.length + ((across + 1L) * vocabulary - 1) * Float.BYTES, 12);
      putFloat(file, header.length + ((long) rows * vocabulary - 1) * Float.BYTES, 15);
    }
    Path targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(" + rows + ",)", targetValues));

    LossReport report =
        Evaluation.open(logits, targets, Optional.empty(), CrossEntropyOptions.defaults())
            .run(Evaluation.BLOCK_BYTES, done -> {});

    assertThat(report.scoredTokens()).isEqualTo(2);
    double expected =
        Math.log1p((vocabulary - 1) * Math.exp(-12)) + Math.log1p((vocabulary - 1) * Math.exp(-15));
    assertThat(report.totalNats()).isCloseTo(expected, within(4e-7));
  }

  private static void putFloat(RandomAccessFile file, long position, float value)
      throws IOException {
    file.seek(position);
    file.write(
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
  }
}
