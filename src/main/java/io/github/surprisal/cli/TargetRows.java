/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.file.StoredTensor;
import java.io.IOException;
import java.util.List;

/**
 * The target of each row of logits: given as such, or the next token of a sequence of input ids.
 * Rows are asked for once, in order.
 */
final class TargetRows {

  /** Stands for a row without a target. */
  static final long NONE = -1;

  private final IntegerParts ids;

  /** How the rows of a sequence of input ids follow from it. */
  private enum Form {
    TARGETS,
    /** A row for each id, the last one of a sequence without a target. */
    IDS,
    /** A row for each id but the last one of a sequence. */
    IDS_WITHOUT_LAST
  }

  private final Form form;

  /** The index of the next row's id, and what follows of its part and its sequence. */
  private long index;

  private int part = -1;
  private long leftInPart;
  private long leftInSequence;

  private TargetRows(IntegerParts ids, Form form) {
    this.ids = ids;
    this.form = form;
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
    long sequences = sequences(tokens.parts());
    if (logits.rows() == tokens.size()) {
      return new TargetRows(tokens, Form.IDS);
    }
    if (logits.rows() == tokens.size() - sequences) {
      return new TargetRows(tokens, Form.IDS_WITHOUT_LAST);
    }
    throw InputException.of(
        tokens.first().label(),
        "%d tokens in %d sequences do not fit %d rows of logits, expected a row for each token, or"
            + " for each but the last one of a sequence",
        tokens.size(),
        sequences,
        logits.rows());
  }

  private static long sequences(List<StoredTensor> parts) {
    long sequences = 0;
    for (StoredTensor part : parts) {
      long length = sequenceLength(part);
      sequences += length == 0 ? 0 : part.size() / length;
    }
    return sequences;
  }

  private static long sequenceLength(StoredTensor tokens) {
    return tokens.shape().isEmpty() ? 1 : tokens.shape().get(tokens.shape().size() - 1);
  }

  /** Returns the index of the target of the next row, or {@link #NONE}. */
  long next() {
    if (form == Form.TARGETS) {
      return index++;
    }
    enterSequence();
    while (leftInSequence == 1 && form == Form.IDS_WITHOUT_LAST) {
      skip();
      enterSequence();
    }
    boolean isLast = leftInSequence == 1;
    long target = isLast ? NONE : index + 1;
    skip();
    return target;
  }

  private void enterSequence() {
    while (leftInPart == 0) {
      part++;
      leftInPart = ids.parts().get(part).size();
      leftInSequence = 0;
    }
    if (leftInSequence == 0) {
      leftInSequence = sequenceLength(ids.parts().get(part));
    }
  }

  private void skip() {
    index++;
    leftInPart--;
    leftInSequence--;
  }

  /** The ids by which targets are given. */
  IntegerParts ids() {
    return ids;
  }

  /** Whether rows are scored against the id after their own. */
  boolean areShifted() {
    return form != Form.TARGETS;
  }

  /** Returns a target's id. */
  long id(long target) throws IOException {
    return ids.at(target);
  }
}
