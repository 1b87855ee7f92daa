/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Builds a JSON object: members in the order in which they are put. Mutable.
 *
 * <p>Doubles are written by {@link Double#toString} and read back to the same double; before JDK 19
 * they may have a digit too many. JSON has no number for NaN and the infinities, so they become the
 * strings "NaN", "Infinity" and "-Infinity".
 */
final class JsonObject {

  private final Map<String, String> members = new LinkedHashMap<>();

  JsonObject put(String key, long value) {
    members.put(key, Long.toString(value));
    return this;
  }

  JsonObject put(String key, double value) {
    members.put(key, number(value));
    return this;
  }

  JsonObject put(String key, JsonObject value) {
    members.put(key, value.toString());
    return this;
  }

  /** An array of the interval's two ends. */
  JsonObject put(String key, Interval value) {
    members.put(key, "[" + number(value.low()) + "," + number(value.high()) + "]");
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
  JsonObject only(String... keys) {
    JsonObject result = new JsonObject();
    for (int i = 0; i < keys.length; i++) {
      String key = Layout.present("key", i, keys[i]);
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
