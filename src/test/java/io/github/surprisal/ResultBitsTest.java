/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Results of fixed inputs have the bits that stand in {@code src/test/resources/bits/results.tsv},
 * on every machine and JDK, with every kernel and vector width, interpreted or compiled, from every
 * storage, alone or in a batch, on one thread or several.
 *
 * <p>A changed bit is a changed promise. Where one is meant to change, or an input is added, {@code
 * mvn -Dtest=ResultBitsTest -Dbits.record=true test} writes the file anew from the plain loops, and
 * the vectors, which follow, are compared with it. Look at the difference before it is committed.
 */
final class ResultBitsTest {
  private static final Path FILE = Path.of("src/test/resources/bits/results.tsv");

  private static final List<String> HEADER =
      List.of(
          "# A changed bit is a changed promise: every result below is the same on every machine.",
          "# Name, tab, bits of a double or hash of an array; ResultBitsTest tells how to write it anew.");

  private static final boolean RECORDING =
      Boolean.getBoolean("bits.record") && Surprisal.kernels().startsWith("loop");

  /** Takes only part of the work: the interpreter is a hundred times slower and more. */
  private static final boolean INTERPRETED =
      System.getProperty("java.vm.info", "").contains("interpreted");

  private static final Map<String, String> RECORDED = RECORDING ? Map.of() : read();
  private static final Map<String, String> FRESH = Collections.synchronizedMap(new TreeMap<>());

  private static Map<String, String> read() {
    try (Stream<String> lines = Files.lines(FILE)) {
      return lines
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .collect(Collectors.toMap(fields -> fields[0], fields -> fields[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void write() throws IOException {
    if (RECORDING) {
      Stream<String> lines = FRESH.entrySet().stream().map(e -> e.getKey() + "\t" + e.getValue());
      Files.createDirectories(FILE.getParent());
      Files.write(FILE, Stream.concat(HEADER.stream(), lines).toList());
    }
  }

  /** Compares results with the recorded ones of the same names, or records them. */
  private static void check(Object what, Map<String, String> results) {
    if (RECORDING) {
      results.forEach(
          (name, bits) ->
              assertThat(FRESH.merge(name, bits, (before, now) -> before))
                  .as("%s of %s", name, what)
                  .isEqualTo(bits));
      return;
    }
    Map<String, String> recorded = new TreeMap<>(RECORDED);
    recorded.keySet().retainAll(results.keySet());
    assertThat(results).as("results of %s", what).isEqualTo(recorded);
  }

  private static Stream<RecordedInput> inputs() {
    return RecordedInputs.all().stream();
  }

  private static Stream<Arguments> routesOfInputs() {
    List<RecordedInput> inputs = RecordedInputs.all();
    return IntStream.range(0, inputs.size())
        .filter(i -> !INTERPRETED || i % 16 == 3)
        .mapToObj(inputs::get)
        .flatMap(
            input ->
                Stream.of(Route.values())
                    .filter(route -> !route.isNarrow())
                    .map(route -> Arguments.of(input.name(), route, input)));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void everyResult(RecordedInput input) {
    check(input.name(), RecordedResults.all(input, Route.ARRAY));
  }

  @ParameterizedTest(name = "{0} by {1}")
  @MethodSource("routesOfInputs")
  void everyRoute(String name, Route route, RecordedInput input) {
    check(name + " by " + route, RecordedResults.all(input, route));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void rowByRow(RecordedInput input) {
    check(input.name() + " row by row", RecordedResults.rowByRow(input));
  }

  @Test
  void narrowNumbers() {
    check("bfloat16", RecordedResults.all(RecordedInputs.bfloat16(), Route.BFLOAT16));
    check("float16", RecordedResults.all(RecordedInputs.float16(), Route.FLOAT16));
  }

  @Test
  void nothingIsRecordedThatIsNotComputed() throws IOException {
    assumeFalse(RECORDING || INTERPRETED, "another run tells");
    TreeMap<String, String> all = new TreeMap<>();
    inputs().forEach(input -> all.putAll(RecordedResults.all(input, Route.ARRAY)));
    all.putAll(RecordedResults.main(RecordedInputs.large(), Route.ARRAY));
    for (String model : List.of("bytes256", "bpe2048")) {
      all.putAll(RecordedResults.main(real(model), Route.ARRAY));
      all.putAll(RecordedResults.all(someOf(real(model)), Route.ARRAY));
    }
    assertThat(all.keySet()).isEqualTo(new TreeMap<>(RECORDED).keySet());
  }

  private static RecordedInput real(String name) throws IOException {
    FloatTensor logits = RealModel.read(name).logits();
    return new RecordedInput(
        "real-" + name, logits.shape().axis(0), logits.shape().axis(1), logits.toArray());
  }

  /** Rows from the middle. */
  private static RecordedInput someOf(RecordedInput input) {
    float[] some = new float[16 * input.classes()];
    System.arraycopy(input.logits(), 100 * input.classes(), some, 0, some.length);
    return new RecordedInput(input.name() + "-rows-100-to-115", 16, input.classes(), some);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes256", "bpe2048"})
  void realLogits(String name) throws IOException {
    check(name, RecordedResults.all(someOf(real(name)), Route.ARRAY));
    assumeFalse(INTERPRETED, "takes minutes");
    check(name, RecordedResults.main(real(name), Route.ARRAY));
    check(name, RecordedResults.rowByRow(real(name)));
  }

  @ParameterizedTest
  @EnumSource(Route.class)
  void manyRows(Route route) {
    assumeFalse(INTERPRETED && route != Route.ARRAY, "takes minutes");
    check("many rows by " + route, RecordedResults.main(RecordedInputs.large(), route));
  }

  @Test
  void manyRowsInsideOtherParallelWork() throws Exception {
    assumeFalse(INTERPRETED, "takes minutes");
    RecordedInput large = RecordedInputs.large();
    IntStream.range(0, 6)
        .parallel()
        .forEach(i -> check("parallel stream", RecordedResults.main(large, Route.ARRAY)));
    ForkJoinPool pool = new ForkJoinPool(3);
    try {
      for (Route route : new Route[] {Route.ARRAY, Route.DIRECT_BIG_ENDIAN, Route.CLASS_AXIS_1}) {
        check("pool of 3", pool.submit(() -> RecordedResults.main(large, route)).get());
      }
    } finally {
      pool.shutdown();
    }
  }
}
