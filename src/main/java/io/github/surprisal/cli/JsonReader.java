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
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes through a JSON text, and takes what is wanted of it into memory. */
final class JsonReader implements Closeable {

  private static final int DEEPEST = 64;
  private static final int LONGEST_NUMBER = 400;
  private static final int LONGEST_STRING = 1 << 24;

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

  /** For texts with very many names, which would fill the tables of names. */
  private static final JsonFactory FACTORY_OF_MANY_NAMES =
      JsonFactory.builder()
          .streamReadConstraints(FACTORY.streamReadConstraints())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final String file;
  private final JsonParser parser;

  private JsonReader(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /**
   * Begins to read.
   *
   * @param file what messages call the input
   * @param in the text, in UTF-8; not closed
   */
  static JsonReader of(String file, InputStream in) throws IOException {
    return new JsonReader(file, FACTORY.createParser(in));
  }

  /** Begins to read a text whose objects may have hundreds of thousands of members. */
  static JsonReader ofManyNames(String file, Reader in) throws IOException {
    return new JsonReader(file, FACTORY_OF_MANY_NAMES.createParser(in));
  }

  /** Goes to the next token; null at the end of the text. */
  @Nullable JsonToken next() throws IOException {
    return parser.nextToken();
  }

  /** Whether a number is at the current token. */
  boolean isNumber() {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        || parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT;
  }

  boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  boolean isObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  /** Leaves out the value at the current token. */
  void skip() throws IOException {
    parser.skipChildren();
  }

  /** What reads or skips a value. */
  @FunctionalInterface
  interface Part {
    /**
     * Takes the value at the current token.
     *
     * @param name its name in the object that it is in; empty in an array
     */
    void read(String name) throws IOException;
  }

  /**
   * Goes through the members of the object at the current token.
   *
   * @param object what messages call it
   */
  void forEachMember(String object, Part part) throws IOException {
    require(isObject(), object, "an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      part.read(name);
    }
  }

  /**
   * Goes through the elements of the array at the current token.
   *
   * @param array what messages call it
   */
  void forEachElement(String array, Part part) throws IOException {
    require(isArray(), array, "an array");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      part.read("");
    }
  }

  private void require(boolean is, String name, String expected) throws IOException {
    if (is) {
      return;
    }
    if (isObject() || isArray()) {
      String found = isObject() ? "an object" : "an array";
      throw place(name).wrong(name + " is " + found + ", expected " + expected);
    }
    throw value(name).wrong(expected);
  }

  /**
   * Reads the value at the current token.
   *
   * @param name what messages call it
   * @param leftOut members of objects that are skipped
   */
  JsonValue value(String name, Set<String> leftOut) throws IOException {
    JsonValue.Place place = place(name);
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> JsonValue.object(place, members(leftOut));
      case START_ARRAY -> JsonValue.array(place, elements(name, leftOut));
      case VALUE_STRING -> JsonValue.string(place, parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> JsonValue.number(place, number(place));
      case VALUE_TRUE, VALUE_FALSE -> JsonValue.bool(place, token == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> JsonValue.nothing(place);
      default -> throw place.wrong("no valid JSON: a value was expected");
    };
  }

  /** Reads the value at the current token as a whole. */
  JsonValue value(String name) throws IOException {
    return value(name, Set.of());
  }

  private Map<String, JsonValue> members(Set<String> leftOut) throws IOException {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (leftOut.contains(name)) {
        parser.skipChildren();
      } else {
        members.put(name, value(name, leftOut));
      }
    }
    return members;
  }

  private List<JsonValue> elements(String name, Set<String> leftOut) throws IOException {
    List<JsonValue> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(name, leftOut));
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

  /** The place of the current token. */
  JsonValue.Place place(String name) {
    return place(parser.currentTokenLocation(), name);
  }

  /** The place that has been read up to. */
  JsonValue.Place end() {
    return place(parser.currentLocation(), "");
  }

  private JsonValue.Place place(@Nullable JsonLocation location, String name) {
    return location == null
        ? new JsonValue.Place(file, 1, 1, name)
        : new JsonValue.Place(file, location.getLineNr(), location.getColumnNr(), name);
  }

  /** Returns an exception that says where the text is no JSON. */
  InputException malformed(JsonProcessingException problem) {
    String message = problem.getOriginalMessage().lines().findFirst().orElse("");
    return place(problem.getLocation(), "").wrong("no valid JSON: " + message);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
