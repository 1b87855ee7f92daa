/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that can be timed: a piece of work of one side, for a shape and a number of threads.
 *
 * @param side who does it
 * @param work what is done
 * @param shape rows and classes
 * @param threads the number of threads
 */
record Case(Side side, String work, String shape, int threads) {

  private static final String USUAL_SHAPE = "1024x50257";
  private static final Pattern FORM =
      Pattern.compile("(\\w+)\\.(\\w+)(?:@(\\d+x\\d+))?(?:\\*(\\d))?");

  /** Reads {@code side.work}, with {@code @8192x512} and {@code *2} where they are not as usual. */
  static Case parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a case: " + text);
    }
    return new Case(
        Side.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
        matcher.group(2),
        matcher.group(3) == null ? USUAL_SHAPE : matcher.group(3),
        matcher.group(4) == null ? 1 : Integer.parseInt(matcher.group(4)));
  }

  /** The number of logits. */
  long logits() {
    String[] axes = shape.split("x");
    return Long.parseLong(axes[0]) * Long.parseLong(axes[1]);
  }

  @Override
  public String toString() {
    return side.name().toLowerCase(Locale.ROOT)
        + "."
        + work
        + (shape.equals(USUAL_SHAPE) ? "" : "@" + shape)
        + (threads == 1 ? "" : "*" + threads);
  }
}
