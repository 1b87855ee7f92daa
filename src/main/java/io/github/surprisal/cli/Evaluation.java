/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossAccumulator;
import java.util.List;

/**
 * Adds up the losses of a model.
 *
 * @param options of all losses
 */
record Evaluation(CrossEntropyOptions options) implements CorpusRun.Kind<LossAccumulator> {

  @Override
  public LossAccumulator empty() {
    return new LossAccumulator(options);
  }

  @Override
  public void add(
      LossAccumulator sums, RowBlock block, List<FloatTensor> logits, int from, int to) {
    FloatTensor rows = logits.get(0).slice(from, to);
    IntTensor targets = block.targets().slice(from, to);
    sums.startAt(block.row() + from);
    if (block.tokenBytes().isPresent()) {
      sums.add(rows, targets, block.tokenBytes().get().slice(from, to));
    } else {
      sums.add(rows, targets);
    }
  }

  @Override
  public void endDocument(LossAccumulator sums) {
    sums.endDocument();
  }

  @Override
  public void combine(LossAccumulator sums, LossAccumulator others) {
    sums.combine(others);
  }

  @Override
  public String json(Corpus corpus, LossAccumulator sums) {
    return ReportText.json(corpus, sums.report());
  }

  @Override
  public List<String> table(Corpus corpus, LossAccumulator sums) {
    return ReportText.table(corpus, sums.report());
  }
}
