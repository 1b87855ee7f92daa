/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.LossReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code surprisal eval}: logits and targets in, loss, perplexity and bits per byte out. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Computes loss, perplexity and bits per byte from the logits of a language model.",
      "",
      "Reads NumPy files (.npy, little-endian, C order), whatever their size. Row t of the"
          + " logits is scored against target t."
    },
    footer = {
      "",
      "Exit status: 0 success, 1 unusable input (one line on standard error), 2 wrong usage."
    })
@SuppressWarnings("NullAway.Init") // the parser of the command line sets the fields
final class EvalCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--logits",
      required = true,
      paramLabel = "FILE",
      description =
          "Logits of shape (..., vocabulary): float32, float16, or bfloat16 stored as uint16.")
  private String logits;

  @Option(
      names = "--targets",
      required = true,
      paramLabel = "FILE",
      description = "The correct token of each row: int32 or int64, shape (...).")
  private String targets;

  @Option(
      names = "--token-bytes",
      paramLabel = "FILE",
      description =
          "UTF-8 bytes of each target token, for bits per byte: int32 or int64, shape of the"
              + " targets.")
  private Optional<String> tokenBytes;

  @Option(
      names = "--ignore-index",
      paramLabel = "INT",
      defaultValue = "" + CrossEntropyOptions.DEFAULT_IGNORE_INDEX,
      description = "Target value of rows not to score. Default: ${DEFAULT-VALUE}.")
  private int ignoreIndex;

  @Mixin private VocabularyOption vocabulary;

  @Option(
      names = "--label-smoothing",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "Share of each target, from 0 to 1, spread over all classes. Default: 0.")
  private double labelSmoothing;

  @Option(
      names = "--predictions",
      description = "Report accuracy, rank, entropy and calibration, too; takes more time.")
  private boolean predictions;

  @Option(
      names = "--json",
      description =
          "Print one line of JSON. Values that JSON has no number for become the strings"
              + " \"NaN\" and \"Infinity\".")
  private boolean json;

  @Mixin private VerboseOption verbose;

  @Override
  public Integer call() throws InputException {
    Evaluation evaluation =
        Evaluation.open(
            file("--logits", logits),
            file("--targets", targets),
            tokenBytes.isPresent()
                ? Optional.of(file("--token-bytes", tokenBytes.get()))
                : Optional.empty(),
            vocabulary.in(options()));
    Relaunch relaunch = Relaunch.ifItPays(evaluation.logitBytes());
    if (relaunch.status().isPresent()) {
      return relaunch.status().getAsInt();
    }
    verbose.begin(relaunch, evaluation.describeFiles());
    LossReport report =
        Progress.show(
            json, evaluation.rows(), done -> evaluation.run(Evaluation.BLOCK_BYTES, done));
    verbose.end(evaluation.rows(), evaluation.logitBytes());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ReportText.json(evaluation, report));
    } else {
      ReportText.table(evaluation, report).forEach(out::println);
    }
    return 0;
  }

  private Path file(String option, String value) throws InputException {
    return FileName.path(spec, option, value);
  }

  private CrossEntropyOptions options() {
    try {
      return CrossEntropyOptions.defaults()
          .ignoreIndex(ignoreIndex)
          .labelSmoothing(labelSmoothing)
          .predictions(predictions);
    } catch (IllegalArgumentException outOfRange) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--label-smoothing': "
              + labelSmoothing
              + ", expected a number from 0 to 1",
          outOfRange);
    }
  }
}
