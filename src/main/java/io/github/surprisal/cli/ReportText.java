/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.ComparisonReport;
import io.github.surprisal.LossReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The two forms in which the command shows a report: a table for people, JSON for programs. */
final class ReportText {

  private ReportText() {}

  private static final String NOTHING_SCORED =
      "No token was scored, so there is no loss, perplexity or bits per byte to report.";

  private static final String PLAIN_LOSS =
      "nats per token: mean of -ln P(correct token), 0 is perfect";

  private static final List<String> MEMBERS =
      List.of(
          "loss",
          "perplexity",
          "bitsPerToken",
          "bitsPerByte",
          "totalNats",
          "scoredTokens",
          "ignoredTokens",
          "scoredBytes",
          "standardError");

  private static final List<String> MEMBERS_OF_PREDICTIONS =
      List.of(
          "accuracy",
          "topAccuracy",
          "meanReciprocalRank",
          "entropy",
          "calibrationGap",
          "calibrationError",
          "calibrationBins");

  /** Returns one JSON object on one line, with the members that the command promises. */
  static String json(Evaluation evaluation, LossReport report) {
    List<String> keys = new ArrayList<>(MEMBERS);
    if (evaluation.options().predictions()) {
      keys.addAll(MEMBERS_OF_PREDICTIONS);
    }
    return report.toJson(keys.toArray(String[]::new));
  }

  /** Returns one JSON object on one line: the members of a report, and the tokens left out. */
  static String json(Replies replies) {
    String report = replies.report().toJson(MEMBERS.toArray(String[]::new));
    return report.substring(0, report.length() - 1)
        + ",\"unscoredTokens\":"
        + replies.unscored()
        + "}";
  }

  /** Returns the lines of a table: which replies were scored, how much of them, the results. */
  static List<String> table(Replies replies) {
    LossReport report = replies.report();
    List<String> lines = new ArrayList<>();
    for (Replies.Source file : replies.files()) {
      lines.add(line("Replies", "%s (%s)", file.name(), file.format()));
    }
    lines.add(line("Scored", "%s", scored(replies)));
    lines.add("");
    if (report.scoredTokens() == 0) {
      lines.add(NOTHING_SCORED);
      return lines;
    }
    lines.addAll(results(report, PLAIN_LOSS, bitsPerByte(report)));
    problem(report).ifPresent(lines::add);
    return lines;
  }

  /** Returns the lines of a table: what was evaluated, how much of it was scored, the results. */
  static List<String> table(Evaluation evaluation, LossReport report) {
    List<String> lines = new ArrayList<>(inputs(evaluation));
    lines.add(line("Scored", "%s", scored(evaluation, report)));
    lines.add("");
    if (report.scoredTokens() == 0) {
      lines.add(NOTHING_SCORED);
    } else {
      lines.addAll(results(report, lossMeaning(evaluation), bitsPerByte(evaluation, report)));
      if (evaluation.options().predictions()) {
        lines.addAll(predictions(report));
      }
      problem(report).ifPresent(lines::add);
    }
    return lines;
  }

  /** Returns the lines of a table: what was compared, and the report. */
  static List<String> table(Comparison comparison, ComparisonReport report) {
    List<String> lines = new ArrayList<>(logits("Logits of P", comparison.p()));
    lines.addAll(logits("Logits of Q", comparison.q()));
    NpyFile targets = comparison.p().targets();
    lines.add(line("Targets", "%s (%s)", targets.path(), targets.type()));
    lines.add("");
    if (report.scoredTokens() == 0) {
      lines.add("No token was scored, so there is nothing to compare the models by.");
    } else {
      report.toString().lines().forEach(lines::add);
    }
    return lines;
  }

  private static List<String> logits(String name, Evaluation evaluation) {
    NpyFile logits = evaluation.logits();
    String size =
        text(
            "%s, %,d rows x %,d tokens of vocabulary",
            logits.type(), evaluation.rows(), evaluation.vocabulary());
    int padding = evaluation.columns() - evaluation.vocabulary();
    return List.of(
        line(name, "%s", logits.path()),
        line("", "%s", padding == 0 ? size : size + text(" and %,d of padding", padding)));
  }

