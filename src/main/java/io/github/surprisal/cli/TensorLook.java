/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.file.ElementType;
import java.util.Arrays;

/** What the numbers of a tensor look like, by a few of them. */
enum TensorLook {
  /** Floating-point numbers that are neither log-probabilities nor probabilities. */
  LOGITS("logits"),
  /** Rows whose exponentials sum to 1. */
  LOG_PROBABILITIES("log-probabilities"),
  /** Rows of numbers from 0 to 1 that sum to 1. */
  PROBABILITIES("probabilities"),
  /** Integers from 0 on, and one negative number where a token is ignored. */
  TARGETS("token ids"),
  /** Integers that are small and mostly very small. */
  BYTE_COUNTS("byte counts"),
  /** Integers 0 and 1. */
  MASK("a mask"),
  /** Other integers. */
  INTEGERS("integers");

  /** The most rows that are looked at. */
  private static final int MOST_ROWS = 16;

  /** No token of a vocabulary in use has as many bytes: the longest are runs of blanks. */
  private static final int MOST_BYTES = 512;

  /** The average token is much shorter; the ids of a vocabulary are much larger. */
  private static final double MEAN_BYTES = 10;

  private final String words;

  TensorLook(String words) {
    this.words = words;
  }

  /**
   * Looks at the first rows of a block.
   *
   * @param block rows of shape (rows, columns)
   * @param type the type in which the file has them, which tells how far they are rounded
   */
  static TensorLook of(FloatTensor block, ElementType type) {
    int rows = Math.min(MOST_ROWS, block.shape().axis(0));
    int columns = block.shape().axis(1);
    if (rows == 0 || columns < 2) {
      return LOGITS;
    }
    float[] values = block.slice(0, rows).toArray();
    double rounding = rounding(type);
    if (sumToOne(values, columns, rounding, true)) {
      return LOG_PROBABILITIES;
    }
    return sumToOne(values, columns, rounding, false) ? PROBABILITIES : LOGITS;
  }

  /**
   * How far from 1 a sum may be. The logarithms of the probabilities in a vocabulary of 256,000 are
   * from 8 to 16, where numbers of type bfloat16 stand 1/16 apart: each probability is up to 1/32
   * of itself wrong, and so is their sum. Numbers of type float16 stand 1/128 apart there.
   */
  private static double rounding(ElementType type) {
    return switch (type) {
      case BFLOAT16 -> 0x1p-4;
      case FLOAT16 -> 0x1p-7;
      default -> 0x1p-10;
    };
  }

  private static boolean sumToOne(
      float[] values, int columns, double rounding, boolean isLogarithm) {
    for (int row = 0; row < values.length; row += columns) {
      double sum = 0;
      for (int i = row; i < row + columns; i++) {
        double probability = isLogarithm ? Math.exp(values[i]) : values[i];
        if (!(probability >= 0 && probability <= 1 + rounding)) {
          return false;
        }
        sum += probability;
      }
      if (Math.abs(sum - 1) > rounding) {
        return false;
      }
    }
    return true;
  }

  /**
   * Looks at integers.
   *
   * @param values the first integers of a tensor
   * @param type the type in which the file has them
   */
  static TensorLook of(long[] values, ElementType type) {
    if (type == ElementType.BOOL) {
      return MASK;
    }
    long least = Arrays.stream(values).min().orElse(0);
    long greatest = Arrays.stream(values).max().orElse(0);
    if (least == 0 && greatest == 1) {
      return MASK;
    }
    if (least >= 0
        && greatest >= 1
        && greatest <= MOST_BYTES
        && Arrays.stream(values).average().orElse(0) <= MEAN_BYTES) {
      return BYTE_COUNTS;
    }
    boolean areIds =
        greatest >= 0
            && greatest <= Integer.MAX_VALUE
            && Arrays.stream(values).filter(value -> value < 0).allMatch(value -> value == least);
    return areIds ? TARGETS : INTEGERS;
  }

  /** Returns it in words, as in "looks like token ids". */
  @Override
  public String toString() {
    return words;
  }
}
