/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON values one after the other, whether they stand by themselves, such as one on each
 * line, or in an array: one of them is in memory at a time.
 */
final class JsonInput implements Closeable {

  private static final int DEEPEST = 64;
  private static final int LONGEST_NUMBER = 400;
  private static final int LONGEST_STRING = 1 << 24;

  /** Members that no format reads, and that are long. */
  private static final Set<String> LEFT_OUT = Set.of("top_logprobs", "top_probs", "context");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxStringLength(LONGEST_STRING)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes -Infinity
          .build();

  private final String file;
  private final JsonParser parser;
  private boolean isInArray;

  private JsonInput(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /**
   * Begins to read.
   *
   * @param file what messages call the input
   * @param in the text, in UTF-8; not closed
   */
  static JsonInput of(String file, InputStream in) throws IOException {
    return new JsonInput(file, FACTORY.createParser(in));
  }

  /** Reads the next value, or nothing where the text ends. */
  Optional<JsonValue> next() throws IOException {
    try {
      @Nullable JsonToken token = parser.nextToken();
      while ((token == JsonToken.START_ARRAY && !isInArray) || token == JsonToken.END_ARRAY) {
        isInArray = token == JsonToken.START_ARRAY;
        token = parser.nextToken();
      }
      return token == null ? Optional.empty() : Optional.of(value(""));
    } catch (JsonProcessingException malformed) {
      throw place(malformed.getLocation(), "").wrong(problem(malformed));
    }
  }

  private static String problem(JsonProcessingException malformed) {
    String problem = malformed.getOriginalMessage().lines().findFirst().orElse("");
    return problem.startsWith("Unrecognized token 'data'")
        ? "a stream of server-sent events, expected JSON: ask the server without \"stream\""
        : "no valid JSON: " + problem;
  }

  private JsonValue value(String member) throws IOException {
    JsonValue.Place place = place(parser.currentTokenLocation(), member);
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> JsonValue.object(place, members());
      case START_ARRAY -> JsonValue.array(place, elements(member));
      case VALUE_STRING -> JsonValue.string(place, parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> JsonValue.number(place, number(place));
      case VALUE_TRUE, VALUE_FALSE -> JsonValue.bool(place, token == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> JsonValue.nothing(place);
      default -> throw place.wrong("no valid JSON: a value was expected");
    };
  }

  private Map<String, JsonValue> members() throws IOException {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (LEFT_OUT.contains(name)) {
        parser.skipChildren();
      } else {
        members.put(name, value(name));
      }
    }
    return members;
  }

  private List<JsonValue> elements(String member) throws IOException {
    List<JsonValue> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(member));
    }
    return elements;
  }

  private double number(JsonValue.Place place) throws IOException {
    double value = parser.getDoubleValue();
    if (Double.isInfinite(value) && !parser.getText().contains("I")) {
      throw place.wrong("the number " + parser.getText() + " is out of range, expected a double");
    }
    return value;
  }

  private JsonValue.Place place(@Nullable JsonLocation location, String member) {
    return location == null
        ? new JsonValue.Place(file, 1, 1, member)
        : new JsonValue.Place(file, location.getLineNr(), location.getColumnNr(), member);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
