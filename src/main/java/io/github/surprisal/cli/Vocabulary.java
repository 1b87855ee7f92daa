/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.TokenBytes;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * The bytes of the tokens that a file holds. Ids below the largest one that no token has are holes.
 * Immutable.
 */
final class Vocabulary {

  /** The most bytes that all tokens may have together: hundreds of them for each token. */
  private static final long MAX_BYTES = 1 << 26;

  private final String file;
  private final String form;
  private final TokenBytes tokens;
  private final BitSet ids;
  private final OptionalInt unknown;

  private Vocabulary(String file, String form, TokenBytes tokens, BitSet ids, OptionalInt unknown) {
    this.file = file;
    this.form = form;
    this.tokens = tokens;
    this.ids = ids;
    this.unknown = unknown;
  }

  /**
   * Makes a vocabulary.
   *
   * @param file its name
   * @param form what kind of file it is
   * @param bytes the bytes of each token
   * @param unknown the token that stands for text without a token of its own, if there is one: how
   *     many bytes it stands for is not known
   */
  static Vocabulary of(String file, String form, IdTable<byte[]> bytes, OptionalInt unknown)
      throws InputException {
    byte[][] table = new byte[bytes.size()][];
    BitSet ids = new BitSet();
    long total = 0;
    for (int id = 0; id < table.length; id++) {
      if (bytes.get(id).isPresent()) {
        table[id] = bytes.get(id).get();
        ids.set(id);
        total += table[id].length;
      }
    }
    if (ids.isEmpty()) {
      throw new InputException(file, "holds no token, expected a " + VocabularyFile.EXPECTED);
    }
    if (total > MAX_BYTES) {
      throw new InputException(
          file, "tokens have " + total + " bytes together, expected at most " + MAX_BYTES);
    }
    return new Vocabulary(file, form, TokenBytes.of(table), ids, unknown);
  }

  /** Returns the name of the file. */
  String file() {
    return file;
  }

  /** Returns what kind of file it is, such as "tokenizer.json, BPE". */
  String form() {
    return form;
  }

  /** Returns the bytes of each token; special tokens have none. */
  TokenBytes tokens() {
    return tokens;
  }

  /** Returns the number of tokens, holes not counted. */
  int count() {
    return ids.cardinality();
  }

  /** Whether a token has this id, and it is no hole. */
  boolean has(long id) {
    return id >= 0 && id < ids.length() && ids.get((int) id);
  }

  /** Returns the token that stands for text without a token of its own, if there is one. */
  OptionalInt unknown() {
    return unknown;
  }

  /** Returns what is wrong with the unknown token as a target. */
  String unknownProblem() {
    return " is the unknown token of "
        + file
        + ", and how many bytes of text it stands for is lost: leave the vocabulary out, or take a"
        + " text without such tokens";
  }
}
