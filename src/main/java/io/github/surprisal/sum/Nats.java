/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** What a number of nats is in other units. */
public final class Nats {

  /** ln 2. */
  public static final double LN2 = 0x1.62e42fefa39efp-1;

  private Nats() {}

  /** e<sup>nats</sup>, the same bits everywhere. */
  public static double perplexity(double nats) {
    return StrictMath.exp(nats);
  }

  /** nats / ln 2. */
  public static double bits(double nats) {
    return nats / LN2;
  }
}
