/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A value of a JSON text, which knows its file and where it stands in it. Immutable. */
final class JsonValue {

  /** What a JSON value can be. */
  enum Kind {
    OBJECT("an object"),
    ARRAY("an array"),
    STRING("a string"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    NULL("null");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /** Where a value stands: the member of an object, or of the object that its array is in. */
  record Place(String file, int line, int column, String member) {

    /** Returns an exception about this place. */
    InputException wrong(String problem) {
      return new InputException(file, "line " + line + ", column " + column + ": " + problem);
    }
  }

  /** The most characters of a string that messages show. */
  private static final int LONGEST_QUOTE = 40;

  /** Integers below this are shown without a fraction or an exponent. */
  private static final double MOST_PLAIN = 1e15;

  private final Place place;
  private final Kind kind;
  private final Object content;

  private JsonValue(Place place, Kind kind, Object content) {
    this.place = place;
    this.kind = kind;
    this.content = content;
  }

  static JsonValue object(Place place, Map<String, JsonValue> members) {
    return new JsonValue(place, Kind.OBJECT, members);
  }

  static JsonValue array(Place place, List<JsonValue> elements) {
    return new JsonValue(place, Kind.ARRAY, elements);
  }

  static JsonValue string(Place place, String text) {
    return new JsonValue(place, Kind.STRING, text);
  }

  static JsonValue number(Place place, double value) {
    return new JsonValue(place, Kind.NUMBER, value);
  }

  static JsonValue bool(Place place, boolean value) {
    return new JsonValue(place, Kind.BOOLEAN, value);
  }

  static JsonValue nothing(Place place) {
    return new JsonValue(place, Kind.NULL, "null");
  }

  boolean isNull() {
    return kind == Kind.NULL;
  }

  boolean isNumber() {
    return kind == Kind.NUMBER;
  }

  /** Whether this is the boolean {@code value}. */
  boolean is(boolean value) {
    return content.equals(value);
  }

  /** Whether this is the string {@code text}. */
  boolean is(String text) {
    return kind == Kind.STRING && content.equals(text);
  }

  /** Whether this is a string with such a beginning. */
  boolean startsWith(String beginning) {
    return kind == Kind.STRING && ((String) content).startsWith(beginning);
  }

  /** Whether this is an object with such a member, be it null. */
  boolean has(String member) {
    return kind == Kind.OBJECT && ((Map<?, ?>) content).containsKey(member);
  }

  /** Returns the member of an object; empty if it is null or not there, or this is no object. */
  Optional<JsonValue> find(String member) {
    return kind == Kind.OBJECT
        ? Optional.ofNullable(((Map<?, ?>) content).get(member))
            .map(JsonValue.class::cast)
            .filter(value -> !value.isNull())
        : Optional.empty();
  }

  /**
   * Returns a member of this object, null as well.
   *
   * @param advice what is expected where there is no such member
   */
  JsonValue member(String name, String advice) throws InputException {
    Object member = members().get(name);
    if (member == null) {
      String object = place.member().isEmpty() ? "the reply" : "the object in " + place.member();
      throw place.wrong(object + " has no member \"" + name + "\", expected " + advice);
    }
    return (JsonValue) member;
  }

  /** Returns the members of this object. */
  @SuppressWarnings("unchecked") // the factory takes no other
  Map<String, JsonValue> members() throws InputException {
    require(Kind.OBJECT);
    return (Map<String, JsonValue>) content;
  }

  /** Returns the elements of this array. */
  @SuppressWarnings("unchecked") // the factory takes no other
  List<JsonValue> elements() throws InputException {
    require(Kind.ARRAY);
    return (List<JsonValue>) content;
  }

  /** Returns the elements of this array; none if it is something else. */
  @SuppressWarnings("unchecked") // the factory takes no other
  List<JsonValue> elementsIfArray() {
    return kind == Kind.ARRAY ? (List<JsonValue>) content : List.of();
  }

  /** Returns the elements of the array that is a member; none if there is no such array. */
  Stream<JsonValue> elementsOf(String member) {
    return find(member).stream().flatMap(array -> array.elementsIfArray().stream());
  }

  String text() throws InputException {
    require(Kind.STRING);
    return (String) content;
  }

  /** Returns a text that is the same for equal strings or numbers, and differs for others. */
  String key() {
    return kind + " " + (kind == Kind.STRING || kind == Kind.NUMBER ? content : "");
  }

  double number() throws InputException {
    require(Kind.NUMBER);
    return (double) content;
  }

  /** Returns an integer from 0 to a maximum. */
  int integer(int maximum) throws InputException {
    double value = number();
    if (value != Math.rint(value) || !(value >= 0 && value <= maximum)) {
      throw wrong("an integer from 0 to " + maximum);
    }
    return (int) value;
  }

  private void require(Kind expected) throws InputException {
    if (kind != expected) {
      throw wrong(expected.text);
    }
  }

  /** Returns an exception that says what this value is, and what was expected instead of it. */
  InputException wrong(String expected) {
    return place.wrong(name() + " is " + shown() + ", expected " + expected);
  }

  /** Returns an exception about the place of this value. */
  InputException problem(String problem) {
    return place.wrong(problem);
  }

  private String name() {
    return place.member().isEmpty() ? "the reply" : place.member();
  }

  private String shown() {
    if (kind == Kind.STRING) {
      String text = (String) content;
      return text.length() <= LONGEST_QUOTE ? '"' + text + '"' : "a long string";
    }
    if (kind == Kind.NUMBER) {
      double value = (double) content;
      boolean isInteger = value == Math.rint(value) && Math.abs(value) < MOST_PLAIN;
      return isInteger ? String.valueOf((long) value) : String.valueOf(value);
    }
    return kind == Kind.OBJECT || kind == Kind.ARRAY ? kind.text : content.toString();
  }
}
