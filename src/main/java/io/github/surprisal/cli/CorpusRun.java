/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Scores a corpus for a command, and prints the report.
 *
 * @param json whether the report is printed as JSON, and no progress is shown
 */
record CorpusRun(CommandSpec command, boolean json, VerboseOption verbose) {

  /** What is added up over a corpus, and how it is printed. */
  interface Kind<S> extends Scoring.Sums<S> {

    /** The options of all losses. */
    CrossEntropyOptions options();

    String json(Corpus corpus, S sums);

    List<String> table(Corpus corpus, S sums);
  }

  /** Runs here, or in another JVM if that pays, and returns the exit status. */
  <S> int of(InputNames names, int threads, Kind<S> kind) throws IOException {
    try (OpenFiles files = new OpenFiles()) {
      Corpus corpus = Corpus.open(files, names, kind.options());
      Relaunch relaunch = Relaunch.ifItPays(corpus.logitBytes(), files.hasPipes());
      if (relaunch.status().isPresent()) {
        return relaunch.status().getAsInt();
      }
      verbose.begin(relaunch, threads, corpus.files());
      S sums = Progress.show(json, corpus.rows(), done -> Scoring.run(corpus, kind, threads, done));
      verbose.end(corpus.rows(), corpus.logitBytes());
      print(corpus, kind, sums);
    }
    return 0;
  }

  private <S> void print(Corpus corpus, Kind<S> kind, S sums) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      corpus.notes().forEach(command.commandLine().getErr()::println);
      out.println(kind.json(corpus, sums));
    } else {
      kind.table(corpus, sums).forEach(out::println);
    }
  }
}
