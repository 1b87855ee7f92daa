/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** What may be counted: before anything is added, there has to be room for it. */
public final class Counts {

  /** The most scored tokens: sums have room for two values of each, and count NaN in a long. */
  static final long MOST_TOKENS = (1L << 62) - 1;

  private Counts() {}

  /**
   * Checks that a count may grow.
   *
   * @param name what is counted, for the message
   * @throws IllegalArgumentException if there would be more than the most in all
   */
  public static void checkRoom(String name, long held, long more, long most) {
    if (more > most - held) {
      throw new IllegalArgumentException(
          "there are "
              + more
              + " "
              + name
              + " to add to "
              + held
              + ", expected at most "
              + most
              + " in all: report what is there, and go on with another accumulator");
    }
  }
}
