/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.format;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.function.DoubleFunction;

/**
 * Builds a JSON object: members in the order in which they are put. Mutable.
 *
 * <p>Doubles are written by {@link Double#toString} and read back to the same double; before JDK 19
 * they may have a digit too many. JSON has no number for NaN and the infinities, so they become
 * null, and a last member {@code notNumbers} says what they are: an object that gives the name of
 * each such member the string "NaN", "Infinity" or "-Infinity". An array among them has there an
 * array of its length, with such a string for each null and null for each number.
 */
public final class JsonObject {

  private static final String NULL = "null";

  private final Map<String, String> members = new LinkedHashMap<>();

  /** What stands for members that are not numbers, or not all of whose numbers are. */
  private final Map<String, String> notNumbers = new LinkedHashMap<>();

  public JsonObject put(String key, long value) {
    members.put(key, Long.toString(value));
    return this;
  }

  public JsonObject put(String key, double value) {
    members.put(key, number(value));
    if (!Double.isFinite(value)) {
      notNumbers.put(key, notNumber(value));
    }
    return this;
  }

  /** Puts a number, or null if there is none. */
  public JsonObject put(String key, OptionalLong value) {
    members.put(key, value.isPresent() ? Long.toString(value.getAsLong()) : NULL);
    return this;
  }

  public JsonObject put(String key, JsonObject value) {
    members.put(key, value.toString());
    return this;
  }

  /** Puts an array of numbers. */
  public JsonObject putNumbers(String key, double... values) {
    members.put(key, array(JsonObject::number, values));
    if (!Arrays.stream(values).allMatch(Double::isFinite)) {
      notNumbers.put(key, array(JsonObject::notNumber, values));
    }
    return this;
  }

  private static String array(DoubleFunction<String> element, double... values) {
    return Arrays.stream(values).mapToObj(element).collect(joining(",", "[", "]"));
  }

  /** Puts an array of objects. */
  public JsonObject putObjects(String key, List<JsonObject> values) {
    members.put(key, values.stream().map(JsonObject::toString).collect(joining(",", "[", "]")));
    return this;
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : NULL;
  }

  private static String notNumber(double value) {
    return Double.isFinite(value) ? NULL : "\"" + value + "\"";
  }

  /**
   * An object of the members with these keys alone, in the order of the keys.
   *
   * @throws IllegalArgumentException if there is no such member
   */
  public JsonObject only(String... keys) {
    JsonObject result = new JsonObject();
    for (int i = 0; i < keys.length; i++) {
      String key = keys[i];
      if (key == null) {
        throw new IllegalArgumentException("key " + i + " is null, expected a key");
      }
      if (!members.containsKey(key)) {
        throw new IllegalArgumentException(
            "key is \"" + key + "\", expected one of " + members.keySet());
      }
      result.members.put(key, members.getOrDefault(key, NULL));
      if (notNumbers.containsKey(key)) {
        result.notNumbers.put(key, notNumbers.getOrDefault(key, NULL));
      }
    }
    return result;
  }

  /** The object as one line. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(",", "{", "}");
    members.forEach((key, value) -> text.add(member(key, value)));
    if (!notNumbers.isEmpty()) {
      StringJoiner reasons = new StringJoiner(",", "{", "}");
      notNumbers.forEach((key, value) -> reasons.add(member(key, value)));
      text.add(member("notNumbers", reasons.toString()));
    }
    return text.toString();
  }

  private static String member(String key, String value) {
    return "\"" + key + "\":" + value;
  }
}
