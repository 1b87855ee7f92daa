/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The numbers of a kind that can be added: NaN, the infinities, and multiples of 2<sup>least</sup>
 * no further from 0 than 2<sup>most</sup>.
 *
 * @param least exponent of the unit
 * @param most exponent of the largest magnitude, 0 or more
 */
public record NumberRange(int least, int most) {

  /** Exponent of the least double. */
  private static final int LEAST_DOUBLE = -1074;

  /** Losses in nats: a difference of two floats times a float, and some room. */
  static final NumberRange LOSSES = new NumberRange(LEAST_DOUBLE, 264);

  /** Losses and divergences without weights: a difference of two floats, and some room. */
  static final NumberRange PLAIN_LOSSES = new NumberRange(LEAST_DOUBLE, 132);

  /** Probabilities, and differences of two. */
  static final NumberRange PROBABILITIES = new NumberRange(LEAST_DOUBLE, 0);

  /** Class weights: floats. */
  static final NumberRange WEIGHTS = new NumberRange(-149, 128);

  /** Losses in nats times the weights of their tokens. */
  static final NumberRange WEIGHTED_LOSSES = new NumberRange(LEAST_DOUBLE, 264 + 128);

  /** Class weights times weights of tokens: products of two floats. */
  static final NumberRange WEIGHTS_OF_TOKENS = new NumberRange(-298, 256);

  /** Counts that fit into an int, times weights of tokens. */
  static final NumberRange WEIGHTED_COUNTS = new NumberRange(-149, 31 + 128);

  /** Counts that fit into an int. */
  static final NumberRange COUNTS = new NumberRange(0, 31);

  private static final int MOST_ADDENDS = 62;

  /** The products of a number of this kind and one of that. */
  public NumberRange times(NumberRange that) {
    return new NumberRange(least + that.least, most + that.most);
  }

  /** The sums of numbers of this kind. */
  public NumberRange sums() {
    return new NumberRange(least, most + MOST_ADDENDS);
  }

  /** Whether {@code count} numbers of this kind can have this sum. */
  public boolean mayHave(ExactSum sum, long count) {
    return sum.countsUpTo(count)
        && sum.isMultipleOf(least)
        && sum.toBigDecimal().abs().compareTo(largestSum(count - sum.nonFinite())) <= 0;
  }

  private BigDecimal largestSum(long count) {
    return new BigDecimal(BigInteger.valueOf(count).shiftLeft(most));
  }
}
