/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Adds up the log-probabilities of the tokens of replies, each reply a document. */
final class ReplyScores {

  private final LossAccumulator accumulator = new LossAccumulator();
  private final StreamedChoices streamed = new StreamedChoices();
  private long unscored;
  private long tokensOfReply;

  /** Adds a token of the current reply. */
  void add(ReplyToken token) throws InputException {
    if (token.logProb().isNull()) {
      addUnscored();
    } else {
      add(token.logProb(), token.logProb().number(), token.bytes());
    }
  }

  /** Counts a token without a log-probability. */
  void addUnscored() {
    unscored++;
    tokensOfReply++;
  }

  /**
   * Adds a token of the current reply.
   *
   * @param value what the log-probability follows from, to tell its place
   * @param bytes the token's UTF-8 length, if it is known
   */
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

  /** Adds the tokens of a whole reply. */
  void addReply(List<ReplyToken> tokens) throws InputException {
    for (ReplyToken token : tokens) {
      add(token);
    }
    endReply();
  }

  /** Whether this is a part of a streamed choice. */
  boolean isPart(JsonValue reply, JsonValue choice) {
    return streamed.isPart(reply, choice);
  }

  /** Adds the tokens of a choice, or of a part of one. */
  void addChoice(JsonValue reply, JsonValue choice, List<ReplyToken> tokens) throws InputException {
    Optional<List<ReplyToken>> whole =
        streamed.isPart(reply, choice) ? streamed.add(reply, choice, tokens) : Optional.of(tokens);
    if (whole.isPresent()) {
      addReply(whole.get());
    }
  }

  /** Ends all replies. */
  void endFile() throws InputException {
    for (List<ReplyToken> choice : streamed.takeOpen()) {
      addReply(choice);
    }
    endReply();
  }

  /**
   * Ends the current reply with its last part.
   *
   * @param member what holds tokens, in one of the parts at least
   * @param advice what is expected if there is no token
   */
  void endReply(JsonValue lastPart, String member, String advice) throws InputException {
    if (tokensOfReply == 0) {
      lastPart.member(member, advice).elements();
    }
    endReply();
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
