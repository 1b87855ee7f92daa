/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.surprisal.kernel.loop.LoopKernel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loops come first, and vectors take over method by method, with the same bits. */
final class WarmingKernelTest {

  /** The methods have the numbers from 0 to this one. */
  private static final int LAST = VectorWarmup.COUNT_ABOVE;

  @ParameterizedTest
  @EnumSource(KernelOperation.class)
  void everyMethodIsTheKernelsOwn(KernelOperation operation) {
    KernelArguments arguments = KernelArguments.of(KernelValues.NORMAL, 700, 3);
    long[] expected = operation.bits(new ScalarKernel(), arguments);
    AtomicInteger asked = new AtomicInteger(-1);
    WarmingKernel kernel =
        new WarmingKernel(
            new LoopKernel(),
            ScalarKernel::new,
            method -> {
              asked.set(method);
              return false;
            });
    assertThat(operation.bits(kernel, arguments)).isEqualTo(expected);
    assertThat(asked.get()).isBetween(0, LAST);
    assertThat(kernel.name()).isEqualTo("loop");
    WarmingKernel ready =
        new WarmingKernel(new LoopKernel(), ScalarKernel::new, method -> method == asked.get());
    assertThat(operation.bits(ready, arguments)).isEqualTo(expected);
    assertThat(ready.name()).isEqualTo("scalar");
  }

  @Test
  @Timeout(60)
  void allVectorsAreReadyInTheEnd() throws InterruptedException {
    assumeThat(KernelProvider.newKernel().name()).startsWith("vector");
    VectorWarmup warmup = new VectorWarmup(() -> Optional.of(KernelProvider::newKernel));
    while (!warmup.isReady(LAST)) {
      Thread.sleep(1);
    }
    for (int method = 0; method <= LAST; method++) {
      assertThat(warmup.isReady(method)).isTrue();
    }
  }

  @Test
  void someTilesAreLeftToLoopsAlways() throws InterruptedException {
    AtomicInteger loads = new AtomicInteger();
    VectorWarmup warmup =
        new VectorWarmup(
            () -> {
              loads.incrementAndGet();
              return Optional.empty();
            });
    for (int tile = 1; tile < VectorWarmup.TILES_BEFORE; tile++) {
      assertThat(warmup.isReady(0)).isFalse();
    }
    Thread.sleep(20);
    assertThat(loads).hasValue(0);
    for (int tile = 0; tile < 1000; tile++) {
      assertThat(warmup.isReady(0)).isFalse();
    }
    for (int wait = 0; loads.get() == 0 && wait < 10_000; wait++) {
      Thread.sleep(1);
    }
    assertThat(loads).as("vectors are loaded once").hasValue(1);
  }
}
