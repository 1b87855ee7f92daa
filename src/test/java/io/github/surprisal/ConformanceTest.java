/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs every case of every family in the folder that the system property {@code conformance.dir}
 * names (by default the project's own), and prints one line for each family.
 *
 * <p>No case is skipped. Where this library decides otherwise than PyTorch, the decided value is
 * asserted, by tag: {@code zeroTimesInf} takes {@code mathExpected}; {@code quirk} with a weight of
 * 0 at minus infinity counts 0; {@code quirk} among the errors is rejected; an ignored row has
 * gradient 0 even where it is not finite; tokens of no bytes are left out of bits per byte.
 */
final class ConformanceTest {
  private static final Path OWN = Path.of("src/test/resources/conformance");
  private static final int OWN_CASES = 2207;

  private static Path folder() {
    return Path.of(System.getProperty("conformance.dir", OWN.toString()));
  }

  private static List<Path> families() {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ConformanceCase> cases(Path family) {
    ObjectMapper mapper = new ObjectMapper();
    List<ConformanceCase> cases = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(family)) {
        if (!line.isBlank()) {
          cases.add(new ConformanceCase(mapper.readTree(line)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cases;
  }

  @Test
  void theFolderHoldsTheKnownCases() {
    int count = families().stream().mapToInt(family -> cases(family).size()).sum();
    boolean own = folder().toAbsolutePath().normalize().equals(OWN.toAbsolutePath().normalize());
    assertThat(count).isGreaterThanOrEqualTo(own ? OWN_CASES : 1);
  }

  /** No class has any probability there, so nothing is exact but NaN, smoothed or not. */
  @ParameterizedTest
  @ValueSource(strings = {"[\"ff800000\"]", "[\"ff800000\", \"ff800000\"]"})
  void aRowOfNothingButMinusInfinity(String logits) throws IOException {
    int classes = logits.contains(",") ? 2 : 1;
    String smoothed = "{'labelSmoothing': 0.1}";
    String expected =
        "{'logSumExp': '-Infinity', 'crossEntropy': 'NaN', 'softmaxAtTarget': 'NaN',"
            + " 'logSoftmax': [[0, 'NaN']], 'crossEntropySmoothed': 'NaN'}";
    String json =
        "{'name': 'masked', 'op': 'row', 'tags': [], 'shape': [%d], 'logitsHex': %s, 'target': 0, 'options': %s, 'expected': %s}"
            .formatted(classes, logits, smoothed, expected)
            .replace('\'', '"');
    ErrorTally tally = new ErrorTally();
    check(new ConformanceCase(new ObjectMapper().readTree(json)), tally);
    assertThat(tally.largest()).isZero();
  }

  @TestFactory
  Stream<DynamicContainer> everyCaseOfEveryFamily() {
    return families().stream().map(ConformanceTest::family);
  }

  private static DynamicContainer family(Path file) {
    List<ConformanceCase> cases = cases(file);
    String name = file.getFileName().toString().replace(".jsonl", "");
    ErrorTally tally = new ErrorTally();
    AtomicInteger passed = new AtomicInteger();
    Stream<DynamicNode> tests =
        cases.stream()
            .map(
                data ->
                    DynamicTest.dynamicTest(
                        data.name(),
                        () -> {
                          check(data, tally);
                          passed.incrementAndGet();
                        }));
    DynamicTest summary =
        DynamicTest.dynamicTest(
            "summary of " + name,
            () -> {
              print(name, cases, tally);
              assertThat(passed).hasValue(cases.size());
            });
    return DynamicContainer.dynamicContainer(name, Stream.concat(tests, Stream.of(summary)));
  }

  /** Names the case in what fails, for reports that show messages only. */
  private static void check(ConformanceCase data, ErrorTally tally) {
    try {
      checkByOperation(data, tally);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(data.name() + ": " + e.getMessage(), e);
    }
  }

  private static void checkByOperation(ConformanceCase data, ErrorTally tally) {
    switch (data.op()) {
      case "crossEntropy" -> CrossEntropyChecks.check(data, tally);
      case "nllLoss" -> DistributionChecks.nllLoss(data, tally);
      case "logSoftmax" -> DistributionChecks.logSoftmax(data, tally);
      case "softmax" -> DistributionChecks.softmax(data, tally);
      case "logSumExp" -> DistributionChecks.logSumExp(data, tally);
      case "row" -> DistributionChecks.row(data, tally);
      case "klDiv" -> DivergenceChecks.pointwise(data, tally);
      case "klDivLogits" -> DivergenceChecks.logits(data, tally);
      case "metrics" -> MetricsChecks.check(data, tally);
      default -> throw new AssertionError("unknown op " + data.op() + " in " + data.name());
    }
  }

  private static void print(String family, List<ConformanceCase> cases, ErrorTally tally) {
    System.out.printf(
        Locale.ROOT,
        "conformance %s: %d cases, largest error %.1e nats, bound %s, at most %.0f %% of it used%n",
        family,
        cases.size(),
        tally.largest(),
        bound(cases.isEmpty() ? "" : cases.get(0).op()),
        100 * tally.largestShare());
  }

  private static String bound(String op) {
    return switch (op) {
      case "klDiv" -> "2.0e-15 * (1 + |exact|) an element";
      case "klDivLogits" -> "1.0e-14 * (1 + spread of the logits)";
      case "nllLoss" -> "2.0e-12 * (1 + |exact|)";
      case "logSoftmax", "softmax", "logSumExp" -> "2 ulp + 4.0e-7 * min(1, exact)";
      case "crossEntropy" -> "4.0e-7 * min(1, exact) a row, times its weights";
      default -> "4.0e-7 * min(1, exact)";
    };
  }
}
