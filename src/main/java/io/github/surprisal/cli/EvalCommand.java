/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
    customSynopsis =
        "surprisal eval --logits FILE... (--targets FILE... | --tokens FILE...) [OPTION...]",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    versionProvider = Version.class,
    description = {
      "Computes loss, perplexity and bits per byte from the logits of a language model.",
      "",
      "Reads .npy, .npz and .safetensors files, whatever their size; FILE:NAME is one of several"
          + " tensors in a file, - is standard input and -:NAME a tensor in it. Row t of the logits is"
          + " scored against target t."
    },
    footer = {
      "",
      "Examples:",
      "  surprisal eval --logits logits.npy --targets targets.npy --token-bytes bytes.npy",
      "  surprisal eval --logits part-1.npy part-2.npy --tokens ids.npy --documents doc.npy",
      "  surprisal eval --logits logits.npy --tokens ids.npy --vocab-file tokenizer.json",
      "  surprisal eval --logits 'part-*.npy' --tokens ids.npy --temperature 0.8 --json",
      "  surprisal eval --logits batch.npz:logits --targets batch.npz:targets",
      "  surprisal eval --logits model.safetensors.index.json:logits --tokens ids.npy",
      "  surprisal eval --logits padded.npy --targets targets.npy --vocabulary 50257",
      "  surprisal eval --logits saved-as-f2.npy --targets targets.npy --dtype bfloat16",
      "  model-that-writes-npy | surprisal eval --logits - --targets targets.npy",
      "",
      HelpText.EXIT_STATUS
    })
@SuppressWarnings("NullAway.Init") // the parser of the command line sets the fields
final class EvalCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--logits",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Logits of shape (..., vocabulary): float32, float16, bfloat16 (also as uint16), or"
              + " float64, which is rounded to float32. The rows of several files follow each"
              + " other.")
  private List<String> logits;

  @Mixin private CorpusOptions corpusOptions;

  @Option(
      names = "--label-smoothing",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "Share of each target, from 0 to 1, spread over all classes. Default: 0.")
  private double labelSmoothing;

  @Option(names = "--json", description = HelpText.JSON)
  private boolean json;

  @Mixin private VerboseOption verbose;

  @Override
  public Integer call() throws IOException {
    InputNames names = corpusOptions.names(Map.of("--logits", logits));
    Evaluation kind = new Evaluation(corpusOptions.in(options()));
    return new CorpusRun(spec, json, verbose).of(names, corpusOptions.threads(), kind);
  }

  private CrossEntropyOptions options() {
    try {
      return CrossEntropyOptions.defaults().labelSmoothing(labelSmoothing);
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
