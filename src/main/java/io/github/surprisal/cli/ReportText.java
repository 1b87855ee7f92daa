/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.ComparisonReport;
import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.LossReport;
import io.github.surprisal.file.ElementType;
import io.github.surprisal.file.StoredTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

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
          "nanTokens",
          "firstNan",
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
  static String json(Corpus corpus, LossReport report) {
    List<String> keys = new ArrayList<>(MEMBERS);
    if (corpus.options().predictions()) {
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
    lines.addAll(results(report, "replies", PLAIN_LOSS, bitsPerByte(report)));
    problem(report).ifPresent(lines::add);
    return lines;
  }

  /** Returns the lines of a table: what was evaluated, how much of it was scored, the results. */
  static List<String> table(Corpus corpus, LossReport report) {
    List<String> lines = new ArrayList<>(logits("Logits", corpus, corpus.models().get(0)));
    lines.addAll(others(corpus));
    lines.add(line("Scored", "%s", scored(corpus, report)));
    lines.add("");
    if (report.scoredTokens() == 0) {
      lines.add(NOTHING_SCORED);
    } else {
      lines.addAll(
          results(report, "documents", lossMeaning(corpus.options()), bitsPerByte(corpus, report)));
      if (corpus.options().predictions()) {
        lines.addAll(predictions(report));
      }
      problem(report).ifPresent(lines::add);
    }
    lines.addAll(corpus.notes());
    return lines;
  }

  /** Returns the lines of a table: what was compared, and the report. */
  static List<String> table(Corpus corpus, ComparisonReport report) {
    List<String> lines = new ArrayList<>(logits("Logits of P", corpus, corpus.models().get(0)));
    lines.addAll(logits("Logits of Q", corpus, corpus.models().get(1)));
    lines.addAll(others(corpus));
    lines.add("");
    if (report.scoredTokens() == 0) {
      lines.add("No token was scored, so there is nothing to compare the models by.");
    } else {
      report.toString().lines().forEach(lines::add);
    }
    lines.addAll(corpus.notes());
    return lines;
  }

  private static List<String> logits(String name, Corpus corpus, LogitParts logits) {
    String size =
        text(
            "%s, %,d rows x %,d tokens of vocabulary",
            types(logits), logits.rows(), corpus.vocabulary());
    int padding = logits.columns() - corpus.vocabulary();
    return List.of(
        line(name, "%s", names(logits.parts())),
        line("", "%s", padding == 0 ? size : size + text(" and %,d of padding", padding)));
  }

  private static String types(LogitParts logits) {
    return logits.parts().stream()
        .map(StoredTensor::type)
        .distinct()
        .map(type -> type == ElementType.FLOAT64 ? "float64 rounded to float32" : type.toString())
        .collect(Collectors.joining(" and "));
  }

  private static String names(List<StoredTensor> parts) {
    String first = parts.get(0).label();
    int others = parts.size() - 1;
    return others == 0
        ? first
        : first + text(" to %s (%,d files)", parts.get(others).label(), parts.size());
  }

  private static List<String> others(Corpus corpus) {
    List<String> lines = new ArrayList<>();
    lines.add(
        integers(corpus.targets().areShifted() ? "Tokens" : "Targets", corpus.targets().ids()));
    corpus.bytes().counts().ifPresent(files -> lines.add(integers("Token bytes", files)));
    corpus
        .bytes()
        .vocabulary()
        .ifPresent(
            tokens ->
                lines.add(
                    line(
                        "Vocabulary",
                        "%s (%s of %,d tokens)",
                        tokens.file(),
                        tokens.form(),
                        tokens.count())));
    corpus.documents().ifPresent(files -> lines.add(integers("Documents", files)));
    return lines;
  }

  private static String integers(String name, IntegerParts files) {
    return line(name, "%s (%s)", names(files.parts()), files.first().type());
  }

  private static String scored(Corpus corpus, LossReport report) {
    String text =
        text(
            "%,d of %,d tokens, %,d ignored (target %d)",
            report.scoredTokens(),
            corpus.rows(),
            report.ignoredTokens(),
            corpus.options().ignoreIndex());
    return !corpus.bytes().areKnown()
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

  private static String lossMeaning(CrossEntropyOptions options) {
    double smoothing = options.labelSmoothing();
    return smoothing > 0
        ? "nats per token, with label smoothing " + smoothing + " (in all numbers below)"
        : PLAIN_LOSS;
  }

  private static List<String> results(
      LossReport report, String documents, String loss, String bitsPerByte) {
    return List.of(
        result("Loss", report.loss(), 8, loss),
        result("Standard error", report.standardError(), 8, standardError(report, documents)),
        result("Perplexity", report.perplexity(), 5, perplexity(report.perplexity())),
        result("Bits per token", report.bitsPerToken(), 7, "the loss in bits instead of nats"),
        bitsPerByte,
        result("Total nats", report.totalNats(), 4, "the sum over all scored tokens"),
        result("Total bits", report.totalNats() / Math.log(2), 4, "the same in bits"));
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

  private static String bitsPerByte(Corpus corpus, LossReport report) {
    if (!corpus.bytes().areKnown()) {
      return line(
          "Bits per byte",
          "%-15s%s",
          "-",
          "needs --token-bytes, the UTF-8 length of each target, or --vocab-file");
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
