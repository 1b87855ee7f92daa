/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a tensor's elements: in row-major order, and each of them little-endian. */
interface ElementSource {

  /**
   * Fills a buffer from its position to its limit.
   *
   * @param start the index of the first byte, a whole number of elements
   * @throws FileFormatException if the file turns out to be another than its header says
   */
  void read(long start, ByteBuffer into) throws IOException;

  /** Whether bytes can only be read once and one after the other, by one thread at a time. */
  boolean isForwardOnly();
}
