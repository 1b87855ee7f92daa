/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Choices of replies that come in parts, maybe several at a time: each becomes one document. */
final class StreamedChoices {

  /** What has come of a choice, and the first part of it with text but without tokens. */
  private static final class Choice {
    private final List<ReplyToken> tokens = new ArrayList<>();
    private Optional<JsonValue> textAlone = Optional.empty();
  }

  private final Map<String, Choice> open = new LinkedHashMap<>();

  /** Whether this is a part of a choice: one that others follow, or the last of them. */
  boolean isPart(JsonValue reply, JsonValue choice) {
    return choice.find("delta").isPresent()
        || open.containsKey(name(reply, choice))
        || (reply.find("id").isPresent()
            && choice.has("finish_reason")
            && choice.find("finish_reason").isEmpty());
  }

  private static String name(JsonValue reply, JsonValue choice) {
    return reply.find("id").map(JsonValue::key).orElse("")
        + " "
        + choice.find("index").map(JsonValue::key).orElse("");
  }

  /** Adds a part of a choice, and returns all tokens of the choice if it is the last part. */
  Optional<List<ReplyToken>> add(JsonValue reply, JsonValue choice, List<ReplyToken> tokens)
      throws InputException {
    String name = name(reply, choice);
    Choice whole = open.computeIfAbsent(name, none -> new Choice());
    whole.tokens.addAll(tokens);
    if (tokens.isEmpty() && whole.textAlone.isEmpty() && hasText(choice)) {
      whole.textAlone = Optional.of(choice);
    }
    if (choice.find("finish_reason").isEmpty()) {
      return Optional.empty();
    }
    open.remove(name);
    return Optional.of(tokensOf(whole));
  }

  private static boolean hasText(JsonValue choice) {
    Optional<JsonValue> text =
        choice.find("delta").flatMap(delta -> delta.find("content")).or(() -> choice.find("text"));
    return text.isPresent() && !text.get().is("");
  }

  private static List<ReplyToken> tokensOf(Choice whole) throws InputException {
    if (whole.tokens.isEmpty() && whole.textAlone.isPresent()) {
      throw whole
          .textAlone
          .get()
          .problem("a streamed text without log-probabilities: ask the server with \"logprobs\"");
    }
    return whole.tokens;
  }

  /** Returns the tokens of each choice whose last part has not come, and forgets them. */
  List<List<ReplyToken>> takeOpen() throws InputException {
    List<List<ReplyToken>> choices = new ArrayList<>();
    for (Choice whole : open.values()) {
      choices.add(tokensOf(whole));
    }
    open.clear();
    return choices;
  }
}
