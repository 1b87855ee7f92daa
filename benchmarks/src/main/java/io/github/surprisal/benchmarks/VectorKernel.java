/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import org.openjdk.jmh.annotations.Fork;

/** This library with the Vector API. */
@Fork(
    value = 2,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "-Dsurprisal.kernels=vector",
      Caller.CUSTOM,
      Caller.CLASS
    })
public class VectorKernel extends LibraryBenchmark {

  /** Called by JMH. */
  public VectorKernel() {
    super("vector");
  }
}
