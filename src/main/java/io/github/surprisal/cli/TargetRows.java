/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.file.StoredTensor;
import java.util.List;

/**
 * The target of each row of logits: given as such, or the next token of a sequence of input ids.
 */
final class TargetRows {

  /** Stands for a row without a target. */
  static final long NONE = -1;

  /** How the rows of a sequence of input ids follow from it. */
  private enum Form {
    TARGETS,
    /** A row for each id, the last one of a sequence without a target. */
    IDS,
    /** A row for each id but the last one of a sequence. */
    IDS_WITHOUT_LAST
  }

  private final IntegerParts ids;
  private final Form form;
  private final PartEnds rows;

  private TargetRows(IntegerParts ids, Form form) {
    this.ids = ids;
    this.form = form;
    this.rows =
        new PartEnds(
            ids.parts(),
            form == Form.IDS_WITHOUT_LAST
                ? part -> part.size() - sequences(part)
                : StoredTensor::size);
  }

  /** Targets as they stand in files. */
  static TargetRows ofTargets(IntegerParts targets) {
    return new TargetRows(targets, Form.TARGETS);
  }

  /**
   * The next token of each input id.
   *
   * @param tokens sequences along the last axis
   * @param logits a row for each id, or for each but the last one of a sequence
   */
  static TargetRows ofTokens(IntegerParts tokens, LogitParts logits) throws InputException {
    for (Form form : List.of(Form.IDS, Form.IDS_WITHOUT_LAST)) {
      TargetRows targets = new TargetRows(tokens, form);
      if (targets.rows.total() == logits.rows()) {
        return targets;
      }
    }
    throw InputException.of(
        tokens.first(),
        "%d tokens in %d sequences do not fit %d rows of logits, expected a row for each token, or"
            + " for each but the last one of a sequence",
        tokens.size(),
        tokens.parts().stream().mapToLong(TargetRows::sequences).sum(),
        logits.rows());
  }

  private static long sequences(StoredTensor tokens) {
    return tokens.size() == 0 ? 0 : tokens.size() / tokens.columns();
  }

  /** Returns the index of the target of a row, or {@link #NONE}. */
  long of(long row) {
    if (form == Form.TARGETS) {
      return row;
    }
    int part = rows.partOf(row);
    long length = ids.parts().get(part).columns();
    long rowsOfSequence = form == Form.IDS ? length : length - 1;
    long rowInPart = row - rows.startOf(part);
    long place = rowInPart % rowsOfSequence;
    return place == length - 1
        ? NONE
        : ids.ends().startOf(part) + rowInPart / rowsOfSequence * length + place + 1;
  }

  /** The ids by which targets are given. */
  IntegerParts ids() {
    return ids;
  }

  /** Whether rows are scored against the id after their own. */
  boolean areShifted() {
    return form != Form.TARGETS;
  }
}
