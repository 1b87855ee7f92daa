/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.LossReport;
import io.github.surprisal.file.FileFormatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 50, 386, 387, 1 << 16})
  void neitherBlocksNorThreadsChangeABit(int rowsPerBlock) throws IOException {
    CrossEntropyOptions options = CrossEntropyOptions.defaults().labelSmoothing(0.1);
    InputNames names =
        ScoredCorpus.names(
            List.of(CommandRun.REAL.resolve("bytes256_logits.npy")),
            CommandRun.REAL.resolve("bytes256_targets_masked.npy"),
            List.of(CommandRun.REAL.resolve("bytes256_token_bytes.npy")),
            List.of());
    LossReport expected = report(names, options, 1, 1 << 16, rows -> {});
    assertThat(expected.scoredBytes()).isPositive();

    for (int threads : new int[] {1, 2, 3, 7}) {
      assertThat(report(names, options, threads, rowsPerBlock, rows -> {})).isEqualTo(expected);
    }
  }

  private static LossReport report(
      InputNames names,
      CrossEntropyOptions options,
      int threads,
      int rowsPerBlock,
      LongConsumer progress)
      throws IOException {
    return ScoredCorpus.sums(names, new Evaluation(options), threads, rowsPerBlock, progress)
        .report();
  }

  private LossReport report(String logitsShape, String targetsShape) throws IOException {
    return report(
        logitsShape, targetsShape, new float[size(logitsShape)], new long[size(targetsShape)]);
  }

  private LossReport report(String logitsShape, String targetsShape, float[] values, long[] ids)
      throws IOException {
    Path logits = NpyBytes.write(folder, "l.npy", NpyBytes.floats(logitsShape, values));
    Path targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs(targetsShape, ids));
    return report(
        ScoredCorpus.names(List.of(logits), targets),
        CrossEntropyOptions.defaults(),
        1,
        2,
        rows -> {});
  }

  /** Axes of length 1 do not matter on either side, nor does flattening. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(2, 3, 4); (2, 3)",
        "(2, 3, 4); (1, 2, 3)",
        "(2, 3, 4); (2, 1, 3, 1)",
        "(2, 3, 4); (2, 3, 1)",
        "(2, 3, 4); (6,)",
        "(2, 3, 4); (1, 6)",
        "(2, 1, 3, 4); (2, 3)",
        "(1, 2, 3, 4); (2, 1, 3)",
        "(6, 4); (2, 3)",
        "(6, 4); (1, 2, 1, 3)",
        "(1, 6, 4); (3, 1, 2)",
        "(1, 1, 4); ()",
        "(1, 1, 4); (1,)",
        "(4,); (1, 1)",
        "(4,); ()"
      })
  void axesOfLengthOneDoNotMatter(String logitsShape, String targetsShape) throws IOException {
    assertThat(report(logitsShape, targetsShape).scoredTokens()).isEqualTo(size(logitsShape) / 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(2, 3, 4); (3, 2)",
        "(2, 3, 4); (1, 3, 2)",
        "(2, 3, 4); (3, 1, 2)",
        "(2, 3, 4); (2, 1)",
        "(2, 3, 4); (1, 3)",
        "(2, 3, 4); (5,)",
        "(2, 3, 4); ()",
        "(2, 1, 4); (2, 2)",
        "(6, 4); (2, 1, 2)",
        "(1, 4); (0,)",
        "(2, 6, 4); (3, 1, 4)"
      })
  void otherShapesDoNotFit(String logitsShape, String targetsShape) {
    assertThatThrownBy(() -> report(logitsShape, targetsShape))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "shape " + targetsShape + " does not fit logits of shape " + logitsShape);
  }

  private static int size(String shape) {
    return Arrays.stream(shape.split("[(), ]+"))
        .filter(axis -> !axis.isEmpty())
        .mapToInt(Integer::parseInt)
        .reduce(1, (a, b) -> a * b);
  }

  /** The product of the other axes would not fit a long, but there is nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(1099511627776, 1099511627776, 0)",
        "(0, 1099511627776, 1099511627776)",
        "(9223372036854775807, 0, 9223372036854775807)"
      })
  void noRowsOfAnyShape(String shape) throws IOException {
    String logitsShape = shape.replace(")", ", 4)");
    LossReport report = report(logitsShape, shape, new float[0], new long[0]);
    assertThat(report.scoredTokens()).isZero();
    assertThat(report.loss()).isNaN();
    assertThat(report(logitsShape, "(0,)", new float[0], new long[0]).scoredTokens()).isZero();
    assertThatThrownBy(
            () -> report("(1099511627776, 1099511627776, 4)", "(0,)", new float[0], new long[0]))
        .isInstanceOf(FileFormatException.class)
        .hasMessageContaining("is larger than any file");
  }

  @Test
  void progressCountsRowsUpToTheLast() throws IOException {
    Path logits = NpyBytes.write(folder, "l.npy", NpyBytes.floats("(5, 1)", new float[5]));
    Path targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(5,)", new long[5]));
    List<Long> progress = new ArrayList<>();

    report(
        ScoredCorpus.names(List.of(logits), targets),
        CrossEntropyOptions.defaults(),
        1,
        2,
        progress::add);

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
        report(
            ScoredCorpus.names(List.of(logits), targets),
            CrossEntropyOptions.defaults(),
            2,
            4,
            done -> {});

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
