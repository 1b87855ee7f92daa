/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.ComparisonReport;
import io.github.surprisal.CrossEntropyOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code surprisal compare}: logits of two models and targets in, their differences out. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Compares two language models of one vocabulary on the same tokens.",
      "",
      "P is the reference, such as the original model, and Q the one judged by it, such as its"
          + " quantised form. Reads NumPy files (.npy, little-endian, C order), whatever their"
          + " size. Row t of the logits is scored against target t."
    },
    footer = {
      "",
      "Exit status: 0 success, 1 unusable input (one line on standard error), 2 wrong usage."
    })
@SuppressWarnings("NullAway.Init") // the parser of the command line sets the fields
final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--logits-p",
      required = true,
      paramLabel = "FILE",
      description =
          "Logits of P, shape (..., vocabulary): float32, float16, or bfloat16 stored as uint16.")
  private String logitsP;

  @Option(
      names = "--logits-q",
      required = true,
      paramLabel = "FILE",
      description =
          "Logits of Q: as many rows, the same vocabulary, any of those types; with --vocabulary it"
              + " may be padded differently.")
  private String logitsQ;

  @Option(
      names = "--targets",
      required = true,
      paramLabel = "FILE",
      description = "The correct token of each row: int32 or int64, shape (...).")
  private String targets;

  @Option(
      names = "--ignore-index",
      paramLabel = "INT",
      defaultValue = "" + CrossEntropyOptions.DEFAULT_IGNORE_INDEX,
      description = "Target value of rows not to score. Default: ${DEFAULT-VALUE}.")
  private int ignoreIndex;

  @Mixin private VocabularyOption vocabulary;

  @Option(
      names = "--json",
      description =
          "Print one line of JSON. Values that JSON has no number for become the strings"
              + " \"NaN\", \"Infinity\" and \"-Infinity\".")
  private boolean json;

  @Mixin private VerboseOption verbose;

  @Override
  public Integer call() throws InputException {
    CrossEntropyOptions options =
        vocabulary.in(CrossEntropyOptions.defaults().ignoreIndex(ignoreIndex));
    Comparison comparison =
        Comparison.open(
            file("--logits-p", logitsP),
            file("--logits-q", logitsQ),
            file("--targets", targets),
            options);
    Relaunch relaunch = Relaunch.ifItPays(comparison.logitBytes());
    if (relaunch.status().isPresent()) {
      return relaunch.status().getAsInt();
    }
    verbose.begin(relaunch, comparison.describeFiles());
    ComparisonReport report =
        Progress.show(
            json, comparison.p().rows(), done -> comparison.run(Evaluation.BLOCK_BYTES, done));
    verbose.end(comparison.p().rows(), comparison.logitBytes());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.toJson());
    } else {
      ReportText.table(comparison, report).forEach(out::println);
    }
    return 0;
  }

  private Path file(String option, String value) throws InputException {
    return FileName.path(spec, option, value);
  }
}
