/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/** What every benchmark has: a shape, threads, and work that is named like the method. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class Benchmarked {

  /** Rows and classes. */
  @Param({"8192x512", "1024x50257", "256x128256", "64x262144"})
  public String shape;

  /** Threads of the pool that the work is done in. */
  @Param({"1", "2"})
  public int threads;

  private final Side side;
  private ForkJoinPool pool;
  private Work work;

  Benchmarked(Side side) {
    this.side = side;
  }

  /** Makes the logits, does the work once and checks the result. */
  @Setup
  public void prepare(BenchmarkParams parameters) {
    String benchmark = parameters.getBenchmark();
    String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
    pool = new ForkJoinPool(threads);
    work = pool.submit(() -> side.prepare(name, Batch.of(shape), threads)).join();
  }

  /** Ends the threads. */
  @TearDown
  public void close() {
    pool.shutdown();
  }

  /** Does the work once. */
  final double run() {
    return pool.submit(work::run).join();
  }
}
