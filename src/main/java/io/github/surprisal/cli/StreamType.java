/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a stream of this process leads to. */
enum StreamType {
  TERMINAL,
  /** A pipe or a socket. */
  PIPE,
  /** A file, or a device without anyone looking at it. */
  OTHER;

  // Of the mode of a file, as stat(2) has it: the bits that are its type, and some of the types.
  private static final int TYPE = 0xF000;
  private static final int NAMED_OR_NAMELESS_PIPE = 0x1000;
  private static final int CHARACTER_DEVICE = 0x2000;
  private static final int SOCKET = 0xC000;

  /**
   * Finds out by the system's own view of open files; Windows has none.
   *
   * @param descriptor the number of the stream: 1 standard output, 2 standard error
   */
  static Optional<StreamType> of(int descriptor) {
    Path stream = Path.of("/dev/fd", String.valueOf(descriptor));
    try {
      int type = TYPE & (int) Files.getAttribute(stream, "unix:mode");
      if (type == NAMED_OR_NAMELESS_PIPE || type == SOCKET) {
        return Optional.of(PIPE);
      }
      return Optional.of(type == CHARACTER_DEVICE && !isIdle(stream) ? TERMINAL : OTHER);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  /** Whether a character device is one that is known to be no terminal. */
  private static boolean isIdle(Path stream) throws IOException {
    Object device = Files.getAttribute(stream, "unix:rdev");
    for (String idle : List.of("/dev/null", "/dev/zero", "/dev/full")) {
      Path path = Path.of(idle);
      if (Files.exists(path) && Files.getAttribute(path, "unix:rdev").equals(device)) {
        return true;
      }
    }
    return false;
  }
}
