/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.Optional;

/** What a reply is wrapped in: a line of a batch's output, or an event of a stream. */
final class ReplyEnvelope {

  /** How the types of events begin that OpenAI's Responses are streamed in. */
  private static final String EVENT = "response.";

  /** The status of HTTP of a request that has a reply. */
  private static final int SUCCESS = 200;

  private ReplyEnvelope() {}

  /** Returns the reply in a value, which may be the value itself; empty for an event without. */
  static Optional<JsonValue> open(JsonValue value) throws InputException {
    Optional<JsonValue> response = value.find("response");
    Optional<JsonValue> body = response.flatMap(found -> found.find("body"));
    if (body.isPresent() || value.has("custom_id")) {
      return Optional.of(ofBatch(value, response, body));
    }
    Optional<JsonValue> event = value.find("type").filter(type -> type.startsWith(EVENT));
    if (event.isEmpty()) {
      return Optional.of(value);
    }
    boolean isWhole = event.get().is("response.completed") || event.get().is("response.incomplete");
    return isWhole ? response : Optional.empty();
  }

  private static JsonValue ofBatch(
      JsonValue line, Optional<JsonValue> response, Optional<JsonValue> body)
      throws InputException {
    Optional<JsonValue> status = response.flatMap(found -> found.find("status_code"));
    boolean hasFailed = status.isPresent() && status.get().number() != SUCCESS;
    if (body.isEmpty() || hasFailed) {
      throw line.problem("a request of a batch that failed, expected a reply: leave the line out");
    }
    return body.get();
  }
}
