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

  /** One fold: in a method that is compiled by itself, as in {@link ExponentialTile}. */
  @FunctionalInterface
  private interface Fold {
    void run(float[] terms);
  }

  /** The folds, from 16 sums upwards. */
  private static final Fold[] FOLDS = {
    Folds::fold16, Folds::fold32, Folds::fold64, Folds::fold128, Folds::fold256, Folds::fold512
  };

  /** Folds the first {@code length} terms, a power of two from 32 to 1024, to 16 sums. */
  static void toSixteen(float[] terms, int length) {
    for (int k = Integer.numberOfTrailingZeros(length / 32); k >= 0; k--) {
      FOLDS[k].run(terms);
    }
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
