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
    add(logProb(token), ByteLength.of(token, textMembers));
  }

  /** Returns the log-probability of a token that is an object, which may be null. */
  static JsonValue logProb(JsonValue token) throws InputException {
    return token.member("logprob", "a natural log-probability, such as -0.5");
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

  /** Adds the tokens of a whole reply. */
  void addReply(List<StreamedChoices.Token> tokens) throws InputException {
    for (StreamedChoices.Token token : tokens) {
      add(token.logProb(), token.bytes());
    }
    endReply();
  }

  /** Whether this is a part of a streamed choice. */
  boolean isPart(JsonValue reply, JsonValue choice) {
    return streamed.isPart(reply, choice);
  }

  /** Adds the tokens of a choice, or of a part of one. */
  void addChoice(JsonValue reply, JsonValue choice, List<StreamedChoices.Token> tokens)
      throws InputException {
    Optional<List<StreamedChoices.Token>> whole =
        streamed.isPart(reply, choice) ? streamed.add(reply, choice, tokens) : Optional.of(tokens);
    if (whole.isPresent()) {
      addReply(whole.get());
    }
  }

  /** Ends all replies. */
  void endFile() throws InputException {
    for (List<StreamedChoices.Token> choice : streamed.takeOpen()) {
      addReply(choice);
    }
    endReply();
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
