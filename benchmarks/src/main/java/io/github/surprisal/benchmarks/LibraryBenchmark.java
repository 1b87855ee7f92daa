/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/** This library. {@link LoopKernel} and {@link VectorKernel} run all of it. */
public abstract class LibraryBenchmark extends Benchmarked {

  LibraryBenchmark(Side side) {
    super(side);
  }

  /** The mean loss. */
  @Benchmark
  public double loss() {
    return run();
  }

  /** The mean loss and its gradient in a second array. */
  @Benchmark
  public double gradient() {
    return run();
  }

  /** The mean loss and its gradient in the array of the logits. */
  @Benchmark
  public double gradientInPlace() {
    return run();
  }

  /** The mean loss with label smoothing. */
  @Benchmark
  public double labelSmoothing() {
    return run();
  }

  /** The mean loss where half of each row is −∞. */
  @Benchmark
  public double masked() {
    return run();
  }

  /** All log-probabilities, into an array. */
  @Benchmark
  public double logSoftmax() {
    return run();
  }

  /** The mean loss of bfloat16 logits. */
  @Benchmark
  public double bfloat16() {
    return run();
  }

  /** The mean loss of float16 logits. */
  @Benchmark
  public double float16() {
    return run();
  }

  /** The mean loss of logits in a direct buffer. */
  @Benchmark
  public double directBuffer() {
    return run();
  }

  /** The mean loss of logits of the shape (batch, classes, positions). */
  @Benchmark
  public double classAxis1() {
    return run();
  }

  /** The mean loss and its gradient, both of the shape (batch, classes, positions). */
  @Benchmark
  public double gradientClassAxis1() {
    return run();
  }

  /** All sums of an evaluation with token lengths. */
  @Benchmark
  public double evaluation() {
    return run();
  }
}
