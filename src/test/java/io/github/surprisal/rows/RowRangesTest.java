/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossReport;
import io.github.surprisal.Losses;
import io.github.surprisal.Metrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rows are spread where it pays, in the right pool, and no result depends on it. */
final class RowRangesTest {

  private static final int CLASSES = 4096;
  private static final int ROWS = 600;

  private static ClassRows rows(int rows, int classes) {
    return new ClassRows(classes, 1, rows);
  }

  private record Range(long from, long to) {}

  private static List<Range> ranges(ClassRows rows, boolean parallel) {
    List<Range> ranges = Collections.synchronizedList(new ArrayList<>());
    RowRanges.forEach(rows, parallel, (from, to) -> ranges.add(new Range(from, to)));
    return ranges;
  }

  @Test
  void littleWorkStaysOnTheCallingThread() {
    assertThat(ranges(rows(63, 4096), true)).containsExactly(new Range(0, 63));
    assertThat(ranges(rows(0, 4096), true)).containsExactly(new Range(0, 0));
    assertThat(ranges(rows(3, 0), true)).containsExactly(new Range(0, 3));
  }

  @Test
  void sequentialWorkStaysOnTheCallingThread() {
    assertThat(ranges(rows(ROWS, CLASSES), false)).containsExactly(new Range(0, ROWS));
  }

  @Test
  void everyRowIsVisitedOnce() throws Exception {
    for (int parallelism : new int[] {2, 3, 8}) {
      for (int count : new int[] {64, 65, ROWS, 601}) {
        int[] visits = new int[count];
        inPool(
            parallelism,
            () ->
                RowRanges.forEach(
                    rows(count, CLASSES),
                    true,
                    (from, to) -> {
                      for (long row = from; row < to; row++) {
                        visits[(int) row]++;
                      }
                    }));
        assertThat(visits).containsOnly(1);
      }
    }
  }

  @Test
  void aRangeIsWorthItsThread() throws Exception {
    List<Range> ranges = new ArrayList<>();
    inPool(4, () -> ranges.addAll(ranges(rows(ROWS, CLASSES), true)));

    assertThat(ranges).hasSizeBetween(8, 32);
    assertThat(ranges).allMatch(range -> (range.to - range.from) * CLASSES >= 1 << 16);
  }

  /** A range of one or two rows of many would use as much of each cache line, and no vectors. */
  @Test
  void rowsSideBySideStayTogether() throws Exception {
    ClassRows sideBySide = new ClassRows(50_000, 100, 3 * 100);
    List<Range> ranges = new ArrayList<>();
    inPool(16, () -> ranges.addAll(ranges(sideBySide, true)));

    assertThat(ranges).hasSize(10).allMatch(range -> range.from % 32 == 0);
    assertThat(ranges.stream().mapToLong(range -> range.to - range.from).sum()).isEqualTo(300);
  }

  /** Only where all are there that stand side by side are a few taken fastest. */
  @Test
  void aFewRowsSideBySideAreNotCutUnlessThereIsWorkForOneThreadAlone() throws Exception {
    assertThat(lengths(2, 7, 48)).allMatch(length -> length % 48 == 0);
    assertThat(lengths(2, 9, 64)).allMatch(length -> length % 64 == 0);
    assertThat(lengths(2, 1, 64)).containsExactly(32L, 32L);
  }

  /** They are read fast in long pieces: so there are no more ranges than threads or pieces. */
  @Test
  void rowsSideBySideAreCutIntoLongPieces() throws Exception {
    assertThat(lengths(2, 6, 1024)).containsOnly(1024L).hasSize(6);
    assertThat(lengths(3, 1, 1024)).containsExactlyInAnyOrder(352L, 352L, 320L);
    assertThat(lengths(2, 1, 1024)).containsExactly(512L, 512L);
    assertThat(lengths(2, 16, 512)).containsOnly(1024L).hasSize(8);
  }

  /** Part of a few rows side by side would be slow. */
  @Test
  void fewRowsSideBySideAreNotCut() throws Exception {
    assertThat(lengths(2, 40, 12)).containsOnly(60L).hasSize(8);
    assertThat(lengths(2, 3, 20)).containsOnly(20L).hasSize(3);
    assertThat(lengths(2, 1, 20)).containsExactly(20L);
  }

  private static List<Long> lengths(int threads, int batch, int positions) throws Exception {
    List<Range> ranges = new ArrayList<>();
    ClassRows sideBySide = new ClassRows(50_000, positions, (long) batch * positions);
    inPool(threads, () -> ranges.addAll(ranges(sideBySide, true)));
    return ranges.stream().map(range -> range.to - range.from).toList();
  }

  @Test
  void thePoolOfTheCallerIsUsed() throws Exception {
    Set<ForkJoinPool> pools = ConcurrentHashMap.newKeySet();
    ForkJoinPool own = new ForkJoinPool(3);
    try {
      own.submit(
              () ->
                  RowRanges.forEach(
                      rows(ROWS, CLASSES), true, (from, to) -> pools.add(ForkJoinTask.getPool())))
          .get();
    } finally {
      own.shutdown();
    }

    assertThat(pools).containsExactly(own);
  }

