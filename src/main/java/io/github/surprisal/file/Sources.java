/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What is open for a file of tensors, and is closed together. */
final class Sources implements Closeable {

  private final Deque<Closeable> open = new ArrayDeque<>();

  /** Returns what was just opened, and keeps it. */
  <T extends Closeable> T keep(T source) {
    open.push(source);
    return source;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException failed) {
        failure = failed;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
