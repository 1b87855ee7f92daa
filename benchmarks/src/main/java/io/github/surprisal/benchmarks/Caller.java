/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.concurrent.ForkJoinPool;

/**
 * Where JMH calls benchmarks from: a fork-join pool of as many threads as {@code -Dthreads} says.
 * This library spreads rows over the pool that it is called in, and parallel streams do the same.
 */
public final class Caller extends ForkJoinPool {

  /** Lets JMH use this class in place of an executor of its own. */
  static final String CUSTOM = "-Djmh.executor=CUSTOM";

  static final String CLASS = "-Djmh.executor.class=io.github.surprisal.benchmarks.Caller";

  /** The number of threads that each call may use. */
  static final int THREADS = Integer.getInteger("threads", 1);

  /** Called by JMH, with the number of threads that call benchmarks at the same time: one. */
  public Caller(int callers, String prefix) {
    super(THREADS);
  }
}
