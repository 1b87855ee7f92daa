/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reference case of distillation; the README beside them describes the format. */
final class DistillationConformanceTest {
  private static final Path CASES =
      Path.of("src/test/resources/predictions/mpmath_distillation.jsonl");

  private static final ErrorTally VALUES = new ErrorTally();
  private static final ErrorTally GRADIENTS = new ErrorTally();

  static Stream<ConformanceCase> cases() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<ConformanceCase> cases = new ArrayList<>();
    for (String line : Files.readAllLines(CASES)) {
      cases.add(new ConformanceCase(mapper.readTree(line)));
    }
    return cases.stream();
  }

  @Test
  void noCaseIsMissing() throws IOException {
    assertThat(cases()).hasSize(120);
  }

  @AfterAll
  static void report() {
    System.out.printf(Locale.ROOT, "distillation: values %s; gradients %s%n", VALUES, GRADIENTS);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gives(ConformanceCase data) {
    FloatTensor teacher = data.hexFloats("teacherHex");
    FloatTensor student = data.hexFloats("studentHex");
    double temperature = data.option("temperature").doubleValue();
    DistillationOptions.Direction direction =
        DistillationOptions.Direction.valueOf(data.option("direction").textValue());
    DistillationOptions options =
        DistillationOptions.defaults().temperature(temperature).direction(direction);
    if (direction == DistillationOptions.Direction.JENSEN_SHANNON) {
      options = options.beta(data.option("beta").doubleValue());
    }
    double bound = Bounds.divergence(teacher, student, temperature);
    check(data, teacher, student, options.squaredTemperature(false), 1, bound);
    check(data, teacher, student, options, temperature * temperature, bound);
  }

  private static void check(
      ConformanceCase data,
      FloatTensor teacher,
      FloatTensor student,
      DistillationOptions options,
      double factor,
      double bound) {
    float[] gradient = new float[(int) student.size()];
    double got = Losses.klDivergenceWithGradient(teacher, student, options, gradient);
    JsonNode expected = data.field("expected");
    double value = number(expected.get("value")) * factor;
    VALUES.check("value", got, value, factor * (bound + 1e-15 * value));
    assertThat(got).isNotNegative();
    for (int c = 0; c < gradient.length; c++) {
      double exact = number(expected.get("gradient").get(c)) * factor;
      double error = bound * factor / options.temperature();
      GRADIENTS.check("gradient of " + c, gradient[c], exact, Bounds.roundedOnce(exact) + error);
    }
  }

  private static double number(JsonNode exact) {
    return Double.parseDouble(exact.textValue());
  }
}
