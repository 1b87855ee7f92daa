/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        Case.parse(words[bytes ? 1 : 0]),
        bytes ? Optional.empty() : Optional.of(Case.parse(words[2])),
        Bound.parse(words[relation], words[relation + 1]),
        quick
            ? Optional.of(Bound.parse(words[relation + 3], words[relation + 4]))
            : Optional.empty());
  }

  Set<Case> cases() {
    return Stream.concat(Stream.of(over), under.stream()).collect(Collectors.toSet());
  }

  /** Whether everything that it needs can run on this machine. */
  boolean isHere() {
    return cases().stream().allMatch(timed -> timed.side().isHere());
  }

  double value(Rounds rounds) {
    return under
        .map(divisor -> Rounds.median(rounds.ratios(over, divisor)))
        .orElseGet(() -> (double) rounds.bytes(over));
  }
}
