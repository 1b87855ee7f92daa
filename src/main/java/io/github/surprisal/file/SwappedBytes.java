/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Elements that are stored big-endian.
 *
 * @param stored the elements as they are stored
 * @param width the bytes of an element: 2, 4 or 8
 */
record SwappedBytes(ElementSource stored, int width) implements ElementSource {

  @Override
  public void read(long start, ByteBuffer into) throws IOException {
    int from = into.position();
    stored.read(start, into);
    for (int at = from; at < into.limit(); at += width) {
      switch (width) {
        case 2 -> into.putShort(at, Short.reverseBytes(into.getShort(at)));
        case 4 -> into.putInt(at, Integer.reverseBytes(into.getInt(at)));
        default -> into.putLong(at, Long.reverseBytes(into.getLong(at)));
      }
    }
  }

  @Override
  public boolean isForwardOnly() {
    return stored.isForwardOnly();
  }
}
