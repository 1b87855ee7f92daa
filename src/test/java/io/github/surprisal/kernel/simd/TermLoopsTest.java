/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * {@link TermLoops} is what {@link TermLoopsSource} writes, but for white space. With the system
 * property {@code surprisal.regenerate} the source is written anew; {@code mvn spotless:apply}
 * formats it.
 */
final class TermLoopsTest {

  private static final Path SOURCE =
      Path.of("src/main/java/io/github/surprisal/kernel/simd/TermLoops.java");

  @Test
  void isWhatTheGeneratorWrites() throws IOException {
    if (Boolean.getBoolean("surprisal.regenerate")) {
      Files.writeString(SOURCE, TermLoopsSource.text());
    }
    assertThat(withoutSpace(Files.readString(SOURCE)))
        .as(
            "run `mvn test -Dtest=TermLoopsTest -Dsurprisal.regenerate=true`, then `mvn"
                + " spotless:apply`")
        .isEqualTo(withoutSpace(TermLoopsSource.text()));
  }

  /** White space apart, and the stars of comments, which formatting may move. */
  private static String withoutSpace(String source) {
    return source.replaceAll("(?m)^\\s*\\*", "").replaceAll("\\s+", "");
  }
}
