/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A token of a reply.
 *
 * @param logProb its log-probability, or null, as the first token of a text has none
 * @param bytes its UTF-8 length, if it is known
 */
record ReplyToken(JsonValue logProb, OptionalInt bytes) {

  /**
   * A token that is an object with the member "logprob".
   *
   * @param textMembers where the token's text may stand
   */
  static ReplyToken of(JsonValue token, String... textMembers) throws InputException {
    JsonValue logProb = token.member("logprob", "a natural log-probability, such as -0.5");
    return new ReplyToken(logProb, ByteLength.of(token, textMembers));
  }

  /** The tokens of an array, each with its text in the member "token". */
  static List<ReplyToken> allOf(JsonValue array) throws InputException {
    List<ReplyToken> tokens = new ArrayList<>();
    for (JsonValue token : array.elements()) {
      tokens.add(of(token, "token"));
    }
    return tokens;
  }
}
