/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Looks at the bytes of a stream that come next, without taking them. */
final class StreamBeginning {

  private StreamBeginning() {}

  /**
   * Returns the next bytes, each as a character of Latin-1.
   *
   * @param in a stream that supports mark and reset
   * @param most the most bytes that are looked at
   */
  static String of(InputStream in, int most) throws IOException {
    in.mark(most);
    byte[] bytes = in.readNBytes(most);
    in.reset();
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
