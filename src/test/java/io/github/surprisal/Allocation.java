/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** What the current thread allocates on the heap. */
final class Allocation {

  private Allocation() {}

  /**
   * The least bytes that a run of some work allocates, of as many runs as it takes to come down to
   * {@code enough}, for a minute at the most: vectors are objects until HotSpot has compiled the
   * loops over them.
   */
  static long leastBytes(Runnable work, long enough) {
    assumeThat(ManagementFactory.getCompilationMXBean()).as("a compiler").isNotNull();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (least > enough && System.nanoTime() < end) {
      long before = threads.getCurrentThreadAllocatedBytes();
      work.run();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
