/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Text completions: {@code choices[].logprobs} with {@code tokens} and {@code token_logprobs}. */
final class OpenAiCompletionsReader implements ReplyReader {

  @Override
  public boolean recognises(JsonValue value) {
    return OpenAiChoices.anyHas(value, "token_logprobs");
  }

  @Override
  public void read(JsonValue reply, ReplyScores scores) throws InputException {
    for (JsonValue choice : OpenAiChoices.of(reply)) {
      boolean hasNone = scores.isPart(reply, choice) && choice.find("logprobs").isEmpty();
      scores.addChoice(reply, choice, hasNone ? List.of() : tokens(OpenAiChoices.logProbs(choice)));
    }
  }

  /** The numbers of token_logprobs, each with its text of tokens, if there are texts. */
  private static List<ReplyToken> tokens(JsonValue logProbs) throws InputException {
    JsonValue numbers = logProbs.member("token_logprobs", "an array of numbers");
    int count = numbers.elements().size();
    Optional<JsonValue> texts = logProbs.find("tokens");
    if (texts.isPresent() && texts.get().elements().size() != count) {
      throw numbers.problem(
          "token_logprobs has "
              + count
              + " elements, expected one for each of the "
              + texts.get().elements().size()
              + " tokens");
    }
    List<ReplyToken> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      OptionalInt bytes =
          texts.isPresent()
              ? ByteLength.ofText(texts.get().elements().get(i))
              : OptionalInt.empty();
      tokens.add(new ReplyToken(numbers.elements().get(i), bytes));
    }
    return tokens;
  }
}
