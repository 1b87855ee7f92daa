/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A {@code tokenizer.json} of Hugging Face, as it is read. Mutable. */
final class TokenizerJson {

  private final String file;
  private final JsonReader json;
  private final IdTable<String> vocabulary = new IdTable<>();
  private final Map<Integer, Added> added = new LinkedHashMap<>();

  /** The members "decoder" and "pre_tokenizer", and all members of the model but the vocabulary. */
  private final Map<String, JsonValue> parts = new LinkedHashMap<>();

  private final Map<String, JsonValue> model = new LinkedHashMap<>();
  private boolean hasModel;

  private record Added(String text, boolean isSpecial) {}

  TokenizerJson(String file, JsonReader json) {
    this.file = file;
    this.json = json;
  }

  /** Reads or skips the value of a member. */
  void read(String name) throws IOException {
    switch (name) {
      case "model" -> {
        hasModel = true;
        json.forEachMember(name, this::readModel);
      }
      case "added_tokens" -> json.forEachElement(name, none -> readAdded());
      case "decoder", "pre_tokenizer" -> parts.put(name, json.value(name));
      default -> json.skip();
    }
  }

  /** Whether a model was read. */
  boolean hasModel() {
    return hasModel;
  }

  private void readModel(String name) throws IOException {
    switch (name) {
      case "vocab" -> {
        if (json.isArray()) {
          json.forEachElement(name, none -> readPiece());
        } else {
          json.forEachMember(name, this::readToken);
        }
      }
      case "type",
          "unk_token",
          "unk_id",
          "byte_fallback",
          "continuing_subword_prefix",
          "end_of_word_suffix" ->
          model.put(name, json.value(name));
      default -> json.skip();
    }
  }

  private void readToken(String text) throws IOException {
    readToken(json, vocabulary, text);
  }

  /** Reads the id of a token, which is a member of the object of all tokens. */
  static void readToken(JsonReader json, IdTable<String> table, String text) throws IOException {
    JsonValue value = json.value("the id of " + TokenId.quote(text));
    int id = value.integer(IdTable.MAX_IDS - 1);
    requireUnicode(value, text);
    if (!table.put(id, text)) {
      throw value.wrong("another one, since a token before has it");
    }
  }

  /** A token of an array: its text and its score. */
  private void readPiece() throws IOException {
    JsonValue piece = json.value("the entry of vocab");
    List<JsonValue> elements = piece.elements();
    if (elements.size() != 2) {
      throw piece.problem(
          "an entry of vocab has " + elements.size() + " elements, expected a token and its score");
    }
    String text = elements.get(0).text();
    requireUnicode(elements.get(0), text);
    if (vocabulary.size() == IdTable.MAX_IDS) {
      throw piece.problem("vocab is too long, expected at most " + IdTable.MAX_IDS + " tokens");
    }
    vocabulary.add(text);
  }

  private static void requireUnicode(JsonValue place, String text) throws InputException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw place.problem("the token has an unpaired surrogate, expected text with a UTF-8 form");
    }
  }

  private void readAdded() throws IOException {
    JsonValue token = json.value("the entry of added_tokens");
    JsonValue content = token.member("content", "the text of the token");
    JsonValue id = token.member("id", "the id of the token");
    requireUnicode(content, content.text());
    boolean isSpecial = token.find("special").filter(value -> value.is(true)).isPresent();
    int number = id.integer(IdTable.MAX_IDS - 1);
    if (added.put(number, new Added(content.text(), isSpecial)) != null) {
      throw id.wrong("another one, since an added token before has it");
    }
  }

  /** Returns the vocabulary, when all members have been read. */
  Vocabulary vocabulary() throws InputException {
    TokenModel facts =
        new TokenModel(
            text("type"),
            Optional.ofNullable(model.get("byte_fallback")).filter(v -> v.is(true)).isPresent(),
            text("continuing_subword_prefix"),
            text("end_of_word_suffix"));
    TokenSpelling spelling =
        TokenDecoder.spelling(file, facts, part("decoder"), part("pre_tokenizer"));
    IdTable<byte[]> bytes = new IdTable<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.get(id).isPresent()) {
        bytes.put(id, spelling.bytes(vocabulary.get(id).get()));
      }
    }
    for (Map.Entry<Integer, Added> entry : added.entrySet()) {
      Added token = entry.getValue();
      bytes.put(entry.getKey(), token.isSpecial ? new byte[0] : spelling.bytesOfAdded(token.text));
    }
    String type = facts.type().isEmpty() ? "" : ", " + facts.type();
    OptionalInt unknown = spelling.writesAllText() ? OptionalInt.empty() : unknown();
    return Vocabulary.of(file, "tokenizer.json" + type, bytes, unknown);
  }

  private Optional<JsonValue> part(String name) {
    return Optional.ofNullable(parts.get(name)).filter(value -> !value.isNull());
  }

  /** Returns the text of a member of the model; empty if there is none, or null. */
  private String text(String name) throws InputException {
    JsonValue value = model.get(name);
    return value == null || value.isNull() ? "" : value.text();
  }

  private OptionalInt unknown() throws InputException {
    JsonValue number = model.get("unk_id");
    if (number != null && !number.isNull()) {
      return OptionalInt.of(number.integer(IdTable.MAX_IDS - 1));
    }
    return idOf(vocabulary, text("unk_token"));
  }

  /** Finds a token by its text. */
  static OptionalInt idOf(IdTable<String> table, String text) {
    for (int id = 0; id < table.size() && !text.isEmpty(); id++) {
      if (table.get(id).filter(text::equals).isPresent()) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }
}
