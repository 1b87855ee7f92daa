/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The oracle itself, against 25 digits of mpmath. */
final class ExactReferenceTest {
  private static final Path ROWS = Path.of("src/test/resources/conformance/mpmath_rows.jsonl");
  private static final Path KL = Path.of("src/test/resources/conformance/mpmath_kl.jsonl");
  private static final double RELATIVE = 1e-20;

  @Test
  void agreesWithMpmathOnEveryRow() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    for (String line : Files.readAllLines(ROWS)) {
      JsonNode data = mapper.readTree(line);
      float[] logits = JsonTensors.hexFloats(data.get("logitsHex"));
      ExactReference reference = ExactReference.of(logits);
      int target = data.get("target").intValue();
      JsonNode expected = data.get("expected");
      String name = data.get("name").textValue();
      checkLogSumExp(name, reference, expected.get("logSumExp"));
      check(name, reference.exactProbability(target), expected.get("softmaxAtTarget"));
      for (JsonNode pair : expected.get("logSoftmax")) {
        int c = pair.get(0).intValue();
        if (logits[c] == Float.NEGATIVE_INFINITY) {
          assertThat(reference.loss(c)).isInfinite();
        } else {
          check(name, reference.exactLoss(c).negate(), pair.get(1));
        }
      }
      if (expected.has("crossEntropySmoothed")) {
        double smoothing = data.get("options").get("labelSmoothing").doubleValue();
        check(
            name + " smoothed",
            reference.smoothedLoss(target, smoothing).toBigDecimal(),
            expected.get("crossEntropySmoothed"));
      }
    }
  }

  @Test
  void agreesWithMpmathOnDivergence() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    for (String line : Files.readAllLines(KL)) {
      JsonNode data = mapper.readTree(line);
      ExactReference p = ExactReference.of(JsonTensors.hexFloats(data.get("targetLogitsHex")));
      ExactReference q = ExactReference.of(JsonTensors.hexFloats(data.get("logitsHex")));
      double expected = DistributionChecks.toDouble(data.get("expected").get("kl"));
      double got = p.klDivergence(q);
      assertThat(Math.abs(got - expected))
          .as("%s: %s %s", data.get("name"), got, expected)
          .isLessThanOrEqualTo(1e-15 * expected + 1e-27);
    }
  }

  private static void check(String name, BigDecimal got, JsonNode decimal) {
    BigDecimal expected = new BigDecimal(decimal.textValue());
    BigDecimal allowed = expected.abs().multiply(BigDecimal.valueOf(RELATIVE));
    // the source writes what is below 1e-400 as 0
    allowed = allowed.max(new BigDecimal("1e-400"));
    assertThat(got.subtract(expected, MathContext.DECIMAL128).abs())
        .as("%s: got %s, expected %s", name, got, expected)
        .isLessThanOrEqualTo(allowed);
  }

  /** A log-sum-exp near zero has no more correct digits than its two parts. */
  private static void checkLogSumExp(String name, ExactReference got, JsonNode decimal) {
    BigDecimal expected = new BigDecimal(decimal.textValue());
    BigDecimal magnitude = expected.abs().add(BigDecimal.valueOf(got.logSumAboveMax()));
    assertThat(got.exactLogSumExp().subtract(expected).abs())
        .as("%s: got %s, expected %s", name, got.exactLogSumExp(), expected)
        .isLessThanOrEqualTo(magnitude.multiply(BigDecimal.valueOf(RELATIVE)));
  }
}
