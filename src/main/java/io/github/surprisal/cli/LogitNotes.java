/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** What readers saw of logits that may be wrong, in sentences; not thread-safe. */
final class LogitNotes {

  private final List<LogitParts> models;

  /** What was found strange. */
  private final SortedSet<String> doubts = new TreeSet<>();

  /** What was seen of the columns of each model. */
  private final List<ConstantColumns> constantColumns = new ArrayList<>();

  LogitNotes(List<LogitParts> models) {
    this.models = models;
    models.forEach(model -> constantColumns.add(new ConstantColumns()));
  }

  /** Takes in what readers that have come to their end saw, one of each model. */
  void add(List<LogitParts.Reader> readers) {
    for (int i = 0; i < readers.size(); i++) {
      constantColumns.get(i).add(readers.get(i).constantColumns());
      doubts.addAll(readers.get(i).doubts());
    }
  }

  /** Returns what may be wrong with the element types, a sentence for each file. */
  SortedSet<String> doubts() {
    return doubts;
  }

  /** Returns a sentence on each model whose last columns look like padding. */
  List<String> padding() {
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      int padding = constantColumns.get(i).padding();
      if (padding > 0) {
        notes.add(
            "The last "
                + padding
                + " columns of "
                + models.get(i).first().label()
                + " are the same in all rows: if they pad the vocabulary, --vocabulary "
                + (models.get(i).columns() - padding)
                + " leaves them out.");
      }
    }
    return notes;
  }
}
