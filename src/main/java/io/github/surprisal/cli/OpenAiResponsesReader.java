/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;

/** OpenAI's Responses: {@code output[].content[].logprobs[]}. */
final class OpenAiResponsesReader implements ReplyReader {

  private static final String ADVICE =
      "an array of tokens: ask the server with \"include\": [\"message.output_text.logprobs\"]";

  @Override
  public boolean recognises(JsonValue value) {
    return value
        .elementsOf("output")
        .flatMap(item -> item.elementsOf("content"))
        .anyMatch(part -> part.elementsOf("logprobs").findFirst().isPresent());
  }

  @Override
  public void read(JsonValue reply, ReplyScores scores) throws InputException {
    List<ReplyToken> tokens = new ArrayList<>();
    for (JsonValue item : reply.member("output", "an array of messages").elements()) {
      for (JsonValue part : item.elementsOf("content").toList()) {
        if (part.find("type").filter(type -> !type.is("output_text")).isEmpty()) {
          tokens.addAll(ReplyToken.allOf(logProbs(part)));
        }
      }
    }
    scores.addReply(tokens);
  }

  private static JsonValue logProbs(JsonValue part) throws InputException {
    JsonValue logProbs = part.member("logprobs", ADVICE);
    boolean hasText = part.find("text").filter(text -> !text.is("")).isPresent();
    if (logProbs.elements().isEmpty() && hasText) {
      throw logProbs.problem("logprobs is empty, expected " + ADVICE);
    }
    return logProbs;
  }
}
