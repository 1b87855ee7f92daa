/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Mode;

/**
 * A line of the guard's file: a ratio of two cases' times for each logit, or the bytes that one
 * case allocates, and what it must be.
 *
 * @param text what is measured, as the file says it
 * @param over the case whose time is divided, or whose bytes count
 * @param under the case it is divided by; none for bytes
 * @param full the bound of the full suite
 * @param quick the bound of the quick suite, if it is part of that
 */
record Rule(String text, Case over, Optional<Case> under, Bound full, Optional<Bound> quick) {

  /**
   * Reads {@code a / b >= 3 quick >= 2} or {@code bytes a <= 1000}, with or without a quick bound.
   */
  static Rule parse(String line) {
    String[] words = line.split("\\s+");
    boolean bytes = words[0].equals("bytes");
    int relation = bytes ? 2 : 3;
    boolean quick = words.length == relation + 5 && words[relation + 2].equals("quick");
    if (!(quick || words.length == relation + 2) || !(bytes || words[1].equals("/"))) {
      throw new IllegalArgumentException("not a rule: " + line);
    }
    return new Rule(
        bytes ? words[0] + " " + words[1] : words[0] + " / " + words[2],
        bytes ? Case.parse(words[1], Mode.AverageTime) : Case.parse(words[0], Mode.SampleTime),
        bytes ? Optional.empty() : Optional.of(Case.parse(words[2], Mode.SampleTime)),
        Bound.parse(words[relation], words[relation + 1]),
        quick
            ? Optional.of(Bound.parse(words[relation + 3], words[relation + 4]))
            : Optional.empty());
  }

  /** What it compares, in its order. */
  List<Case> cases() {
    return Stream.concat(Stream.of(over), under.stream()).toList();
  }

  /** Whether everything that it needs can run on this machine. */
  boolean isHere() {
    return cases().stream().allMatch(Case::isHere);
  }

  /** The ratio of both cases' times in one round, or the bytes of the one case. */
  double value(Map<Case, Timing> round) {
    Timing timing = round.get(over);
    return under
        .map(divisor -> timing.nanosPerLogit() / round.get(divisor).nanosPerLogit())
        .orElse(timing.bytes());
  }
}
