/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

/** Reads replies of one form. Immutable: what a file adds up to is in {@link ReplyScores}. */
interface ReplyReader {

  /** Whether a value looks like a reply of this form that holds log-probabilities. */
  boolean recognises(JsonValue value);

  /** Adds the tokens of a reply, of several, or of a part of one. */
  void read(JsonValue reply, ReplyScores scores) throws InputException;
}
