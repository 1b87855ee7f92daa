/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

/**
 * What a {@code tokenizer.json} says of its model, vocabulary aside.
 *
 * @param type such as "BPE"; empty if the file does not say
 * @param byteFallback whether unknown text becomes tokens such as {@code <0x0A>}
 * @param continuationPrefix what stands before a token that goes on a word; empty if nothing does
 * @param endOfWordSuffix what stands after a token that ends a word; empty if nothing does
 */
record TokenModel(
    String type, boolean byteFallback, String continuationPrefix, String endOfWordSuffix) {

  boolean isWordPiece() {
    return type.equals("WordPiece");
  }
}
