/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.Map;
import java.util.TreeMap;

/** A set of numbers, kept as ranges: numbers that count up take no memory. */
final class NumberRanges {

  /** The last number of each range, by its first. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  /** Adds a number, and returns whether it was missing. */
  boolean add(long number) {
    Map.Entry<Long, Long> before = ranges.floorEntry(number);
    if (before != null && before.getValue() >= number) {
      return false;
    }
    boolean followsOn = before != null && before.getValue() == number - 1;
    long first = followsOn ? before.getKey() : number;
    Map.Entry<Long, Long> after = ranges.higherEntry(number);
    boolean leadsOn = after != null && after.getKey() - 1 == number;
    long last = leadsOn ? after.getValue() : number;
    if (leadsOn) {
      ranges.remove(after.getKey());
    }
    ranges.put(first, last);
    return true;
  }
}