  private static List<String> inputs(Evaluation evaluation) {
    NpyFile targets = evaluation.targets();
    List<String> lines = new ArrayList<>(logits("Logits", evaluation));
    lines.add(line("Targets", "%s (%s)", targets.path(), targets.type()));
    evaluation
        .tokenBytes()
        .ifPresent(file -> lines.add(line("Token bytes", "%s (%s)", file.path(), file.type())));
    return lines;
  }

  private static String scored(Evaluation evaluation, LossReport report) {
    String text =
        text(
            "%,d of %,d tokens, %,d ignored (target %d)",
            report.scoredTokens(),
            evaluation.rows(),
            report.ignoredTokens(),
            evaluation.options().ignoreIndex());
    return evaluation.tokenBytes().isEmpty()
        ? text
        : text + text("; %,d bytes of text", report.scoredBytes());
  }

  private static String scored(Replies replies) {
    LossReport report = replies.report();
    String text =
        text(
            "%,d of %,d tokens, %,d without log-probability, in %,d replies",
            report.scoredTokens(),
            report.scoredTokens() + replies.unscored(),
            replies.unscored(),
            report.documents());
    return report.scoredBytes() == 0
        ? text
        : text + text("; %,d bytes of text", report.scoredBytes());
  }

  private static String lossMeaning(Evaluation evaluation) {
    double smoothing = evaluation.options().labelSmoothing();
    return smoothing > 0
        ? "nats per token, with label smoothing " + smoothing + " (in all numbers below)"
        : PLAIN_LOSS;
  }

  private static List<String> results(LossReport report, String loss, String bitsPerByte) {
    return List.of(
        result("Loss", report.loss(), 8, loss),
        result("Standard error", report.standardError(), 8, standardError(report)),
        result("Perplexity", report.perplexity(), 5, perplexity(report.perplexity())),
        result("Bits per token", report.bitsPerToken(), 7, "the loss in bits instead of nats"),
        bitsPerByte);
  }

  private static String standardError(LossReport report) {
    if (report.documents() == 1) {
      return "needs at least two replies with scored tokens";
    }
    if (report.documents() > 1) {
      return text("of the loss, from %,d independent replies", report.documents());
    }
    return report.scoredTokens() > 1
        ? "of the loss, as the mean of a sample of this size"
        : "needs at least two scored tokens";
  }

  private static List<String> predictions(LossReport report) {
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

  private static String bitsPerByte(Evaluation evaluation, LossReport report) {
    if (evaluation.tokenBytes().isEmpty()) {
      return line(
          "Bits per byte", "%-15s%s", "-", "needs --token-bytes, the UTF-8 length of each target");
    }
    return result("Bits per byte", report.bitsPerByte(), 7, bytesMeaning(report));
  }

  private static String bitsPerByte(LossReport report) {
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

  private static Optional<String> problem(LossReport report) {
    if (Double.isNaN(report.loss())) {
      return Optional.of("NaN: some scored row holds NaN, +Infinity or nothing but -Infinity.");
    }
    return Double.isInfinite(report.loss())
        ? Optional.of("Infinity: some scored token has probability 0.")
        : Optional.empty();
  }

  private static String result(String name, double value, int decimals, String meaning) {
    return line(name, "%-14s %s", number(value, decimals), meaning);
  }

  /** Writes the digits asked for, or an exponent where they would be too many or all zero. */
  private static String number(double value, int decimals) {
    double size = Math.abs(value);
    boolean plain = size == 0 || (size >= 1e-5 && size < 1e9) || !Double.isFinite(size);
    return text("%." + (plain ? decimals : 7) + (plain ? "f" : "e"), value);
  }

  private static String line(String name, String format, Object... arguments) {
    return text("%-16s", name) + text(format, arguments);
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
