/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.format;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Builds a JSON object: members in the order in which they are put. Mutable.
 *
 * <p>Doubles are written by {@link Double#toString} and read back to the same double; before JDK 19
 * they may have a digit too many. JSON has no number for NaN and the infinities, so they become the
 * strings "NaN", "Infinity" and "-Infinity".
 */
public final class JsonObject {

  private final Map<String, String> members = new LinkedHashMap<>();

  public JsonObject put(String key, long value) {
    members.put(key, Long.toString(value));
    return this;
  }

  public JsonObject put(String key, double value) {
    members.put(key, number(value));
    return this;
  }

  public JsonObject put(String key, JsonObject value) {
    members.put(key, value.toString());
    return this;
  }

  /** Puts an array of numbers. */
  public JsonObject putNumbers(String key, double... values) {
    StringJoiner elements = new StringJoiner(",", "[", "]");
    for (double value : values) {
      elements.add(number(value));
    }
    members.put(key, elements.toString());
    return this;
  }

  /** Puts an array of objects. */
  public JsonObject putObjects(String key, List<JsonObject> values) {
    members.put(key, values.stream().map(JsonObject::toString).collect(joining(",", "[", "]")));
    return this;
  }

  private static String number(double value) {
    String number = Double.toString(value);
    return Double.isFinite(value) ? number : "\"" + number + "\"";
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
      result.members.put(key, members.getOrDefault(key, ""));
    }
    return result;
  }

  /** The object as one line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    members.forEach(
        (key, value) -> {
          text.append(text.length() > 1 ? "," : "");
          text.append('"').append(key).append("\":").append(value);
        });
    return text.append('}').toString();
  }
}
