/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import static org.openjdk.jmh.runner.options.TimeValue.milliseconds;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How long cases are measured.
 *
 * @param rounds the forks of each case
 * @param warmup the milliseconds before a fork is measured
 * @param time the milliseconds that a fork is measured
 */
record Plan(int rounds, long warmup, long time) {

  /**
   * The least milliseconds before allocations are measured. Vectors are objects until the code is
   * compiled, short rows are read in two orders until one is known to be faster, and both take
   * time.
   */
  private static final long STEADY = 5000;

  /** The plan for {@code -f}, {@code -w} and {@code -r} of JMH where they are given. */
  Plan with(Options given) {
    return new Plan(
        given.getForkCount().orElse(rounds),
        given.getWarmupTime().orElse(milliseconds(warmup)).convertTo(TimeUnit.MILLISECONDS),
        given.getMeasurementTime().orElse(milliseconds(time)).convertTo(TimeUnit.MILLISECONDS));
  }

  /** As many rounds, each of them several times as long. */
  Plan longer(int times) {
    return new Plan(rounds, times * warmup, times * time);
  }

  /**
   * Runs all cases in turn, each in a fresh JVM, as many times as there are rounds. What disturbs
   * the machine for a while disturbs all cases of a round.
   */
  List<Map<Case, Timing>> run(Collection<Case> cases) {
    List<Map<Case, Timing>> results = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Map<Case, Timing> timings = new LinkedHashMap<>();
      for (Case timed : cases) {
        timings.put(timed, fork(timed));
      }
      results.add(timings);
    }
    return results;
  }

  private Timing fork(Case timed) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    OutputFormat output =
        OutputFormatFactory.createFormatInstance(
            new PrintStream(said, true, StandardCharsets.UTF_8), VerboseMode.NORMAL);
    try {
      RunResult result = new Runner(options(timed), output).runSingle();
      return new Timing(
          result.getPrimaryResult().getStatistics().getMin() / timed.logits(),
          result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
    } catch (RunnerException e) {
      throw new IllegalStateException(
          timed + " failed and said\n" + said.toString(StandardCharsets.UTF_8), e);
    }
  }

  /** With compilations that are waited for: on a busy machine they would end after the warmup. */
  private Options options(Case timed) {
    String name = Plan.class.getPackageName() + "." + timed.benchmark();
    return new OptionsBuilder()
        .include("^" + Pattern.quote(name) + "$")
        .param("shape", timed.shape())
        .jvmArgs("-Xbatch", "-Dthreads=" + timed.threads())
        .mode(timed.mode())
        .timeUnit(TimeUnit.NANOSECONDS)
        .forks(1)
        .warmupIterations(1)
        .warmupTime(milliseconds(timed.isForBytes() ? Math.max(warmup, STEADY) : warmup))
        .measurementIterations(1)
        .measurementTime(milliseconds(time))
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .build();
  }
}
