/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The number of the document of each row. Rows are cut where documents end; asked for in order. */
final class DocumentRows {

  /**
   * Rows to be scored together.
   *
   * @param ends for each document that ends, the number of rows up to its end; empty for a piece
   * @param piece the document that the rows are a piece of, if it is one that is too long
   */
  record Cut(int rows, List<Integer> ends, Optional<LongDocument> piece) {

    /** Rows that belong to no document. */
    static Cut ofRows(int rows) {
      return new Cut(rows, List.of(), Optional.empty());
    }
  }

  private final IntegerParts numbers;
  private final NumberRanges finished = new NumberRanges();

  /** The document that goes on after the last cut. */
  private Optional<LongDocument> unfinished = Optional.empty();

  DocumentRows(IntegerParts numbers) {
    this.numbers = numbers;
  }

  IntegerParts numbers() {
    return numbers;
  }

  /** Cuts whole documents off, or a piece of one that is longer than {@code most} rows. */
  Cut cut(long row, int most) throws IOException {
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      if (endsAt(row + i)) {
        ends.add(i + 1);
        if (unfinished.isPresent()) { // its last piece stands alone
          return piece(row, i + 1, true);
        }
      }
    }
    if (ends.isEmpty()) {
      return piece(row, most, false);
    }
    int rows = ends.get(ends.size() - 1);
    numbers.forgetBefore(row + rows);
    return new Cut(rows, ends, Optional.empty());
  }

  private Cut piece(long row, int rows, boolean isLast) {
    LongDocument document = unfinished.orElseGet(LongDocument::new);
    document.begin(isLast);
    unfinished = isLast ? Optional.empty() : Optional.of(document);
    numbers.forgetBefore(row + rows);
    return new Cut(rows, List.of(), Optional.of(document));
  }

  /** Whether a document ends with a row; no row may belong to one that ended before. */
  private boolean endsAt(long row) throws IOException {
    long number = numbers.at(row);
    if (row + 1 < numbers.size() && numbers.at(row + 1) == number) {
      return false;
    }
    if (!finished.add(number)) {
      throw numbers.wrongAt(
          row,
          "document " + number,
          " appeared before, expected the rows of a document to follow each other");
    }
    return true;
  }
}
