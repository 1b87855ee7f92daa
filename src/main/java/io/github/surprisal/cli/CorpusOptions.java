/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.file.ElementType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say what a corpus is and how it is scored, for one model or two. */
@SuppressWarnings("NullAway.Init") // the parser of the command line sets the fields
final class CorpusOptions {

  private static final List<ElementType> FLOATS =
      List.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16, ElementType.FLOAT64);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--targets",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "The correct token of each row: integers of shape (...), that is the shape of the"
              + " logits without the vocabulary.")
  private List<String> targets = List.of();

  @Option(
      names = "--tokens",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "The input ids, in place of targets: integers of shape (..., sequence). Each row is"
              + " scored against the id after its own; the last one of a sequence is not scored.")
  private List<String> tokens = List.of();

  @Option(
      names = "--token-bytes",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "UTF-8 bytes of each target token, for bits per byte: integers of the shape of the"
              + " targets, or of the tokens.")
  private List<String> tokenBytes = List.of();

  @Option(
      names = "--vocab-file",
      paramLabel = "FILE",
      description =
          "The file of a tokenizer, in place of --token-bytes: tokenizer.json, vocab.json, ranks of"
              + " tiktoken, or a table of ids and tokens or byte counts.")
  private Optional<String> vocabularyFile;

  @Option(
      names = "--documents",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "The number of the document of each row: integers of shape (...). Standard errors then"
              + " take documents for independent, and not tokens.")
  private List<String> documents = List.of();

  @Option(
      names = "--ignore-index",
      paramLabel = "INT",
      defaultValue = "" + CrossEntropyOptions.DEFAULT_IGNORE_INDEX,
      description = "Target value of rows not to score. Default: ${DEFAULT-VALUE}.")
  private int ignoreIndex;

  @Option(
      names = "--vocabulary",
      paramLabel = "INT",
      description =
          "Number of tokens, where the output layer is padded: columns of logits from this one on"
              + " count nothing. Default: all columns.")
  private Optional<Integer> vocabulary;

  @Option(
      names = "--temperature",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Divides the logits, above 0. Default: 1.")
  private double temperature;

  @Option(
      names = "--predictions",
      description =
          "Report predictions, too: how often the likeliest token is right, and, by eval, ranks,"
              + " entropy and calibration. Takes more time.")
  private boolean predictions;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "The type that logits really have: float32, float16, bfloat16 or float64, where a file"
              + " gives their bits another name, such as bfloat16 saved as float16.")
  private Optional<String> dtype;

  @Option(
      names = "--threads",
      paramLabel = "INT",
      description = "Number of threads. Default: one for each processor.")
  private Optional<Integer> threads;

  /**
   * Returns what the command line names.
   *
   * @param models the option and the files of each model's logits
   */
  InputNames names(Map<String, List<String>> models) {
    boolean areTokens = !tokens.isEmpty();
    if (areTokens == !targets.isEmpty()) {
      throw wrong(
          areTokens
              ? "--targets and --tokens exclude each other: expected targets, or else the input ids"
              : "Missing required option: '--targets=FILE' or '--tokens=FILE'");
    }
    Map<String, List<String>> all = new LinkedHashMap<>(models);
    all.put(areTokens ? "--tokens" : "--targets", areTokens ? tokens : targets);
    all.put("--token-bytes", tokenBytes);
    all.put("--vocab-file", vocabularyFile.stream().toList());
    all.put("--documents", documents);
    all.forEach(this::checkNames);
    if (!tokenBytes.isEmpty() && vocabularyFile.isPresent()) {
      throw wrong(
          "--token-bytes and --vocab-file exclude each other: expected one way to tell the bytes");
    }
    long pipes =
        all.values().stream().flatMap(List::stream).filter(FileName::isStandardInput).count();
    if (pipes > 1) {
      throw wrong(
          "- is standard input, expected once at most: save it as a file to read several of its"
              + " tensors");
    }
    return new InputNames(
        List.copyOf(models.values()),
        areTokens ? tokens : targets,
        areTokens,
        tokenBytes,
        vocabularyFile,
        documents,
        dtype.map(this::dtype));
  }

  private void checkNames(String option, List<String> names) {
    if (names.contains("")) { // as from an unset variable of a script
      throw wrong(
          "Invalid value for option '"
              + option
              + "': '' is no file name, expected a .npy, .npz or .safetensors file");
    }
  }

  private ElementType dtype(String name) {
    for (ElementType type : FLOATS) {
      if (type.toString().equals(name.toLowerCase(Locale.ROOT))) {
        return type;
      }
    }
    throw wrong(
        "Invalid value for option '--dtype': '"
            + name
            + "', expected float32, float16, bfloat16 or float64");
  }

  /**
   * Options with ignore index, vocabulary, temperature and predictions, for threads that each score
   * their own blocks.
   */
  CrossEntropyOptions in(CrossEntropyOptions options) {
    CrossEntropyOptions all =
        options.ignoreIndex(ignoreIndex).predictions(predictions).parallel(false);
    if (vocabulary.isPresent()) {
      requireAtLeastOne("--vocabulary", vocabulary.get());
      all = all.vocabulary(vocabulary.get());
    }
    try {
      return all.temperature(temperature);
    } catch (IllegalArgumentException outOfRange) {
      throw new ParameterException(
          command.commandLine(),
          "Invalid value for option '--temperature': "
              + temperature
              + ", expected a number above 0",
          outOfRange);
    }
  }

  int threads() {
    threads.ifPresent(count -> requireAtLeastOne("--threads", count));
    return threads.orElse(Runtime.getRuntime().availableProcessors());
  }

  private void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw wrong("Invalid value for option '" + option + "': " + value + ", expected 1 or more");
    }
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(command.commandLine(), problem);
  }
}
