/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

/** A token on each line: {@code logprob}, and {@code bytes}, {@code token} or {@code text}. */
final class TokenLinesReader implements ReplyReader {

  @Override
  public boolean recognises(JsonValue value) {
    return value.has("logprob");
  }

  @Override
  public void read(JsonValue line, ReplyScores scores) throws InputException {
    scores.add(ReplyToken.of(line, "token", "text"));
  }
}
