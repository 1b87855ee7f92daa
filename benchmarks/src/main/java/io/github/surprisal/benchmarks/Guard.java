/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import io.github.surprisal.Surprisal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures the ratios of {@code guard.txt} and says which are out of bounds.
 *
 * <p>Other programs on the machine can spoil any ratio, but a slow piece of code is slow each time.
 * Ratios out of bounds are therefore measured anew, and a rule is broken only if it is each time.
 */
final class Guard {

  private static final String FILE = "/guard.txt";
  private static final int TRIES = 3;

  private final boolean quick;
  private final List<Rule> skipped = new ArrayList<>();

  private Guard(boolean quick) {
    this.quick = quick;
  }

  /** Prints all ratios; returns whether all of them are within their bounds. */
  static boolean run(boolean quick) throws IOException {
    return new Guard(quick).run();
  }

  private boolean run() throws IOException {
    Instant start = Instant.now();
    System.out.printf(
        "%s of %s, %d processors; default kernel: %s%n",
        System.getProperty("java.vm.version"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        Surprisal.kernels());
    boolean allHold = true;
    for (Map.Entry<String, List<Rule>> group : groups().entrySet()) {
      allHold &= holds(group.getKey(), group.getValue());
    }
    skipped.forEach(rule -> System.out.println("not possible on this machine: " + rule.text()));
    System.out.printf(
        "%n%s after %d s%n",
        allHold ? "All ratios are within their bounds" : "SOME RATIOS ARE OUT OF BOUNDS",
        Duration.between(start, Instant.now()).toSeconds());
    return allHold;
  }

  /** The rules to be measured, under the headings of the file. */
  private Map<String, List<Rule>> groups() throws IOException {
    Map<String, List<Rule>> groups = new LinkedHashMap<>();
    String heading = "";
    for (String line : lines()) {
      if (line.startsWith("[")) {
        heading = line;
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        Rule rule = Rule.parse(line);
        if (!rule.isHere()) {
          skipped.add(rule);
        } else if (!quick || rule.quick().isPresent()) {
          groups.computeIfAbsent(heading, same -> new ArrayList<>()).add(rule);
        }
      }
    }
    return groups;
  }

  private static List<String> lines() throws IOException {
    try (InputStream file = Guard.class.getResourceAsStream(FILE);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      return reader.lines().map(String::strip).toList();
    }
  }

  private boolean holds(String heading, List<Rule> rules) throws IOException {
    List<Rule> open = rules;
    for (int attempt = 1; !open.isEmpty() && attempt <= TRIES; attempt++) {
      open = broken(attempt == 1 ? heading : heading + " again", open);
    }
    return open.isEmpty();
  }

  /** Measures and prints what the rules are about; returns those that are broken. */
  private List<Rule> broken(String heading, List<Rule> rules) throws IOException {
    Set<Case> cases = new LinkedHashSet<>();
    rules.forEach(rule -> cases.addAll(rule.cases()));
    List<Rounds> forks = new ArrayList<>();
    for (int fork = 0; fork < (quick ? 1 : 3); fork++) {
      forks.add(Rounds.run(cases, quick ? 5 : 7, quick ? 60 : 100));
    }
    System.out.printf("%n%s%n", heading);
    cases.forEach(timed -> print(timed, forks));
    List<Rule> broken = new ArrayList<>();
    for (Rule rule : rules) {
      if (!print(rule, forks)) {
        broken.add(rule);
      }
    }
    return broken;
  }

  private static void print(Case timed, List<Rounds> forks) {
    double nanos = Rounds.median(forks.stream().mapToDouble(fork -> fork.nanos(timed)).toArray());
    System.out.printf(
        "  %-58s %9.2f ms %8.4f ns a logit%n", timed, nanos / 1e6, nanos / timed.logits());
  }

  /** Prints a rule and what was measured; returns whether it holds. */
  private boolean print(Rule rule, List<Rounds> forks) {
    double[] values = forks.stream().mapToDouble(rule::value).sorted().toArray();
    double value = Rounds.median(values);
    Bound bound = quick ? rule.quick().orElseThrow() : rule.full();
    boolean holds = bound.holds(value);
    System.out.printf(
        "  %-58s %9.2f   (%.2f to %.2f)  %-9s %s%n",
        rule.text(), value, values[0], values[values.length - 1], bound, holds ? "ok" : "OUT");
    return holds;
  }
}
