/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.Optional;

/** Ollama: {@code logprobs[]}, streamed or not. */
final class OllamaReader implements ReplyReader {

  private static final String TOKENS = "logprobs";

  @Override
  public boolean recognises(JsonValue value) {
    return value.find("done").isPresent() || value.elementsOf(TOKENS).findFirst().isPresent();
  }

  @Override
  public void read(JsonValue reply, ReplyScores scores) throws InputException {
    Optional<JsonValue> tokens = reply.find(TOKENS);
    if (tokens.isPresent()) {
      for (JsonValue token : tokens.get().elements()) {
        scores.add(ReplyToken.of(token, "token"));
      }
    }
    boolean isPart = reply.find("done").filter(done -> done.is(false)).isPresent();
    if (!isPart) {
      scores.endReply(reply, TOKENS, "an array of tokens: ask the server with \"logprobs\": true");
    }
  }
}
