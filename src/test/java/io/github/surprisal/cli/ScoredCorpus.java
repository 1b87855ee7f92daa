/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Opens files and scores them, as the command does, in blocks and threads that a test chooses. */
final class ScoredCorpus {

  private ScoredCorpus() {}

  /** Targets, and logits of one file for each model. */
  static InputNames names(List<?> models, Object targets) {
    return names(models, targets, List.of(), List.of());
  }

  /** The same with counts of bytes and numbers of documents, in no file or one. */
  static InputNames names(List<?> models, Object targets, List<?> tokenBytes, List<?> documents) {
    List<List<String>> logits = models.stream().map(model -> List.of(model.toString())).toList();
    return names(logits, List.of(targets.toString()), false, tokenBytes, documents);
  }

  static InputNames names(
      List<List<String>> models,
      List<String> targets,
      boolean areTokens,
      List<?> tokenBytes,
      List<?> documents) {
    return new InputNames(
        models,
        targets,
        areTokens,
        tokenBytes.stream().map(Object::toString).toList(),
        Optional.empty(),
        documents.stream().map(Object::toString).toList(),
        Optional.empty());
  }

  /** The sums over all rows. */
  static <S> S sums(
      InputNames names,
      CorpusRun.Kind<S> kind,
      int threads,
      int rowsPerBlock,
      LongConsumer progress)
      throws IOException {
    try (OpenFiles files = new OpenFiles()) {
      Corpus corpus = Corpus.open(files, names, kind.options());
      return Scoring.run(corpus, kind, threads, rowsPerBlock, progress);
    }
  }
}