  @Test
  void aPoolOfOneThreadIsSequential() throws Exception {
    List<Range> ranges = new ArrayList<>();
    inPool(1, () -> ranges.addAll(ranges(rows(ROWS, CLASSES), true)));

    assertThat(ranges).containsExactly(new Range(0, ROWS));
  }

  @Test
  void anExceptionReachesTheCaller() {
    assertThatThrownBy(
            () ->
                RowRanges.forEach(
                    rows(ROWS, CLASSES),
                    true,
                    (from, to) -> {
                      throw new IllegalStateException("row " + from);
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("row ");
  }

  /** Or it would read and write the caller's memory when the caller has other plans for it. */
  @Test
  void noRangeRunsAnyMoreAfterAnException() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicBoolean isFirst = new AtomicBoolean(true);
    CountDownLatch others = new CountDownLatch(2);
    RowRanges.Body body =
        (from, to) -> {
          if (isFirst.getAndSet(false)) {
            await(others);
            throw new IllegalStateException("row " + from);
          }
          running.incrementAndGet();
          others.countDown();
          LockSupport.parkNanos(100_000_000);
          running.decrementAndGet();
        };
    inPool(
        4,
        () -> {
          assertThatThrownBy(() -> RowRanges.forEach(rows(ROWS, CLASSES), true, body))
              .isInstanceOf(IllegalStateException.class);
          assertThat(running).hasValue(0);
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void noRangeIsBegunAfterAnException() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    inPool(
        2,
        () ->
            assertThatThrownBy(
                    () ->
                        RowRanges.forEach(
                            rows(ROWS, CLASSES),
                            true,
                            (from, to) -> {
                              begun.incrementAndGet();
                              throw new OutOfMemoryError("row " + from);
                            }))
                .isInstanceOf(OutOfMemoryError.class));
    assertThat(begun).hasValueLessThanOrEqualTo(2);
  }

  /** Everything a call gives, as text that shows every bit. */
  private static String results(FloatTensor logits, IntTensor targets, boolean parallel) {
    IntTensor tokenBytes = IntTensor.wrap(IntStream.range(0, ROWS).map(i -> i % 5).toArray(), ROWS);
    CrossEntropyOptions options = CrossEntropyOptions.defaults().parallel(parallel);
    float[] gradient = new float[(int) logits.size()];
    LossReport report = Metrics.evaluate(logits, targets, tokenBytes, options);
    return String.join(
        " ",
        Double.toHexString(Losses.crossEntropy(logits, targets, options)),
        Double.toHexString(
            Losses.crossEntropyWithGradient(
                logits, targets, options.labelSmoothing(0.1), gradient)),
        Integer.toHexString(FloatTensor.wrap(gradient, gradient.length).hashCode()),
        Integer.toHexString(
            Losses.crossEntropyPerToken(logits, targets, options).reshape(-1).hashCode()),
        Double.toHexString(report.loss()),
        Double.toHexString(report.bitsPerByte()),
        Double.toHexString(report.standardError()),
        Integer.toHexString(Losses.logSoftmax(logits).hashCode()),
        Integer.toHexString(Losses.softmax(logits).hashCode()),
        Integer.toHexString(Losses.logSumExp(logits).hashCode()),
        Integer.toHexString(
            Losses.klDivergencePerToken(logits, logits.reshape(-1, CLASSES)).hashCode()));
  }

  @Test
  void resultsDoNotDependOnThreads() throws Exception {
    float[] values = new float[ROWS * CLASSES];
    int[] classes = new int[ROWS];
    long seed = 20261123;
    System.out.println("rows on threads: seed " + seed);
    java.util.Random random = new java.util.Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (4 * random.nextGaussian());
    }
    for (int i = 0; i < ROWS; i++) {
      classes[i] = i % 7 == 0 ? -100 : random.nextInt(CLASSES);
    }
    FloatTensor logits = FloatTensor.wrap(values, ROWS, CLASSES);
    IntTensor targets = IntTensor.wrap(classes, ROWS);
    String expected = results(logits, targets, false);

    assertThat(results(logits, targets, true)).isEqualTo(expected);
    for (int parallelism : new int[] {1, 2, 3, 7}) {
      inPool(parallelism, () -> assertThat(results(logits, targets, true)).isEqualTo(expected));
    }
    assertThat(
            IntStream.range(0, 6)
                .parallel()
                .mapToObj(i -> results(logits, targets, true))
                .distinct())
        .containsExactly(expected);
  }

  private static void inPool(int parallelism, Runnable body) throws Exception {
    ForkJoinPool pool = new ForkJoinPool(parallelism);
    try {
      pool.submit(body).get();
    } finally {
      pool.shutdown();
    }
  }
}
