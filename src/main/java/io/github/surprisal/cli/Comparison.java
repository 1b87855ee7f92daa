/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.ComparisonAccumulator;
import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
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
    sums.startAt(block.row() + from);
    sums.add(
        logits.get(0).slice(from, to),
        logits.get(1).slice(from, to),
        block.targets().slice(from, to));
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
