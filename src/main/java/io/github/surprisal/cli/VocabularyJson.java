/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A vocabulary in JSON: a {@code tokenizer.json}, or a {@code vocab.json} whose alphabet is clear.
 */
final class VocabularyJson {

  /** Tokens that stand for no text, as most tokenizers write them. */
  private static final Pattern SPECIAL =
      Pattern.compile(
          "<\\|[^<>]+\\|>|</?s>|<(?:pad|unk|mask|bos|eos)>|\\[(?:CLS|SEP|PAD|UNK|MASK)]");

  private static final String UNKNOWN = "<unk>";

  /** Members of other files that tokenizers come with. */
  private static final Set<String> OF_CONFIGURATION =
      Set.of("tokenizer_class", "added_tokens_decoder", "model_max_length", "chat_template");

  private final String file;
  private final JsonReader json;
  private final TokenizerJson tokenizer;

  /** Members that are numbers: all of them in a vocab.json. */
  private final IdTable<String> ids = new IdTable<>();

  /** Whether there are members that are no numbers. */
  private boolean hasOthers;

  private boolean isConfiguration;

  private VocabularyJson(String file, JsonReader json) {
    this.file = file;
    this.json = json;
    this.tokenizer = new TokenizerJson(file, json);
  }

  static Vocabulary read(String file, JsonReader json) throws IOException {
    try {
      json.next();
      VocabularyJson vocabulary = new VocabularyJson(file, json);
      json.forEachMember("the text", vocabulary::readMember);
      if (json.next() != null) {
        throw json.place("").wrong("text after the end of the object, expected nothing");
      }
      return vocabulary.vocabulary();
    } catch (JsonProcessingException malformed) {
      throw json.malformed(malformed);
    }
  }

  private void readMember(String name) throws IOException {
    if (json.isNumber()) {
      TokenizerJson.readToken(json, ids, name);
    } else {
      hasOthers = true;
      isConfiguration |= OF_CONFIGURATION.contains(name);
      tokenizer.read(name);
    }
  }

  private Vocabulary vocabulary() throws InputException {
    if (tokenizer.hasModel()) {
      return tokenizer.vocabulary();
    }
    if (hasOthers) {
      String found =
          isConfiguration
              ? "is a tokenizer_config.json, without a vocabulary"
              : "holds no \"model\"";
      throw new InputException(
          file, found + ", expected a tokenizer.json: " + VocabularyFile.ADVICE);
    }
    return ofIds();
  }

  private Vocabulary ofIds() throws InputException {
    Set<String> tokens = new HashSet<>();
    for (int id = 0; id < ids.size(); id++) {
      ids.get(id).ifPresent(tokens::add);
    }
    Optional<TokenSpelling> spelling = TokenSpelling.of(tokens);
    if (spelling.isEmpty()) {
      throw new InputException(
          file,
          "how this vocab.json writes its tokens can't be told by them, expected a tokenizer.json: "
              + VocabularyFile.ADVICE);
    }
    IdTable<byte[]> bytes = new IdTable<>();
    for (int id = 0; id < ids.size(); id++) {
      Optional<String> token = ids.get(id);
      if (token.isPresent()) {
        boolean isSpecial = SPECIAL.matcher(token.get()).matches();
        bytes.put(id, isSpecial ? new byte[0] : spelling.get().bytes(token.get()));
      }
    }
    OptionalInt unknown =
        spelling.get().writesAllText() ? OptionalInt.empty() : TokenizerJson.idOf(ids, UNKNOWN);
    return Vocabulary.of(file, "vocab.json", bytes, unknown);
  }
}
