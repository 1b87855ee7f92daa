/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/** What a number of nats is in other units. */
final class Nats {

  static final double LN2 = 0x1.62e42fefa39efp-1;

  private Nats() {}

  /** e<sup>nats</sup>, the same bits everywhere. */
  static double perplexity(double nats) {
    return StrictMath.exp(nats);
  }

  static double bits(double nats) {
    return nats / LN2;
  }
}
