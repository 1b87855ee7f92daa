/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/** The loop that people write; it runs on one thread, whatever the parameter. */
public class NaiveLoop extends Benchmarked {

  /** Called by JMH. */
  public NaiveLoop() {
    super(Side.NAIVE);
  }

  /** The mean loss. */
  @Benchmark
  public double loss() {
    return run();
  }
}
