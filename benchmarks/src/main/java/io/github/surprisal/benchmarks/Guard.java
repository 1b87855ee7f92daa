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
import java.util.function.Predicate;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;

/**
 * Measures the ratios of {@code guard.txt} and says which are out of bounds.
 *
 * <p>A rule holds if it does in every round, or in the median of rounds that differ by no more than
 * is plausible. Other programs on the machine can spoil any ratio, but a slow piece of code is slow
 * each time: what does not hold is measured anew and for longer, twice at most.
 */
final class Guard {

  private static final String FILE = "/guard.txt";
  private static final int TRIES = 3;
  private static final Plan FULL = new Plan(5, 1000, 500);
  private static final Plan QUICK = new Plan(3, 900, 300);

  private final Processor processor;
  private final boolean quick;
  private final Plan plan;
  private final Predicate<String> headings;
  private final List<Rule> skipped = new ArrayList<>();

  private Guard(Processor processor, boolean quick, Options given) {
    this.processor = processor;
    this.quick = quick;
    this.plan = (quick ? QUICK : FULL).with(given);
    this.headings =
        heading ->
            given.getIncludes().isEmpty()
                || given.getIncludes().stream().anyMatch(heading::contains);
  }

  /**
   * Prints all ratios; returns whether all of them are within their bounds. Takes {@code --quick},
   * JMH's options for the number of forks and their times, and words that headings must contain.
   */
  static boolean run(List<String> arguments) throws IOException, CommandLineOptionException {
    List<String> options = new ArrayList<>(arguments);
    boolean quick = options.remove("--quick");
    return new Guard(
            Processor.here(), quick, new CommandLineOptions(options.toArray(String[]::new)))
        .run();
  }

  private boolean run() throws IOException, CommandLineOptionException {
    Map<String, List<Rule>> groups = groups();
    if (groups.isEmpty()) {
      throw new CommandLineOptionException("no rule that can be measured has such a heading");
    }
    Instant start = Instant.now();
    System.out.printf(
        "Java %s on %s; default kernel: %s%n",
        System.getProperty("java.vm.version"), processor.name(), Surprisal.kernels());
    boolean allHold = true;
    for (Map.Entry<String, List<Rule>> group : groups.entrySet()) {
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
      } else if (!line.isEmpty() && !line.startsWith("#") && headings.test(heading)) {
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

  private boolean holds(String heading, List<Rule> rules) {
    List<Rule> open = rules;
    for (int attempt = 1; !open.isEmpty() && attempt <= TRIES; attempt++) {
      open =
          broken(attempt == 1 ? heading : heading + " again, longer", open, plan.longer(attempt));
    }
    return open.isEmpty();
  }

  /** Measures and prints what the rules are about; returns those that are broken or unsteady. */
  private List<Rule> broken(String heading, List<Rule> rules, Plan plan) {
    Set<Case> cases = new LinkedHashSet<>();
    rules.forEach(rule -> cases.addAll(rule.cases()));
    List<Map<Case, Timing>> rounds = plan.run(cases);
    System.out.printf("%n%s%n", heading);
    for (Case timed : cases) {
      Spread nanos = Spread.of(rounds, round -> round.get(timed).nanosPerLogit());
      print(timed, nanos, "%.2f ms".formatted(nanos.median() * timed.logits() / 1e6));
    }
    List<Rule> broken = new ArrayList<>();
    for (Rule rule : rules) {
      Spread values = Spread.of(rounds, rule::value);
      Bound bound = rule.bound(quick, processor);
      boolean holds =
          bound.holds(values.median()) && values.isPlausible()
              || bound.holds(values.least()) && bound.holds(values.greatest());
      String verdict = holds ? "ok" : values.isPlausible() ? "OUT" : "UNSTEADY";
      print(rule.text(), values, "%-9s %s".formatted(bound, verdict));
      if (!holds) {
        broken.add(rule);
      }
    }
    return broken;
  }

  private static void print(Object what, Spread values, String remark) {
    System.out.printf(
        "  %-60s %9.3f   (%.3f to %.3f)  %s%n",
        what, values.median(), values.least(), values.greatest(), remark);
  }
}
