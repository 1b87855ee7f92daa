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
 * The prompt, as vLLM scores it: {@code prompt_logprobs}, of the reply or of each choice. At each
 * position there is an object from token numbers to what is known of them, with the prompt's own
 * token among the likeliest ones.
 */
final class VllmReader implements ReplyReader {

  private static final String PROMPT = "prompt_logprobs";

  private static final String ADVICE =
      "ask the server with \"prompt_logprobs\": 0, which gives the prompt's tokens alone, or with"
          + " \"return_token_ids\": true";

  @Override
  public boolean recognises(JsonValue value) {
    return value.find(PROMPT).isPresent()
        || value.elementsOf("choices").anyMatch(choice -> choice.find(PROMPT).isPresent());
  }

  @Override
  public void read(JsonValue reply, ReplyScores scores) throws InputException {
    if (reply.find(PROMPT).isPresent() || reply.find("choices").isEmpty()) {
      readPrompt(reply, scores);
      return;
    }
    for (JsonValue choice : OpenAiChoices.of(reply)) {
      readPrompt(choice, scores);
    }
  }

  /**
   * Adds a prompt as one document.
   *
   * @param holder the reply or the choice that the prompt is a member of
   */
  private static void readPrompt(JsonValue holder, ReplyScores scores) throws InputException {
    JsonValue prompt =
        holder.member(PROMPT, "an array: ask the server with \"prompt_logprobs\": 0");
    List<JsonValue> positions = prompt.elements();
    Optional<JsonValue> tokens = holder.find("prompt_token_ids");
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
          tokens.isPresent() ? entryOf(tokens.get().elements().get(i), position) : only(position);
      scores.add(ReplyToken.of(entry, "decoded_token"));
    }
    scores.endReply();
  }

  private static JsonValue entryOf(JsonValue token, JsonValue position) throws InputException {
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
