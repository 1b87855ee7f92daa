/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

/**
 * A floor or a ceiling.
 *
 * @param floor whether values must not be below the limit, rather than not above it
 * @param limit the limit
 */
record Bound(boolean floor, double limit) {

  /** Reads {@code >= 20} or {@code <= 1.6}. */
  static Bound parse(String text) {
    return new Bound(text.startsWith(">"), Double.parseDouble(text.substring(2)));
  }

  boolean holds(double value) {
    return floor ? value >= limit : value <= limit;
  }

  @Override
  public String toString() {
    return (floor ? ">= " : "<= ")
        + (limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit));
  }
}
