/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.List;

/** The choices of a reply of OpenAI's: {@code choices[].logprobs}. */
final class OpenAiChoices {

  private static final String ADVICE = "log-probabilities: ask the server with \"logprobs\"";

  private OpenAiChoices() {}

  static List<JsonValue> of(JsonValue reply) throws InputException {
    return reply.member("choices", "an array of choices").elements();
  }

  /** Returns the log-probabilities of a choice, which has to have some. */
  static JsonValue logProbs(JsonValue choice) throws InputException {
    JsonValue logProbs = choice.member("logprobs", ADVICE);
    if (logProbs.isNull()) {
      throw logProbs.wrong(ADVICE);
    }
    return logProbs;
  }

  /** Whether any log-probabilities of a choice have such a member. */
  static boolean anyHas(JsonValue value, String member) {
    return value
        .elementsOf("choices")
        .flatMap(choice -> choice.find("logprobs").stream())
        .anyMatch(logProbs -> logProbs.find(member).isPresent());
  }
}
