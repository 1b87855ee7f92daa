/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The server of llama.cpp: {@code completion_probabilities[]}, streamed or not, with tokens in its
 * form of today or the older one.
 */
final class LlamaCppReader implements ReplyReader {

  private static final String TOKENS = "completion_probabilities";

  /** Probabilities are sums of floats, which may be rounded up. */
  private static final double MOST_PROBABILITY = 1 + 1e-5;

  @Override
  public boolean recognises(JsonValue value) {
    return value.find(TOKENS).isPresent();
  }

  @Override
  public void read(JsonValue reply, ReplyScores scores) throws InputException {
    Optional<JsonValue> tokens = reply.find(TOKENS);
    if (tokens.isPresent()) {
      for (JsonValue token : tokens.get().elements()) {
        add(token, scores);
      }
    }
    boolean isPart = reply.find("stop").filter(stop -> stop.is(false)).isPresent();
    if (!isPart) {
      scores.endReply(reply, TOKENS, "an array of tokens: ask the server with \"n_probs\": 1");
    }
  }

  private static void add(JsonValue token, ReplyScores scores) throws InputException {
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
    scores.add(ReplyToken.of(token, "token"));
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
    if (!(value >= 0 && value <= MOST_PROBABILITY)) {
      throw probability.wrong("a probability from 0 to 1");
    }
    scores.add(probability, StrictMath.log(value), ByteLength.ofText(content));
  }
}
