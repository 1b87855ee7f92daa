/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits added a row at a time, from a buffer that is used again and again. */
final class LossAccumulatorRowTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final int CLASSES = 1030; // a tile and a bit

  static List<CrossEntropyOptions> options() {
    return LossAccumulatorMergeTest.options();
  }

  @ParameterizedTest
  @MethodSource("options")
  void rowsCountAsInABatch(CrossEntropyOptions options) {
    AccumulatorCorpus corpus = new AccumulatorCorpus(31, 50);
    LossAccumulator batch = new LossAccumulator(options);
    corpus.addTo(batch, 0, corpus.rows());
    LossAccumulator rows = new LossAccumulator(options);
    LossAccumulator byOffset = new LossAccumulator(options);
    float[] buffer = new float[AccumulatorCorpus.CLASSES + 3];
    for (int row = 0; row < corpus.rows(); row++) {
      int offset = row % 4;
      int start = row * AccumulatorCorpus.CLASSES;
      System.arraycopy(corpus.logits, start, buffer, offset, AccumulatorCorpus.CLASSES);
      int bytes = corpus.bytes[row];
      rows.add(
          FloatTensor.wrapAt(buffer, offset, AccumulatorCorpus.CLASSES),
          IntTensor.scalar(corpus.targets[row]),
          IntTensor.scalar(bytes));
      byOffset.addRow(corpus.logits, start, AccumulatorCorpus.CLASSES, corpus.targets[row], bytes);
    }
    assertThat(rows.report()).isEqualTo(batch.report());
    assertThat(rows.toByteArray()).isEqualTo(batch.toByteArray());
    assertThat(byOffset.toByteArray()).isEqualTo(batch.toByteArray());

    LossAccumulator withoutBytes = new LossAccumulator(options);
    for (int row = 0; row < corpus.rows(); row++) {
      withoutBytes.addRow(
          FloatTensor.wrapAt(
              corpus.logits, row * AccumulatorCorpus.CLASSES, AccumulatorCorpus.CLASSES),
          corpus.targets[row]);
    }
    LossAccumulator batchWithoutBytes =
        new LossAccumulator(options)
            .add(corpus.logits(0, corpus.rows()), corpus.targets(0, corpus.rows()));
    assertThat(withoutBytes.toByteArray()).isEqualTo(batchWithoutBytes.toByteArray());
  }

  @Test
  void rowsOfManyLengthsAndExtremeLogitsCountAsInABatch() {
    Random random = new Random(4);
    LossAccumulator rows = new LossAccumulator();
    LossAccumulator batches = new LossAccumulator();
    for (int trial = 0; trial < 300; trial++) {
      int classes = 1 + random.nextInt(1 << random.nextInt(13));
      float[] row = AdversarialRows.normal(classes, random, trial % 5 == 0 ? 1e30f : 5, 0);
      if (classes > 1 && trial % 3 == 0) {
        row[random.nextInt(classes)] = Float.NEGATIVE_INFINITY;
      }
      int target = random.nextInt(classes);
      rows.addRow(row, target);
      batches.add(FloatTensor.wrap(row, 1, classes), IntTensor.of(target));
    }
    assertThat(rows.toByteArray()).isEqualTo(batches.toByteArray());
  }

  @Test
  void anIgnoredRowIsNotRead() {
    LossAccumulator accumulator = new LossAccumulator(DEFAULTS.ignoreIndex(2));
    accumulator.addRow(new float[] {Float.NaN, 0, 0}, 0, 3, 2, 5);
    accumulator.addRow(new float[] {Float.NaN, 0, 0}, 2);
    assertThat(accumulator.report().ignoredTokens()).isEqualTo(2);
    assertThat(accumulator.report().scoredTokens()).isZero();
    assertThat(accumulator.report().scoredBytes()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"-1, 3", "0, 7", "4, 3", "7, 0", "2147483647, 1", "0, -1", "2147483647, 2147483647"})
  void aRowLiesWithinItsArray(int offset, int length) {
    LossAccumulator accumulator = new LossAccumulator();
    assertThatThrownBy(() -> accumulator.addRow(new float[6], offset, length, -100, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the row of length %d at offset %d does not lie within logits of length 6",
            length, offset);
  }

  @Test
  void argumentsAreCheckedBeforeAnythingIsAdded() {
    LossAccumulator accumulator = new LossAccumulator();
    byte[] empty = accumulator.toByteArray();
    for (int target : new int[] {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> accumulator.addRow(new float[4], target))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("target is %d, expected 0 <= target < 4 or the ignore index -100", target);
    }
    for (int target : new int[] {0, -100}) {
      assertThatThrownBy(() -> accumulator.addRow(new float[6], 0, 4, target, -2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "bytes is -2, expected 0 to 512: are targets and byte counts swapped? For longer"
                  + " tokens, give their TokenBytes");
    }
    assertThat(accumulator.toByteArray()).isEqualTo(empty);
    LossAccumulator weighted = new LossAccumulator(DEFAULTS.classWeights(FloatTensor.of(1, 2, 3)));
    assertThatThrownBy(() -> weighted.addRow(new float[4], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classWeights has 3 elements, expected one for each of the 4 classes");
    assertThat(weighted.report().scoredTokens()).isZero();
  }

  @ParameterizedTest
  @MethodSource("options")
  void nothingIsAllocatedForARow(CrossEntropyOptions options) {
    assertNothingIsAllocatedForARow(options, CLASSES);
    assertNothingIsAllocatedForARow(options, 9 * CLASSES); // read at several places
  }

  private static void assertNothingIsAllocatedForARow(CrossEntropyOptions options, int classes) {
    CrossEntropyOptions fitting =
        options.classWeights().isEmpty()
            ? options
            : options.classWeights(FloatTensor.wrap(new float[classes], classes));
    LossAccumulator accumulator = new LossAccumulator(fitting);
    float[] row = AdversarialRows.normal(classes, new Random(5), 3, 0);
    int rows = 500;
    Runnable addRows =
        () -> {
          for (int i = 0; i < rows; i++) {
            accumulator.addRow(row, 0, classes, i % classes, 3);
          }
        };
    long allocated = Allocation.leastBytes(addRows, rows - 1);
    assertThat((double) allocated / rows).isLessThan(1);
  }

  /** Rows are scored in work space of the current thread, not of the thread of the first row. */
  @Test
  void accumulatorsMayGoOnOnOtherThreads() throws Exception {
    int threads = 3;
    float[] row = AdversarialRows.normal(CLASSES, new Random(6), 3, 0);
    LossAccumulator expected = new LossAccumulator().addRow(row, 5);
    addRows(expected, row);
    List<LossAccumulator> begunHere =
        IntStream.range(0, threads).mapToObj(i -> new LossAccumulator().addRow(row, 5)).toList();
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<LossAccumulator>> tasks =
          begunHere.stream()
              .<Callable<LossAccumulator>>map(
                  accumulator ->
                      () -> {
                        start.await();
                        addRows(accumulator, row);
                        return accumulator;
                      })
              .toList();
      for (Future<LossAccumulator> done : pool.invokeAll(tasks)) {
        assertThat(done.get().toByteArray()).isEqualTo(expected.toByteArray());
      }
    } finally {
      pool.shutdown();
    }
  }

  private static void addRows(LossAccumulator accumulator, float[] row) {
    for (int i = 0; i < 20_000; i++) {
      accumulator.addRow(row, i % CLASSES);
    }
  }

  @Test
  void wordsAreCounted() {
    LossAccumulator accumulator = new LossAccumulator().addWords(3).addWords(0);
    assertThat(Combined.of(accumulator, accumulator).report().words()).isEqualTo(6);
    assertThatThrownBy(() -> accumulator.addWords(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("words is -1, expected 0 or more, and at most 2^63 - 1 in all");
    assertThatThrownBy(() -> accumulator.addWords(Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("words is 9223372036854775807");
    accumulator.addRow(new float[2], 0);
    assertThat(accumulator.report().wordPerplexity())
        .isEqualTo(StrictMath.exp(accumulator.report().totalNats() / 6));
  }
}
