/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.loop;

/**
 * Folds by halves in which distances are constants, since C2 vectorises no loop over j and j + a
 * variable.
 */
final class Folds {

  private Folds() {}

  /** Folds the first {@code length} terms, a power of two up to 1024, to 16 sums. */
  static void toSixteen(float[] terms, int length) {
    if (length > 512) {
      fold512(terms);
    }
    if (length > 256) {
      fold256(terms);
    }
    if (length > 128) {
      fold128(terms);
    }
    if (length > 64) {
      fold64(terms);
    }
    if (length > 32) {
      fold32(terms);
    }
    fold16(terms);
  }

  private static void fold512(float[] terms) {
    for (int j = 0; j < 512; j++) {
      terms[j] += terms[j + 512];
    }
  }

  private static void fold256(float[] terms) {
    for (int j = 0; j < 256; j++) {
      terms[j] += terms[j + 256];
    }
  }

  private static void fold128(float[] terms) {
    for (int j = 0; j < 128; j++) {
      terms[j] += terms[j + 128];
    }
  }

  private static void fold64(float[] terms) {
    for (int j = 0; j < 64; j++) {
      terms[j] += terms[j + 64];
    }
  }

  private static void fold32(float[] terms) {
    for (int j = 0; j < 32; j++) {
      terms[j] += terms[j + 32];
    }
  }

  private static void fold16(float[] terms) {
    for (int j = 0; j < 16; j++) {
      terms[j] += terms[j + 16];
    }
  }
}
