/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static io.github.surprisal.cli.TableLine.text;

import io.github.surprisal.ComparisonReport;
import io.github.surprisal.LossReport;
import io.github.surprisal.file.ElementType;
import io.github.surprisal.file.StoredTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The two forms in which the command shows a report: a table for people, JSON for programs. */
final class ReportText {

  private static final String NOTHING_SCORED =
      "No token was scored, so there is no loss, perplexity or bits per byte to report.";

  private static final String NO_BITS_PER_BYTE =
      TableLine.of(
          "Bits per byte",
          "%-15s%s",
          "-",
          "needs --token-bytes, the UTF-8 length of each target, or --vocab-file");

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

  private ReportText() {}

  /** Returns one JSON object on one line, with the members that the command promises. */
  static String json(Corpus corpus, LossReport report) {
    List<String> keys = new ArrayList<>(MEMBERS);
    if (corpus.options().predictions()) {
      keys.addAll(MEMBERS_OF_PREDICTIONS);
    }
    return report.toJson(keys.toArray(String[]::new));
  }

  /** Returns one JSON object on one line: the members of a report, and {@code unscoredTokens}. */
  static String json(Replies replies) throws IOException {
    String report = replies.report().toJson(MEMBERS.toArray(String[]::new));
    return JsonLine.of(
        out -> {
          JsonLine.copyMembers(report, out);
          out.writeNumberField("unscoredTokens", replies.unscored());
        });
  }

  /** Returns the lines of a table: which replies were scored, how much of them, the results. */
  static List<String> table(Replies replies) {
    LossReport report = replies.report();
    List<String> lines = new ArrayList<>();
    for (Replies.Source file : replies.files()) {
      lines.add(TableLine.of("Replies", "%s (%s)", file.name(), file.format()));
    }
    lines.add(TableLine.of("Scored", "%s", scored(replies)));
    lines.add("");
    if (report.scoredTokens() == 0) {
      lines.add(NOTHING_SCORED);
      return lines;
    }
    lines.addAll(LossLines.results(report, "replies", 0, LossLines.bitsPerByte(report)));
    LossLines.problem(report).ifPresent(lines::add);
    return lines;
  }

  /** Returns the lines of a table: what was evaluated, how much of it was scored, the results. */
  static List<String> table(Corpus corpus, LossReport report) {
    List<String> lines = new ArrayList<>(logits("Logits", corpus, corpus.models().get(0)));
    lines.addAll(others(corpus));
    lines.add(TableLine.of("Scored", "%s", scored(corpus, report)));
    lines.add("");
    if (report.scoredTokens() == 0) {
      lines.add(NOTHING_SCORED);
    } else {
      lines.addAll(
          LossLines.results(
              report,
              "documents",
              corpus.options().labelSmoothing(),
              corpus.bytes().areKnown() ? LossLines.bitsPerByte(report) : NO_BITS_PER_BYTE));
      if (corpus.options().predictions()) {
        lines.addAll(LossLines.predictions(report));
      }
      LossLines.problem(report).ifPresent(lines::add);
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
        TableLine.of(name, "%s", names(logits.parts())),
        TableLine.of("", "%s", padding == 0 ? size : size + text(" and %,d of padding", padding)));
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
                    TableLine.of(
                        "Vocabulary",
                        "%s (%s of %,d tokens)",
                        tokens.file(),
                        tokens.form(),
                        tokens.count())));
    corpus.documents().ifPresent(files -> lines.add(integers("Documents", files)));
    return lines;
  }

  private static String integers(String name, IntegerParts files) {
    return TableLine.of(name, "%s (%s)", names(files.parts()), files.first().type());
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
}
