/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A token from the server of llama.cpp, in its form of today or the older one. */
final class LlamaCppToken {

  private LlamaCppToken() {}

  static void add(JsonValue token, ReplyScores scores) throws InputException {
    Optional<JsonValue> likeliest = token.find("probs");
    if (likeliest.isPresent()) {
      addOlder(token, likeliest.get(), scores);
      return;
    }
    if (token.find("logprob").isEmpty() && token.find("prob").isPresent()) {
      throw token.problem(
          "a probability after sampling, which is no longer the model's, expected logprob: ask the"
              + " server without \"post_sampling_probs\"");
    }
    scores.addToken(token, "token");
  }

  /** The chosen token is the one of the likeliest that has its text. */
  private static void addOlder(JsonValue token, JsonValue likeliest, ReplyScores scores)
      throws InputException {
    JsonValue content = token.member("content", "the text of the token");
    List<JsonValue> found = new ArrayList<>();
    for (JsonValue entry : likeliest.elements()) {
      if (entry.member("tok_str", "the text of a token").text().equals(content.text())) {
        found.add(entry);
      }
    }
    if (found.size() != 1) {
      throw content.wrong(
          "the tok_str of one entry of probs, but "
              + found.size()
              + " have it: ask the server with a greater \"n_probs\"");
    }
    JsonValue probability = found.get(0).member("prob", "a probability");
    double value = probability.number();
    if (!(value >= 0 && value <= 1 + 1e-5)) {
      throw probability.wrong("a probability from 0 to 1");
    }
    scores.add(probability, StrictMath.log(value), ByteLength.ofText(content));
  }
}
