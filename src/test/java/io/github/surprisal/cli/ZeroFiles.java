/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;

/** Logits and targets that are all 0, in files of any size that take no room on the disk. */
record ZeroFiles(Path logits, Path targets) {

  static final int VOCABULARY = 50_000;

  /** Files with as many rows of logits, of 200,000 bytes each. */
  static ZeroFiles of(Path folder, long rows) throws IOException {
    return new ZeroFiles(
        file(
            folder,
            "logits.npy",
            NpyBytes.header("<f4", "(" + rows + ", " + VOCABULARY + ")"),
            rows * VOCABULARY * Float.BYTES),
        file(
            folder,
            "targets.npy",
            NpyBytes.header("<i4", "(" + rows + ",)"),
            rows * Integer.BYTES));
  }

  private static Path file(Path folder, String name, String header, long bytes) throws IOException {
    Path file = NpyBytes.write(folder, name, NpyBytes.file(header));
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(access.length() + bytes);
    }
    return file;
  }

  List<String> eval() {
    return List.of("eval", "--logits", logits.toString(), "--targets", targets.toString());
  }
}
