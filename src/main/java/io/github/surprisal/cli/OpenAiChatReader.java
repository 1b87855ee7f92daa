/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chat completions: {@code choices[].logprobs.content[]}, then {@code refusal[]}. Choices that have
 * a {@code delta} are parts of a stream, and may be without log-probabilities.
 */
final class OpenAiChatReader implements ReplyReader {

  @Override
  public boolean recognises(JsonValue value) {
    return OpenAiChoices.anyHas(value, "content")
        || OpenAiChoices.anyHas(value, "refusal")
        || value.find("object").filter(object -> object.is("chat.completion.chunk")).isPresent()
        || value.elementsOf("choices").anyMatch(choice -> choice.find("delta").isPresent());
  }

  @Override
  public void read(JsonValue reply, ReplyScores scores) throws InputException {
    for (JsonValue choice : OpenAiChoices.of(reply)) {
      scores.addChoice(reply, choice, tokens(choice));
    }
  }

  private static List<ReplyToken> tokens(JsonValue choice) throws InputException {
    boolean isWhole = choice.find("delta").isEmpty();
    Optional<JsonValue> logProbs =
        isWhole ? Optional.of(OpenAiChoices.logProbs(choice)) : choice.find("logprobs");
    Optional<JsonValue> content = logProbs.flatMap(found -> found.find("content"));
    Optional<JsonValue> refusal = logProbs.flatMap(found -> found.find("refusal"));
    if (isWhole && content.isEmpty() && refusal.isEmpty()) {
      OpenAiChoices.logProbs(choice).member("content", "an array of tokens").elements();
    }
    List<ReplyToken> tokens = new ArrayList<>();
    for (Optional<JsonValue> part : List.of(content, refusal)) {
      if (part.isPresent()) {
        tokens.addAll(ReplyToken.allOf(part.get()));
      }
    }
    return tokens;
  }
}
