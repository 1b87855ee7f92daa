/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** Checks one case of the operation metrics: a corpus of rows with byte counts. */
final class MetricsChecks {
  private static final double REFERENCE = 2e-12;
  private static final double LN_2 = Math.log(2);

  private final JsonNode expected;
  private final FloatTensor logits;
  private final IntTensor targets;
  private final IntTensor tokenBytes;
  private final CrossEntropyOptions options;
  private final ErrorTally tally;

  /** The bound of the sum of all losses, relative to a sum of 1 + all losses. */
  private double sumBound;

  /** Nats of the scored tokens that stand for some bytes. */
  private double natsWithBytes;

  private MetricsChecks(ConformanceCase data, ErrorTally tally) {
    this.expected = data.field("expected");
    this.logits = data.has("logitsHex") ? data.hexFloats("logitsHex") : data.floats("logits");
    this.targets = data.targets();
    int[] bytes = intArray(data.field("tokenBytes"));
    this.tokenBytes = IntTensor.wrap(bytes, bytes.length);
    this.options = CrossEntropyOptions.defaults().ignoreIndex(data.ignoreIndex());
    this.tally = tally;
    sumExactly();
  }

  private static int[] intArray(JsonNode node) {
    long[] values = JsonTensors.longs(node);
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = Math.toIntExact(values[i]);
    }
    return ints;
  }

  private void sumExactly() {
    int classes = logits.shape().axis(1);
    for (int row = 0; row < targets.size(); row++) {
      int target = targets.get(row);
      if (target != options.ignoreIndex()) {
        double loss = ExactReference.of(logits.toArray(), row * classes, 1, classes).loss(target);
        sumBound += Bounds.loss(loss);
        natsWithBytes += tokenBytes.get(row) > 0 ? loss : 0;
      }
    }
  }

  static void check(ConformanceCase data, ErrorTally tally) {
    MetricsChecks checks = new MetricsChecks(data, tally);
    LossReport report =
        Metrics.evaluate(checks.logits, checks.targets, checks.tokenBytes, checks.options);
    checks.checkReport(report);
    LossAccumulator accumulator = new LossAccumulator(checks.options);
    accumulator.add(checks.logits, checks.targets, checks.tokenBytes);
    assertThat(accumulator.report()).isEqualTo(report);
    if (checks.expected.has("ceMeanWeighted")) {
      checks.checkWeighted(JsonTensors.hexFloats(data.option("weightHex")));
    }
  }

  private double value(String name) {
    return JsonTensors.number(expected.get(name));
  }

  private void checkReport(LossReport report) {
    double scored = value("scoredTokens");
    assertThat((double) report.scoredTokens()).isEqualTo(scored);
    assertThat(report.ignoredTokens()).isEqualTo(targets.size() - report.scoredTokens());
    assertThat((double) report.scoredBytes()).isEqualTo(value("scoredBytes"));
    compare("ceSum", report.totalNats(), value("ceSum"), sumBound);
    double meanBound = sumBound / scored;
    double mean = value("ceMean");
    tally.check("ceMean", report.loss(), mean, meanBound + REFERENCE * (1 + mean));
    double perplexity = value("perplexity");
    compare("perplexity", report.perplexity(), perplexity, perplexity * meanBound * 2);
    compare("bitsPerToken", report.bitsPerToken(), value("bitsPerToken"), meanBound / LN_2);
    checkBytes(report);
  }

  /** Tokens of no bytes count neither nats nor bytes here; where there is none, torch's value. */
  private void checkBytes(LossReport report) {
    double bytes = value("scoredBytes");
    double bound = sumBound / (bytes * LN_2);
    compare("bits per byte", report.bitsPerByte(), natsWithBytes / (LN_2 * bytes), bound);
    if (report.zeroByteTokens() == 0) {
      compare("bitsPerByte", report.bitsPerByte(), value("bitsPerByte"), bound);
    }
    double plain = Metrics.bitsPerByte(report.totalNats(), 1, report.scoredBytes());
    compare("bits per byte of the sum", plain, value("bitsPerByte"), bound);
    if (expected.has("bitsPerByteOverAllBytes")) {
      long allBytes = expected.get("allBytes").longValue();
      double over = Metrics.bitsPerByte(report.totalNats(), 1, allBytes);
      double overBound = sumBound / (allBytes * LN_2);
      compare("over all bytes", over, value("bitsPerByteOverAllBytes"), overBound);
    }
  }

  private static void compare(String what, double got, double exact, double bound) {
    new ErrorTally().check(what, got, exact, bound + REFERENCE * (1 + Math.abs(exact)));
  }

  private void checkWeighted(float[] weights) {
    CrossEntropyOptions weighted = options.classWeights(FloatTensor.of(weights));
    double exact = value("ceMeanWeighted");
    double got = Losses.crossEntropy(logits, targets, weighted);
    compare("ceMeanWeighted", got, exact, Bounds.LOSS * Math.min(1, exact));
  }
}
