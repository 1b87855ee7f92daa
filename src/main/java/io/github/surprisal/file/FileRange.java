/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A range of a file, read at any place, by several threads at once. It is never mapped: a mapped
 * file that becomes shorter ends in an {@code InternalError} on whatever thread reads it, now or
 * later, or in wrong numbers.
 *
 * @param file what messages call the file
 * @param from where in the file the range begins
 * @param fileBytes the length that the file had when its header was read
 */
record FileRange(String file, FileChannel channel, long from, long fileBytes)
    implements ElementSource {

  @Override
  public void read(long start, ByteBuffer into) throws IOException {
    int first = into.position();
    boolean isWhole = channel.size() == fileBytes;
    while (isWhole && into.hasRemaining()) {
      isWhole = channel.read(into, from + start + into.position() - first) >= 0;
    }
    if (!isWhole) {
      throw new FileFormatException(file, "changed its length while it was being read");
    }
  }

  @Override
  public boolean isForwardOnly() {
    return false;
  }
}
