/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.ComparisonAccumulator;
import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import java.util.List;

/**
 * Adds up what distinguishes two models.
 *
 * @param options of all losses
 */
record Comparison(CrossEntropyOptions options) implements CorpusRun.Kind<ComparisonAccumulator> {

  @Override
  public ComparisonAccumulator empty() {
    return new ComparisonAccumulator(options);
  }

  @Override
  public void add(
      ComparisonAccumulator sums, RowBlock block, List<FloatTensor> logits, int from, int to) {
    FloatTensor rowsP = logits.get(0).slice(from, to);
    FloatTensor rowsQ = logits.get(1).slice(from, to);
    IntTensor targets = block.targets().slice(from, to);
    sums.startAt(block.row() + from);
    if (block.tokenBytes().isPresent()) {
      sums.add(rowsP, rowsQ, targets, block.tokenBytes().get().slice(from, to));
    } else {
      sums.add(rowsP, rowsQ, targets);
    }
  }

  @Override
  public void endDocument(ComparisonAccumulator sums) {
    sums.endDocument();
  }

  @Override
  public void combine(ComparisonAccumulator sums, ComparisonAccumulator others) {
    sums.combine(others);
  }

  @Override
  public String json(Corpus corpus, ComparisonAccumulator sums) {
    return sums.report().toJson();
  }

  @Override
  public List<String> table(Corpus corpus, ComparisonAccumulator sums) {
    return ReportText.table(corpus, sums.report());
  }
}
