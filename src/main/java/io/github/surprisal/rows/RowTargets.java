/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

/** Target classes that have been checked: each is a class of its row or the ignore index. */
public record RowTargets(IntData targets, int ignoreIndex) {

  /** Whether the row counts. */
  public boolean isScored(long row) {
    return targets.at(row) != ignoreIndex;
  }

  /** The target of a row. */
  public int at(long row) {
    return targets.at(row);
  }
}
