/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import org.openjdk.jmh.annotations.Fork;

/** This library with its plain loops. */
@Fork(
    value = 2,
    jvmArgsAppend = {Side.LOOP_KERNEL})
public class LoopKernel extends LibraryBenchmark {

  /** Called by JMH. */
  public LoopKernel() {
    super(Side.LOOP);
  }
}
