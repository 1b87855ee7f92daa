/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.ComparisonAccumulator;
import io.github.surprisal.ComparisonReport;
import io.github.surprisal.CrossEntropyOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Logits of two models and targets in files that fit together, compared block by block of rows. */
record Comparison(Evaluation p, Evaluation q) {

  /** Opens the files and checks that their types and shapes fit together. */
  static Comparison open(Path logitsP, Path logitsQ, Path targets, CrossEntropyOptions options)
      throws InputException {
    Evaluation p = Evaluation.open(logitsP, targets, Optional.empty(), options);
    return new Comparison(p, p.ofOther(logitsQ));
  }

  /**
   * Compares the models on all rows. The sums are exact, so the report does not depend on the block
   * size.
   *
   * @param blockBytes about how many bytes of each model's logits to read at a time
   * @param progress is told the number of rows done after each block
   */
  ComparisonReport run(int blockBytes, LongConsumer progress) throws InputException {
    ComparisonAccumulator accumulator = new ComparisonAccumulator(p.options());
    p.forEachBlock(
        Math.min(p.rowsPerBlock(blockBytes), q.rowsPerBlock(blockBytes)),
        progress,
        (row, count) ->
            accumulator.add(
                p.logitsBlock(row, count), q.logitsBlock(row, count), p.targetBlock(row, count)));
    return accumulator.report();
  }

  /** Returns the number of bytes of both models' logits. */
  long logitBytes() {
    return p.logitBytes() + q.logitBytes();
  }

  /** Returns a line for each file. */
  List<String> describeFiles() {
    return List.of(p.logits().describe(), q.logits().describe(), p.targets().describe());
  }
}
