/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The log-probabilities of a prompt from vLLM: at each position an object from token numbers to
 * what is known of them, with the prompt's own token among the likeliest ones.
 */
final class PromptLogProbs {

  private static final String ADVICE =
      "ask the server with \"prompt_logprobs\": 0, which gives the prompt's tokens alone, or with"
          + " \"return_token_ids\": true";

  private PromptLogProbs() {}

  /** Adds a prompt as one document. */
  static void read(JsonValue reply, ReplyScores scores) throws InputException {
    JsonValue prompt =
        reply.member("prompt_logprobs", "an array: ask the server with \"prompt_logprobs\": 0");
    List<JsonValue> positions = prompt.elements();
    Optional<JsonValue> tokens = reply.find("prompt_token_ids");
    if (tokens.isPresent() && tokens.get().elements().size() != positions.size()) {
      throw prompt.problem(
          "prompt_logprobs has "
              + positions.size()
              + " elements, expected one for each of the "
              + tokens.get().elements().size()
              + " prompt_token_ids");
    }
    for (int i = 0; i < positions.size(); i++) {
      JsonValue position = positions.get(i);
      if (position.isNull()) {
        scores.addUnscored();
        continue;
      }
      JsonValue entry =
          tokens.isPresent() ? named(position, tokens.get().elements().get(i)) : only(position);
      scores.addToken(entry, "decoded_token");
    }
    scores.endReply();
  }

  private static JsonValue named(JsonValue position, JsonValue token) throws InputException {
    String number = String.valueOf(token.integer(Integer.MAX_VALUE));
    return position.member(number, "an entry of each of the prompt_token_ids");
  }

  /** Returns the entry that is there though it is not among the likeliest, or the only one. */
  private static JsonValue only(JsonValue position) throws InputException {
    Map<String, JsonValue> entries = position.members();
    int likeliest = entries.size() - 1;
    List<JsonValue> others = new ArrayList<>();
    boolean isAmbiguous = false;
    for (JsonValue entry : entries.values()) {
      Optional<JsonValue> rank = entry.find("rank");
      int value = rank.isPresent() ? rank.get().integer(Integer.MAX_VALUE) : 0;
      if (value > likeliest || value == 0) {
        others.add(entry);
        isAmbiguous |= value <= likeliest + 1;
      }
    }
    if (others.size() != 1 || (isAmbiguous && entries.size() > 1)) {
      throw position.problem(
          "prompt_logprobs has "
              + entries.size()
              + " entries at a position, and which one is the prompt's token can't be told: "
              + ADVICE);
    }
    return others.get(0);
  }
}
