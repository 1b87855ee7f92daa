/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import org.openjdk.jmh.annotations.Fork;

/** This library with its plain loops, as it runs without any option. */
@Fork(
    value = 2,
    jvmArgsAppend = {"-Dsurprisal.kernels=loop", Caller.CUSTOM, Caller.CLASS})
public class LoopKernel extends LibraryBenchmark {

  /** Called by JMH. */
  public LoopKernel() {
    super("loop");
  }
}
