/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Texts with a few random changes. */
final class DamagedText {

  private DamagedText() {}

  /** Replaces, leaves out, repeats or puts in a few pieces, some of them one of the words. */
  static byte[] of(byte[] intact, List<String> words, Random random) {
    byte[] text = intact;
    for (int change = 0; change <= random.nextInt(3); change++) {
      int from = random.nextInt(text.length + 1);
      int to = Math.min(text.length, from + random.nextInt(12));
      byte[] piece =
          switch (random.nextInt(4)) {
            case 0 -> new byte[] {(byte) random.nextInt()};
            case 1 -> new byte[0];
            case 2 -> Arrays.copyOfRange(text, from, Math.min(text.length, from + 60));
            default -> words.get(random.nextInt(words.size())).getBytes(StandardCharsets.UTF_8);
          };
      text =
          NpyBytes.concat(
              Arrays.copyOf(text, from), piece, Arrays.copyOfRange(text, to, text.length));
    }
    return text;
  }
}
