/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Times several cases in turn, round by round, each in a JVM of its own that idles while the others
 * run. What disturbs the machine for longer than a moment disturbs all cases of a round, and leaves
 * ratios within the round as they were.
 */
final class Rounds {

  private final Map<Case, List<Timing>> timings = new LinkedHashMap<>();

  /** Starts a JVM for each case, times all of them for some rounds, and ends the JVMs. */
  static Rounds run(Set<Case> cases, int rounds, int millis) throws IOException {
    Rounds result = new Rounds();
    Map<Case, WorkerProcess> workers = new LinkedHashMap<>();
    try {
      for (Case timed : cases) {
        workers.put(timed, WorkerProcess.start(timed));
      }
      for (WorkerProcess worker : workers.values()) {
        worker.awaitReady();
      }
      for (WorkerProcess worker : workers.values()) {
        worker.time(millis);
      }
      for (int round = 0; round < rounds; round++) {
        for (Map.Entry<Case, WorkerProcess> entry : workers.entrySet()) {
          result.add(entry.getKey(), entry.getValue().time(millis));
        }
      }
    } finally {
      workers.values().forEach(WorkerProcess::close);
    }
    return result;
  }

  private void add(Case timed, Timing timing) {
    timings.computeIfAbsent(timed, same -> new ArrayList<>()).add(timing);
  }

  /** The time for each logit of one case, divided by that of another, for each round. */
  double[] ratios(Case over, Case under) {
    double[] ratios = new double[timings.get(over).size()];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = nanosPerLogit(over, round) / nanosPerLogit(under, round);
    }
    return ratios;
  }

  private double nanosPerLogit(Case timed, int round) {
    return timings.get(timed).get(round).nanos() / timed.logits();
  }

  /** The median of the nanoseconds of one call. */
  double nanos(Case timed) {
    return median(timings.get(timed).stream().mapToDouble(Timing::nanos).toArray());
  }

  /** The least that one call has allocated. */
  long bytes(Case timed) {
    return timings.get(timed).stream().mapToLong(Timing::bytes).min().orElseThrow();
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
