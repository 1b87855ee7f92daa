/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Tells by the decoder of a {@code tokenizer.json} what a token stands for: the text that the
 * decoder makes of it between other tokens. Mutable.
 */
final class TokenDecoder {

  /** What the decoders of WordPiece write without a space before it. */
  private static final List<String> WITHOUT_SPACE =
      List.of(".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re");

  /** The most changes of a text: every change is made for every token. */
  private static final int MOST_CHANGES = 64;

  private final List<UnaryOperator<String>> changes = new ArrayList<>();
  private boolean isByteLevel;
  private boolean hasByteNames;

  /** Whether the texts of all tokens are joined before the next step. */
  private boolean isFused;

  /** Whether a step takes away what the model writes before tokens that go on a word. */
  private boolean knowsPrefix;

  private String endOfWord;

  private TokenDecoder(TokenModel model) {
    this.hasByteNames = model.byteFallback();
    this.endOfWord = model.endOfWordSuffix();
  }

  /**
   * Returns the spelling of a model's tokens.
   *
   * @param file its name
   * @param decoder the member "decoder", unless it is null
   * @param preTokenizer the member "pre_tokenizer", which tells as well where there is no decoder
   */
  static TokenSpelling spelling(
      String file, TokenModel model, Optional<JsonValue> decoder, Optional<JsonValue> preTokenizer)
      throws InputException {
    TokenDecoder result = new TokenDecoder(model);
    if (decoder.isPresent()) {
      result.add(decoder.get());
      result.checkNumber(decoder.get());
    } else {
      result.infer(file, model, preTokenizer);
    }
    if (!model.continuationPrefix().isEmpty() && !result.knowsPrefix) {
      throw new InputException(
          file,
          "the model writes "
              + TokenId.quote(model.continuationPrefix())
              + " before what goes on a word, and no decoder takes it away, expected a decoder of"
              + " type WordPiece");
    }
    return new TokenSpelling(
        result.isByteLevel, result.hasByteNames, result.endOfWord, List.copyOf(result.changes));
  }

  private void add(JsonValue decoder) throws InputException {
    String type = type(decoder);
    switch (type) {
      case "Sequence" -> {
        for (JsonValue part : decoder.member("decoders", "an array of decoders").elements()) {
          add(part);
        }
      }
      case "ByteLevel" -> isByteLevel = true;
      case "ByteFallback" -> hasByteNames = true;
      case "Fuse" -> isFused = true;
      case "Metaspace" ->
          changes.add(
              TokenSpelling.spaceFor(text(decoder, "replacement", TokenSpelling.SPACE_MARK)));
      case "Replace" -> addReplacement(decoder);
      case "WordPiece" -> {
        boolean cleansUp = decoder.find("cleanup").filter(value -> value.is(true)).isPresent();
        addWordPiece(text(decoder, "prefix", "##"), cleansUp);
      }
      case "BPEDecoder" -> endOfWord = text(decoder, "suffix", "</w>");
      case "Strip" -> checkStrip(decoder);
      default ->
          throw decoder.problem(
              "a decoder of type "
                  + TokenId.quote(type)
                  + ", by which the bytes of a token can't be told, expected one of ByteLevel,"
                  + " ByteFallback, Fuse, Metaspace, Replace, WordPiece, BPEDecoder, Strip or a"
                  + " Sequence of them");
    }
  }

  private void checkNumber(JsonValue decoder) throws InputException {
    if (changes.size() > MOST_CHANGES) {
      throw decoder.problem(
          "decoder has " + changes.size() + " steps, expected at most " + MOST_CHANGES);
    }
  }

  private static String type(JsonValue part) throws InputException {
    return part.member("type", "the type of a decoder or pre_tokenizer").text();
  }

  private static String text(JsonValue object, String member, String orElse) throws InputException {
    Optional<JsonValue> value = object.find(member);
    return value.isPresent() ? value.get().text() : orElse;
  }

  private void addReplacement(JsonValue decoder) throws InputException {
    JsonValue pattern =
        decoder
            .member("pattern", "an object with the member \"String\"")
            .member("String", "what is replaced; regular expressions are not read");
    String from = pattern.text();
    String to = decoder.member("content", "a string").text();
    if (from.isEmpty() || to.length() > from.length()) {
      throw pattern.wrong("a string that is no shorter than what replaces it");
    }
    changes.add(text -> text.replace(from, to));
  }

  private void addWordPiece(String prefix, boolean cleansUp) {
    knowsPrefix = true;
    changes.add(text -> text.startsWith(prefix) ? text.substring(prefix.length()) : " " + text);
    if (cleansUp) {
      for (String part : WITHOUT_SPACE) {
        changes.add(text -> text.replace(" " + part, part));
      }
    }
  }

  /** Strips the whole text, of whose ends a token knows nothing; or else each token. */
  private void checkStrip(JsonValue decoder) throws InputException {
    for (String end : List.of("start", "stop")) {
      Optional<JsonValue> count = decoder.find(end);
      if (!isFused && count.isPresent() && count.get().integer(Integer.MAX_VALUE) > 0) {
        throw count.get().wrong("0, or a decoder of type Fuse before this one of type Strip");
      }
    }
  }

  private void infer(String file, TokenModel model, Optional<JsonValue> preTokenizer)
      throws InputException {
    List<String> types = new ArrayList<>();
    if (preTokenizer.isPresent()) {
      addTypes(preTokenizer.get(), types);
    }
    if (types.contains("ByteLevel")) {
      isByteLevel = true;
    } else if (types.contains("Metaspace")) {
      changes.add(TokenSpelling.spaceFor(TokenSpelling.SPACE_MARK));
    } else if (model.isWordPiece()) {
      addWordPiece(model.continuationPrefix(), false);
    } else if (endOfWord.isEmpty()) {
      throw new InputException(
          file,
          "has neither a decoder nor a pre_tokenizer of type ByteLevel or Metaspace, so that what"
              + " its tokens stand for can't be told, expected one of them");
    }
  }

  private static void addTypes(JsonValue preTokenizer, List<String> types) throws InputException {
    types.add(type(preTokenizer));
    Optional<JsonValue> parts = preTokenizer.find("pretokenizers");
    if (parts.isPresent()) {
      for (JsonValue part : parts.get().elements()) {
        addTypes(part, types);
      }
    }
  }
}
