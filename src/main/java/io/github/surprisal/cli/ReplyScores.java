/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import java.util.OptionalInt;

/** Adds up the log-probabilities of the tokens of replies, each reply a document. */
final class ReplyScores {

  private final LossAccumulator accumulator = new LossAccumulator();
  private long unscored;
  private long tokensOfReply;

  /**
   * Adds a token of the current reply.
   *
   * @param logProb its log-probability, or null, as the first token of a text has none
   * @param bytes its UTF-8 length, if it is known
   */
  void add(JsonValue logProb, OptionalInt bytes) throws InputException {
    if (logProb.isNull()) {
      addUnscored();
    } else {
      add(logProb, logProb.number(), bytes);
    }
  }

  /**
   * Adds a token of the current reply, which is an object with the member "logprob".
   *
   * @param textMembers where the token's text may stand
   */
  void addToken(JsonValue token, String... textMembers) throws InputException {
    JsonValue logProb = token.member("logprob", "a natural log-probability, such as -0.5");
    add(logProb, ByteLength.of(token, textMembers));
  }

  /** Counts a token without a log-probability. */
  void addUnscored() {
    unscored++;
    tokensOfReply++;
  }

  /** Adds a token whose log-probability follows from a value, which it stands beside. */
  void add(JsonValue value, double logProb, OptionalInt bytes) throws InputException {
    try {
      if (bytes.isPresent()) {
        accumulator.addLogProb(logProb, bytes.getAsInt());
      } else {
        accumulator.addLogProb(logProb);
      }
    } catch (IllegalArgumentException outOfRange) {
      throw value.problem(String.valueOf(outOfRange.getMessage()));
    }
    tokensOfReply++;
  }

  /** Returns how many tokens the current reply has so far. */
  long tokensOfReply() {
    return tokensOfReply;
  }

  /** Ends the current reply, if there is one. */
  void endReply() {
    accumulator.endDocument();
    tokensOfReply = 0;
  }

  /** Returns how many tokens had no log-probability. */
  long unscored() {
    return unscored;
  }

  LossReport report() {
    return accumulator.report();
  }
}
