/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ForkJoinPool;

/**
 * The JVM of one case. It prepares and checks the work, says so, and then times it once for each
 * line that it reads, which holds the milliseconds to spend.
 */
public final class Worker {

  /** How the lines begin that are meant for the one who started this. */
  static final String READY = "READY";

  static final String TIMED = "TIMED ";

  private static final long WARM_UP_NANOS = 1_000_000_000;
  private static final int WARM_UP_CALLS = 4;

  /** It is warm when no compilation has ended for so long, or it has become old over it. */
  private static final long QUIET_NANOS = 600_000_000;

  private static final long LONGEST_WARM_UP_NANOS = 8_000_000_000L;

  /** Calls are timed together until they take as long as this, so that the clock doesn't matter. */
  private static final long SAMPLE_NANOS = 200_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

  private static volatile double sink;

  private final Work work;
  private int callsOfSample = 1;

  private Worker(Work work) {
    this.work = work;
  }

  /** Runs the case that is named by the only argument, in a pool of as many threads. */
  public static void main(String[] arguments) {
    Case timed = Case.parse(arguments[0]);
    ForkJoinPool pool = new ForkJoinPool(timed.threads());
    pool.submit(() -> run(timed)).join();
    System.exit(0);
  }

  private static Void run(Case timed) throws IOException {
    Work work = timed.side().prepare(timed.work(), Batch.of(timed.shape()), timed.threads());
    Worker worker = new Worker(work);
    worker.warmUp();
    System.out.println(READY);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Timing timing = worker.time(Long.parseLong(line) * 1_000_000);
      System.out.println(TIMED + timing.nanos() + " " + timing.bytes());
    }
    return null;
  }

  private void warmUp() {
    long start = System.nanoTime();
    long compiling = COMPILER.getTotalCompilationTime();
    long quietSince = start;
    for (int calls = 0; calls < WARM_UP_CALLS || !isWarm(start, quietSince); calls++) {
      call(1);
      long now = COMPILER.getTotalCompilationTime();
      if (now != compiling) {
        compiling = now;
        quietSince = System.nanoTime();
      }
    }
    long nanos = call(1);
    while (nanos < SAMPLE_NANOS && callsOfSample < 1 << 20) {
      callsOfSample *= 2;
      nanos = call(callsOfSample);
    }
  }

  private static boolean isWarm(long start, long quietSince) {
    long now = System.nanoTime();
    return (now - start >= WARM_UP_NANOS && now - quietSince >= QUIET_NANOS)
        || now - start >= LONGEST_WARM_UP_NANOS;
  }

  private Timing time(long budget) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    long best = Long.MAX_VALUE;
    int samples = 0;
    do {
      best = Math.min(best, call(callsOfSample));
      samples++;
    } while (System.nanoTime() - start < budget);
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    return new Timing((double) best / callsOfSample, bytes / ((long) samples * callsOfSample));
  }

  private long call(int times) {
    long start = System.nanoTime();
    double sum = 0;
    for (int i = 0; i < times; i++) {
      sum += work.run();
    }
    sink = sum;
    return System.nanoTime() - start;
  }
}
