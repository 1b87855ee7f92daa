/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

/**
 * Stands for a language model that reads a document and gives a row of logits for each token. Its
 * numbers come from the document's and the token's by hashing, so they are the same on any machine.
 */
final class TinyModel {
  static final int VOCABULARY = 64;
  static final int TOKENS = 100;

  private final float[] logits = new float[VOCABULARY];
  private final int document;
  private int token = -1;

  TinyModel(int document) {
    this.document = document;
  }

  /** Goes to the next token; its logits overwrite the logits of the token before. */
  boolean next() {
    token++;
    for (int c = 0; c < VOCABULARY; c++) {
      logits[c] = (random(c) >>> 40) * 0x1p-21f; // 0 to 8
    }
    logits[target()] += document % 7 * 0.5f; // documents are easy or hard as a whole
    return token < TOKENS;
  }

  float[] logits() {
    return logits;
  }

  int target() {
    return (int) (random(-1) >>> 58);
  }

  /** UTF-8 length of the target, 0 for the first one, as for a mark of the beginning. */
  int targetBytes() {
    return token == 0 ? 0 : 1 + target() % 6;
  }

  /** SplitMix64. */
  private long random(int index) {
    long z = (((long) document * TOKENS + token) * VOCABULARY + index) * 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
