/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON values of a file of replies one after the other, whether they stand by themselves,
 * such as one on each line, in an array, or as the data of server-sent events: one of them is in
 * memory at a time.
 */
final class ReplyInput implements Closeable {

  /** Members that no format reads, and that are long. */
  private static final Set<String> LEFT_OUT = Set.of("top_logprobs", "top_probs", "context");

  private final JsonReader reader;

  /** Whether the values are the elements of an array. */
  private boolean isInArray;

  private ReplyInput(JsonReader reader) {
    this.reader = reader;
  }

  /**
   * Begins to read.
   *
   * @param file what messages call the input
   * @param in the text, in UTF-8; not closed
   */
  static ReplyInput of(String file, InputStream in) throws IOException {
    return new ReplyInput(JsonReader.of(file, EventStream.dataOf(in)));
  }

  /** Reads the next value, or nothing where the text ends. */
  Optional<JsonValue> next() throws IOException {
    try {
      @Nullable JsonToken token = reader.next();
      while ((token == JsonToken.START_ARRAY && !isInArray) || token == JsonToken.END_ARRAY) {
        isInArray = token == JsonToken.START_ARRAY;
        token = reader.next();
      }
      return token == null ? Optional.empty() : Optional.of(reader.value("", LEFT_OUT));
    } catch (JsonProcessingException malformed) {
      throw reader.malformed(malformed);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
