/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JvmOptionsTest {

  @ParameterizedTest
  @CsvSource({
    "-Xmx256m, false",
    "-XX:NewSize=8m, true",
    "-XX:MaxNewSize=8m, true",
    "-XX:NewRatio=3, true",
    "-Xmn8m, true",
    "-XX:+UseSerialGC, true",
    "-XX:+UseStringDeduplication, false",
    "-Dx=-Xmn8m, false"
  })
  void knowsWhoSetsTheYoungGeneration(String option, boolean isSet) {
    assertThat(new JvmOptions(List.of("-Dy=1", option)).setsYoungGeneration()).isEqualTo(isSet);
  }
}
