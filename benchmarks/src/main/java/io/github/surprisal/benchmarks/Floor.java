/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;

/** What memory allows. */
@Fork(
    value = 2,
    jvmArgsAppend = {Side.VECTOR_MODULE})
public class Floor extends Benchmarked {

  /** Called by JMH. */
  public Floor() {
    super(Side.FLOOR);
  }

  /** Reads all logits once. */
  @Benchmark
  public double read() {
    return run();
  }

  /** Reads all logits once and writes them to a second array. */
  @Benchmark
  public double copy() {
    return run();
  }
}
