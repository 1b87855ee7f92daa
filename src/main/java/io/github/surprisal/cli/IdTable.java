/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table from token ids to what a file says of them; ids that it says nothing of are holes.
 * Mutable.
 *
 * @param <T> what is known of an id, such as its bytes
 */
final class IdTable<T> {

  /** The number of ids there may be: more than twice as many as any tokenizer has. */
  static final int MAX_IDS = 1 << 21;

  private final List<@Nullable T> values = new ArrayList<>();

  /** Puts a value, and returns whether there was none before. */
  boolean put(int id, T value) {
    while (values.size() <= id) {
      values.add(null);
    }
    return values.set(id, value) == null;
  }

  /** Adds a value at the id after the largest one. */
  void add(T value) {
    values.add(value);
  }

  Optional<T> get(int id) {
    return id < values.size() ? Optional.ofNullable(values.get(id)) : Optional.empty();
  }

  /** Returns the id after the largest one, 0 if there is none. */
  int size() {
    return values.size();
  }
}
