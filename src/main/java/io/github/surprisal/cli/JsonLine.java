/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/** Writes JSON objects, each on one line. */
final class JsonLine {

  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonLine() {}

  /** Writes the members of an object. */
  @FunctionalInterface
  interface Members {
    void write(JsonGenerator out) throws IOException;
  }

  /** Returns an object. */
  static String of(Members members) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      out.writeStartObject();
      members.write(out);
      out.writeEndObject();
    }
    return text.toString();
  }

  /** Writes the members that another object has. */
  static void copyMembers(String object, JsonGenerator out) throws IOException {
    try (JsonParser members = FACTORY.createParser(object)) {
      members.nextToken(); // the object's beginning
      while (members.nextToken() != JsonToken.END_OBJECT) {
        out.copyCurrentStructure(members);
      }
    }
  }
}
