/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;

/** PyTorch through DJL. */
@Fork(
    value = 2,
    jvmArgsAppend = {Side.NATIVE_ACCESS})
public class PyTorch extends Benchmarked {

  /** Called by JMH. */
  public PyTorch() {
    super(Side.TORCH);
  }

  /** The mean loss of logits in native memory. */
  @Benchmark
  public double loss() {
    return run();
  }

  /** The mean loss of logits in a Java array. */
  @Benchmark
  public double lossFromArray() {
    return run();
  }

  /** The mean loss and its gradient, forward and backward, in native memory. */
  @Benchmark
  public double gradient() {
    return run();
  }

  /** All log-probabilities, in native memory. */
  @Benchmark
  public double logSoftmax() {
    return run();
  }

  /** All log-probabilities, from a Java array to a Java array. */
  @Benchmark
  public double logSoftmaxOfArray() {
    return run();
  }
}
