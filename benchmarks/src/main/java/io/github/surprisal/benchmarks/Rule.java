/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * @param amd the bound of the full suite on processors of AMD, if it is another one
 * @param quick the bound of the quick suite, if it is part of that
 */
record Rule(
    String text,
    Case over,
    Optional<Case> under,
    Bound full,
    Optional<Bound> amd,
    Optional<Bound> quick) {

  private static final Pattern LINE =
      Pattern.compile(
          "(?:bytes (?<single>\\S+)|(?<over>\\S+) / (?<under>\\S+)) (?<full>[<>]= \\S+)"
              + "(?: amd (?<amd>[<>]= \\S+))?(?: quick (?<quick>[<>]= \\S+))?");

  /**
   * Reads {@code a / b >= 3 amd >= 2.5 quick >= 2} or {@code bytes a <= 1000}, each with or without
   * the bounds that have a name.
   */
  static Rule parse(String line) {
    Matcher parts = LINE.matcher(line.replaceAll("\\s+", " "));
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a rule: " + line);
    }
    Optional<String> single = Optional.ofNullable(parts.group("single"));
    return new Rule(
        line.substring(0, line.indexOf(parts.group("full"))).strip(),
        single
            .map(name -> Case.parse(name, Mode.AverageTime))
            .orElseGet(() -> Case.parse(parts.group("over"), Mode.SampleTime)),
        Optional.ofNullable(parts.group("under")).map(name -> Case.parse(name, Mode.SampleTime)),
        Bound.parse(parts.group("full")),
        Optional.ofNullable(parts.group("amd")).map(Bound::parse),
        Optional.ofNullable(parts.group("quick")).map(Bound::parse));
  }

  /** What it has to be on a processor, in either suite. */
  Bound bound(boolean isQuick, Processor processor) {
    return isQuick ? quick.orElseThrow() : processor.isAmd() ? amd.orElse(full) : full;
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
