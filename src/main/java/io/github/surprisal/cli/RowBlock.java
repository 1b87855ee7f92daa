/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.IntTensor;
import java.util.List;
import java.util.Optional;

/**
 * Some rows of a corpus that are scored together.
 *
 * @param row the number of the first row in the corpus
 * @param targets the targets of all rows
 * @param tokenBytes the bytes of text of all targets, if they are given
 * @param documentEnds for each document that ends in the block, the number of rows up to its end;
 *     empty if there are no documents, or the block is a piece of one
 * @param piece the document that the block is a piece of, if it is one
 */
record RowBlock(
    long row,
    IntTensor targets,
    Optional<IntTensor> tokenBytes,
    List<Integer> documentEnds,
    Optional<LongDocument> piece) {

  /** The number of rows. */
  int count() {
    return (int) targets.size();
  }
}
