/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.surprisal.sum.LossSums;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two threads inside one accumulator are noticed; one after the other may use it. */
final class SharedAccumulatorTest {

  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();

  private static AccumulatorState<LossSums> state() {
    return new AccumulatorState<>("LossAccumulator", DEFAULTS, new LossSums());
  }

  /** The state is entered by another thread, which stays inside. */
  @Test
  void whileAnotherThreadIsInside() throws InterruptedException {
    AccumulatorState<LossSums> state = state();
    Thread other = new Thread(state::enter, "the other");
    other.start();
    other.join();
    List<Consumer<AccumulatorState<LossSums>>> uses =
        List.of(
            AccumulatorState::enter,
            used -> used.update(LossSums::endDocument),
            used -> used.toByteArray(1, 1),
            used -> used.combine(state()),
            used -> state().combine(used));
    for (Consumer<AccumulatorState<LossSums>> use : uses) {
      assertThatThrownBy(() -> use.accept(state))
          .isInstanceOf(ConcurrentModificationException.class)
          .hasMessageStartingWith("the LossAccumulator is used by thread the other and by thread ")
          .hasMessageEndingWith(
              " at once, expected one thread at a time: give each thread its own accumulator, and"
                  + " combine them");
    }
    Thread leaves = new Thread(state::exit);
    leaves.start();
    leaves.join();
    state.update(LossSums::endDocument);
  }

  /** In a fork-join pool, a thread that waits inside may run a task that comes in again. */
  @Test
  void theSameThreadMayComeInAgain() {
    AccumulatorState<LossSums> state = state();
    state.enter();
    state.combine(state);
    state.update(LossSums::endDocument);
    state.exit();
  }

  /** A shared accumulator loses tokens; sooner or later a thread is told. */
  @Test
  void threadsThatShareOne() throws Exception {
    LossAccumulator shared = new LossAccumulator();
    float[] row = new float[5_000];
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    CountDownLatch told = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> threads =
          IntStream.range(0, 4)
              .<Future<?>>mapToObj(
                  i ->
                      pool.submit(
                          () -> {
                            while (told.getCount() > 0 && System.nanoTime() < end) {
                              try {
                                shared.addRow(row, 1);
                              } catch (ConcurrentModificationException expected) {
                                told.countDown();
                              }
                            }
                          }))
              .toList();
      for (Future<?> thread : threads) {
        thread.get();
      }
    } finally {
      pool.shutdown();
    }
    assertThat(told.getCount()).isZero();
  }

  @Test
  void threadsThatTakeTurns() throws Exception {
    LossAccumulator shared = new LossAccumulator();
    FloatTensor logits = FloatTensor.wrap(new float[600_000], 60, 10_000); // spread over threads
    IntTensor targets = IntTensor.wrap(new int[60], 60);
    IntStream.range(0, 200)
        .parallel()
        .forEach(
            i -> {
              synchronized (shared) {
                shared.add(logits, targets);
              }
            });
    assertThat(shared.report().scoredTokens()).isEqualTo(200 * 60);
  }

  /** What a call that fails leaves behind is no thread that is inside. */
  @Test
  void aFailedCallLeaves() throws Exception {
    LossAccumulator accumulator = new LossAccumulator(DEFAULTS.classWeights(FloatTensor.of(1, 2)));
    assertThatThrownBy(() -> accumulator.addRow(new float[3], 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> accumulator.addWords(-1)).isInstanceOf(IllegalArgumentException.class);
    Thread next = new Thread(() -> accumulator.addRow(new float[2], 1));
    next.start();
    next.join();
    assertThat(accumulator.report().scoredTokens()).isOne();
  }
}
