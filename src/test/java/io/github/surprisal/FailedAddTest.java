/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is thrown while rows are added, none of them is. */
final class FailedAddTest {

  private static final int ROWS = 64;
  private static final int CLASSES = 8_192;
  private static final IntTensor TARGETS =
      IntTensor.wrap(new Random(5).ints(ROWS, -1, CLASSES).toArray(), 1, ROWS);

  private static CrossEntropyOptions options() {
    return CrossEntropyOptions.defaults().ignoreIndex(-1);
  }

  /** What is thrown then depends on where the rows are; sometimes nothing is. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void logitsThatAreClosedWhileTheyAreRead(boolean isParallel) {
    long seed = new Random().nextLong();
    System.out.println("closed while read: seed " + seed);
    Random random = new Random(seed);
    CrossEntropyOptions options = options().parallel(isParallel).predictions(true);
    LossAccumulator losses = new LossAccumulator(options);
    LossAccumulator expected = new LossAccumulator(options);
    ComparisonAccumulator comparison = new ComparisonAccumulator(options);
    ComparisonAccumulator expectedComparison = new ComparisonAccumulator(options);
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
      if (catchThrowable(() -> comparison.add(whole, logits, TARGETS)) == null) {
        expectedComparison.add(whole, whole, TARGETS);
      }
      closed.join();
    }
    assertThat(losses.report()).isEqualTo(expected.report());
    assertThat(comparison.report()).isEqualTo(expectedComparison.report());
  }

  /** A small batch is held in an array that is lent again: nothing of it shows later. */
  @Test
  void aSmallBatchThatFailsLeavesNothingBehind() {
    FloatTensor logits = FloatTensor.wrap(new float[12], 3, 4);
    LossAccumulator full = new LossAccumulator(options());
    for (int i = 0; i < 62; i++) {
      full.combine(full);
      full.addRow(new float[4], 1);
    }
    byte[] before = full.toByteArray();
    assertThat(catchThrowable(() -> full.add(logits, IntTensor.of(-1, 2, 3))))
        .hasMessageContaining("scored tokens");
    assertThat(full.toByteArray()).isEqualTo(before);
    LossAccumulator next = new LossAccumulator(options());
    next.add(logits.slice(0, 2), IntTensor.of(1, -1));
    assertThat(next.report().scoredTokens()).isOne();
    assertThat(next.report().ignoredTokens()).isOne();
  }

  /** Batches on both sides of the largest that is held in an array. */
  @Test
  void batchesOfAnySizeAreAddedAlike() {
    Random random = new Random(12);
    for (int rows : new int[] {0, 1, 127, 128, 129, 300}) {
      FloatTensor logits =
          FloatTensor.wrap(AdversarialRows.normal(rows * 5, random, 3, 0), rows, 5);
      FloatTensor others =
          FloatTensor.wrap(AdversarialRows.normal(rows * 5, random, 3, 0), rows, 5);
      IntTensor targets = IntTensor.wrap(random.ints(rows, -1, 5).toArray(), rows);
      IntTensor bytes = IntTensor.wrap(random.ints(rows, 0, 4).toArray(), rows);
      LossAccumulator batch = new LossAccumulator(options()).add(logits, targets, bytes);
      LossAccumulator alone = new LossAccumulator(options());
      ComparisonAccumulator compared = new ComparisonAccumulator(options());
      for (int row = 0; row < rows; row++) {
        alone.addRow(logits.toArray(), row * 5, 5, targets.get(row), bytes.get(row));
        compared.addRow(
            FloatTensor.wrapAt(logits.toArray(), row * 5, 5),
            FloatTensor.wrapAt(others.toArray(), row * 5, 5),
            targets.get(row));
      }
      assertThat(batch.toByteArray()).as("%d rows", rows).isEqualTo(alone.toByteArray());
      assertThat(new ComparisonAccumulator(options()).add(logits, others, targets).toByteArray())
          .as("%d rows", rows)
          .isEqualTo(compared.toByteArray());
    }
  }
}
