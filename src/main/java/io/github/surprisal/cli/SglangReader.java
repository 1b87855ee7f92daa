/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.List;
import java.util.OptionalInt;

/**
 * SGLang: an array of {@code [logprob, token_id, text]} in {@code meta_info}.
 *
 * @param member the array: what was generated, or the prompt
 */
record SglangReader(String member) implements ReplyReader {

  private static final String ADVICE = "one: ask the server with \"return_logprob\": true";

  /** A prompt that is not scored has no number, or null alone. */
  @Override
  public boolean recognises(JsonValue value) {
    return value.find("meta_info").stream()
        .flatMap(info -> info.elementsOf(member))
        .anyMatch(SglangReader::beginsWithNumber);
  }

  private static boolean beginsWithNumber(JsonValue triple) {
    return triple.elementsIfArray().stream().limit(1).anyMatch(logProb -> !logProb.isNull());
  }

  @Override
  public void read(JsonValue reply, ReplyScores scores) throws InputException {
    JsonValue info = reply.member("meta_info", ADVICE);
    for (JsonValue triple : info.member(member, ADVICE).elements()) {
      List<JsonValue> parts = triple.elements();
      if (parts.size() < 2) {
        throw triple.problem(
            member
                + " holds an array of "
                + parts.size()
                + " elements, expected [logprob, token_id, text]");
      }
      boolean hasText = parts.size() > 2 && !parts.get(2).isNull();
      OptionalInt bytes = hasText ? ByteLength.ofText(parts.get(2)) : OptionalInt.empty();
      scores.add(new ReplyToken(parts.get(0), bytes));
    }
    scores.endReply();
  }
}
