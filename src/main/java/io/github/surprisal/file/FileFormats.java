/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds out by its first bytes which format a file has. */
final class FileFormats {

  /** How many bytes tell the format. */
  private static final int FIRST_BYTES = 16;

  private FileFormats() {}

  /**
   * Finds the tensors of an open file.
   *
   * @param path the file, or nothing if it can only be read from front to back
   * @param sources takes what else is opened
   */
  static List<StoredTensor> tensors(ByteInput in, Optional<Path> path, Sources sources)
      throws IOException {
    byte[] first = in.peek(FIRST_BYTES);
    if (first.length == 0) {
      throw new FileFormatException(in.file(), "is empty, expected " + ForeignFormat.EXPECTED);
    }
    if (NpyFormat.isBegunBy(first)) {
      return List.of(NpyFormat.read(in, ""));
    }
    if (NpzFormat.isBegunBy(first)) {
      return NpzFormat.read(in.file(), path, sources);
    }
    if (SafetensorsFormat.isBegunBy(first)) {
      return SafetensorsFormat.read(in);
    }
    if (first[0] == '{'
        && path.isPresent()
        && path.get().toString().endsWith(SafetensorsIndex.ENDING)) {
      return SafetensorsIndex.read(in, path.get(), sources);
    }
    Optional<ForeignFormat> foreign = ForeignFormat.of(first);
    throw foreign.isPresent()
        ? foreign.get().refusal(in.file())
        : new FileFormatException(
            in.file(), "is of no format that is known here, expected " + ForeignFormat.EXPECTED);
  }
}
