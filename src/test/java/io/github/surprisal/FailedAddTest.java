/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is thrown while rows are added, none of them is. */
final class FailedAddTest {

  private static final int ROWS = 64;
  private static final int CLASSES = 8_192;
  private static final IntTensor TARGETS =
      IntTensor.wrap(new Random(5).ints(ROWS, -1, CLASSES).toArray(), 1, ROWS);

  private static CrossEntropyOptions options(boolean parallel, int classAxis) {
    return CrossEntropyOptions.defaults().ignoreIndex(-1).parallel(parallel).classAxis(classAxis);
  }

  /** The second half of the file is cut off when it has been mapped. */
  @ParameterizedTest
  @CsvSource({"true, -1", "false, -1", "true, 1", "false, 1"})
  @EnabledOnOs(OS.LINUX)
  void logitsOfAFileThatIsCutShort(boolean parallel, int classAxis, @TempDir Path folder)
      throws IOException {
    long bytes = (long) ROWS * CLASSES * Float.BYTES;
    int[] shape = classAxis == 1 ? new int[] {1, CLASSES, ROWS} : new int[] {1, ROWS, CLASSES};
    FloatTensor whole = FloatTensor.wrap(new float[ROWS * CLASSES], shape);
    LossAccumulator losses = new LossAccumulator(options(parallel, classAxis));
    ComparisonAccumulator comparison = new ComparisonAccumulator(options(parallel, classAxis));
    LossReport lossesBefore = losses.add(whole, TARGETS).report();
    ComparisonReport comparisonBefore = comparison.add(whole, whole, TARGETS).report();
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("logits"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      FloatBuffer mapped =
          file.map(MapMode.READ_WRITE, 0, bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
      FloatTensor cut = FloatTensor.wrap(mapped, shape);
      file.truncate(bytes / 2);

      assertFails(() -> losses.add(cut, TARGETS));
      assertFails(() -> losses.add(cut, TARGETS, zeros()));
      assertFails(() -> comparison.add(cut, whole, TARGETS));
      assertFails(() -> comparison.add(whole, cut, TARGETS));
    }
    assertThat(losses.report()).isEqualTo(lossesBefore);
    assertThat(comparison.report()).isEqualTo(comparisonBefore);
    LossAccumulator once = new LossAccumulator(losses.options()).add(whole, TARGETS);
    assertThat(losses.add(whole, TARGETS).report()).isEqualTo(once.combine(once).report());
  }

  private static IntTensor zeros() {
    return IntTensor.wrap(new int[ROWS], 1, ROWS);
  }

  private static void assertFails(Runnable add) {
    assertThatThrownBy(add::run).isInstanceOf(InternalError.class);
    awaitLateErrors();
  }

  /** HotSpot reports a fault of compiled code a little later: some when one was thrown already. */
  private static void awaitLateErrors() {
    for (int i = 0; i < 4; i++) {
      try {
        LockSupport.parkNanos(1_000_000);
        ForkJoinPool.commonPool().submit(() -> LockSupport.parkNanos(1_000_000)).join();
      } catch (InternalError late) {
        assertThat(late).hasMessageContaining("fault occurred");
      }
    }
  }

  /** What is thrown then depends on where the rows are; sometimes nothing is. */
  @Test
  void logitsThatAreClosedWhileTheyAreRead() {
    long seed = new Random().nextLong();
    System.out.println("closed while read: seed " + seed);
    Random random = new Random(seed);
    LossAccumulator losses = new LossAccumulator(options(true, -1));
    LossAccumulator expected = new LossAccumulator(options(true, -1));
    FloatTensor whole = FloatTensor.wrap(new float[ROWS * CLASSES], 1, ROWS, CLASSES);
    for (int i = 0; i < 100; i++) {
      NativeArena arena = NativeArena.ofShared();
      FloatTensor logits =
          FloatTensor.wrap(
              arena.allocate((long) ROWS * CLASSES * Float.BYTES).asFloatBuffer(),
              1,
              ROWS,
              CLASSES);
      long nanos = random.nextInt(2_000_000);
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(
              () -> {
                LockSupport.parkNanos(nanos);
                arena.close();
              });
      if (catchThrowable(() -> losses.add(logits, TARGETS)) == null) {
        expected.add(whole, TARGETS);
      }
      closed.join();
    }
    assertThat(losses.report()).isEqualTo(expected.report());
  }
}
