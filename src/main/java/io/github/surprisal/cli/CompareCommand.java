/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code surprisal compare}: logits of two models and targets in, their differences out. */
@Command(
    name = "compare",
    customSynopsis =
        "surprisal compare --logits-p FILE... --logits-q FILE... (--targets FILE... | --tokens"
            + " FILE...) [OPTION...]",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    versionProvider = Version.class,
    description = {
      "Compares two language models of one vocabulary on the same tokens.",
      "",
      "P is the reference, such as the original model, and Q the one judged by it, such as its"
          + " quantised form. Reads .npy, .npz and .safetensors files, whatever their"
          + " size; FILE:NAME is one of several tensors in a file, - is standard input and -:NAME a"
          + " tensor in it. Row t of the logits is scored against target t."
    },
    footer = {
      "",
      "Examples:",
      "  surprisal compare --logits-p original.npy --logits-q quantised.npy --targets ids.npy",
      "  surprisal compare --logits-p p.npy --logits-q 'q-*.npy' --tokens ids.npy --json",
      "  surprisal compare --logits-p p.npy --logits-q q.npy --tokens ids.npy --documents doc.npy",
      "  surprisal compare --logits-p p.npy --logits-q q.npy --tokens ids.npy --predictions"
          + " --vocab-file tokenizer.json",
      "",
      HelpText.EXIT_STATUS
    })
@SuppressWarnings("NullAway.Init") // the parser of the command line sets the fields
final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--logits-p",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Logits of P, shape (..., vocabulary): float32, float16, bfloat16 (also as uint16), or"
              + " float64, which is rounded to float32. The rows of several files follow each"
              + " other.")
  private List<String> logitsP;

  @Option(
      names = "--logits-q",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Logits of Q: as many rows, the same vocabulary, any of those types; with --vocabulary it"
              + " may be padded differently.")
  private List<String> logitsQ;

  @Mixin private CorpusOptions corpusOptions;

  @Option(names = "--json", description = HelpText.JSON)
  private boolean json;

  @Mixin private VerboseOption verbose;

  @Override
  public Integer call() throws IOException {
    Map<String, List<String>> models = new LinkedHashMap<>();
    models.put("--logits-p", logitsP);
    models.put("--logits-q", logitsQ);
    InputNames names = corpusOptions.names(models);
    Comparison kind = new Comparison(corpusOptions.in(CrossEntropyOptions.defaults()));
    return new CorpusRun(spec, json, verbose).of(names, corpusOptions.threads(), kind);
  }
}
