/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static io.github.surprisal.cli.TableLine.text;

import io.github.surprisal.LossReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The lines of a table that show the numbers of a report, each with what it means. */
final class LossLines {

  private LossLines() {}

  /**
   * Returns the lines on the loss and what follows from it.
   *
   * @param documents what standard errors take for independent: documents or replies
   * @param smoothing the label smoothing that is in the loss
   * @param bitsPerByte the line on bits per byte
   */
  static List<String> results(
      LossReport report, String documents, double smoothing, String bitsPerByte) {
    return List.of(
        result("Loss", report.loss(), 8, lossMeaning(smoothing)),
        result("Standard error", report.standardError(), 8, standardError(report, documents)),
        result("Perplexity", report.perplexity(), 5, perplexity(report.perplexity())),
        result("Bits per token", report.bitsPerToken(), 7, "the loss in bits instead of nats"),
        bitsPerByte,
        result("Total nats", report.totalNats(), 4, "the sum over all scored tokens"),
        result("Total bits", report.totalNats() / Math.log(2), 4, "the same in bits"));
  }

  private static String lossMeaning(double smoothing) {
    return smoothing > 0
        ? "nats per token, with label smoothing " + smoothing + " (in all numbers below)"
        : "nats per token: mean of -ln P(correct token), 0 is perfect";
  }

  private static String standardError(LossReport report, String documents) {
    if (report.documents() == 1) {
      return "needs at least two " + documents + " with scored tokens";
    }
    if (report.documents() > 1) {
      return text("of the loss, from %,d independent %s", report.documents(), documents);
    }
    return report.scoredTokens() > 1
        ? "of the loss, as the mean of a sample of this size"
        : "needs at least two scored tokens";
  }

  /** Returns the lines on what the model predicts, which the report has to have. */
  static List<String> predictions(LossReport report) {
    return List.of(
        result("Accuracy", report.accuracy(), 7, "share of tokens that are the likeliest one"),
        result("Top-5 accuracy", report.topAccuracy(5), 7, "share among the five likeliest"),
        result("Reciprocal rank", report.meanReciprocalRank(), 7, "mean of 1 / rank"),
        result("Entropy", report.entropy(), 8, "nats per token: the loss that the model expects"),
        result("Calibration gap", report.calibrationGap(), 8, "above 0: surer than it should be"),
        result("ECE", report.calibrationError(), 7, "expected calibration error, of 15 bins"));
  }

  private static String perplexity(double perplexity) {
    if (!Double.isFinite(perplexity)) {
      return "e to the power of the loss";
    }
    String count = perplexity < 10 ? "%.1f" : perplexity < 1e9 ? "%,.0f" : "%.1e";
    return text("as uncertain as choosing among " + count + " equally likely tokens", perplexity);
  }

  /** Returns the line on bits per byte, of tokens whose bytes are known. */
  static String bitsPerByte(LossReport report) {
    long without = report.tokensWithoutByteCount();
    String meaning =
        without > 0
            ? text(
                "%,d of %,d scored tokens have neither bytes nor a whole text",
                without, report.scoredTokens())
            : bytesMeaning(report);
    return result("Bits per byte", report.bitsPerByte(), 7, meaning);
  }

  private static String bytesMeaning(LossReport report) {
    return report.zeroByteTokens() > 0
        ? text("leaving out %,d of 0 bytes", report.zeroByteTokens())
        : "independent of the tokenizer: compare models by this";
  }

  /** Returns the line that says why the loss is no finite number, if it is none. */
  static Optional<String> problem(LossReport report) {
    if (report.nanTokens() > 0) {
      return Optional.of(nans(report));
    }
    return Double.isInfinite(report.loss())
        ? Optional.of("Infinity: some scored token has probability 0.")
        : Optional.empty();
  }

  private static String nans(LossReport report) {
    boolean isOne = report.nanTokens() == 1;
    String rows = isOne ? "1 scored row" : text("%,d scored rows", report.nanTokens());
    OptionalLong first = report.firstNan();
    String place =
        first.isPresent()
            ? text(
                ", %sat position %,d (counted from 0),",
                isOne ? "" : "the first ", first.getAsLong())
            : "";
    String verb = isOne ? " holds" : " hold";
    return "NaN: " + rows + place + verb + " NaN, +Infinity or nothing but -Infinity.";
  }

  private static String result(String name, double value, int decimals, String meaning) {
    return TableLine.of(name, "%-14s %s", number(value, decimals), meaning);
  }

  /** Writes the digits asked for, or an exponent where they would be too many or all zero. */
  private static String number(double value, int decimals) {
    double size = Math.abs(value);
    boolean plain = size == 0 || (size >= 1e-5 && size < 1e9) || !Double.isFinite(size);
    return text("%." + (plain ? decimals : 7) + (plain ? "f" : "e"), value);
  }
}
