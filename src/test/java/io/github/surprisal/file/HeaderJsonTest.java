/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderJsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        " true\n",
        "false",
        "0",
        "-0",
        "12",
        "-1.5e+10",
        "1E5",
        "0.25",
        "\"\"",
        "[]",
        "{}",
        "[1, [2, {\"a\": [], \"b\": \"\\u00e9\\n\"}]]",
        "\t{ \"a\" : 1 ,\r\n\"b\" : null } "
      })
  void takesJson(String text) {
    assertThatCode(() -> skip(text)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``          | 0: expected a value",
        "nul         | 3: expected null",
        "nulls       | 4: expected the end",
        "01          | 0: '01' is no number",
        "+1          | 0: '+1' is no number",
        "1.          | 0: '1.' is no number",
        ".5          | 0: '.5' is no number",
        "1e          | 0: '1e' is no number",
        "NaN         | 0: expected a value",
        "[1,]        | 3: expected a value",
        "[1 2]       | 3: expected ']'",
        "[           | 1: expected a value",
        "{\"a\"}     | 4: expected ':'",
        "{\"a\":1,}  | 7: expected '\"'",
        "{a:1}       | 1: expected '\"'",
        "{\"a\":1,\"a\":2} | 10: the key 'a' appears twice",
        "{\"a\":1,\"\\u0061\":2} | 15: the key 'a' appears twice",
        "\"a         | 2: expected the end of a string",
        "\"\t\"      | 1: control character",
        "\"\\x\"     | 2: expected an escape that JSON has",
        "\"\\u12g4\" | 5: expected four hexadecimal digits",
        "\"\\ud83d\" | 8: half of a surrogate pair",
        "1 1         | 2: expected the end",
        "//          | 0: expected a value"
      })
  void refusesAllElse(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> skip(text))
        .withMessage("malformed JSON at byte " + problem);
  }

  @Test
  void readsStrings() {
    assertThat(string("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud83d\\ude00é😀\""))
        .isEqualTo("a\"\\/\b\f\n\r\tA😀é😀");
    byte[] notUtf8 = {'"', (byte) 0xff, '"'};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderJson(notUtf8).string())
        .withMessage("malformed JSON at byte 1: expected UTF-8");
  }

  @Test
  void readsWholeNumbers() {
    HeaderJson json = reader("[0, 9223372036854775807]");
    List<Long> values = new ArrayList<>();
    json.array(() -> values.add(json.whole()));
    assertThat(values).containsExactly(0L, Long.MAX_VALUE);
    for (String other : List.of("-1", "1.0", "1e3")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> reader(other).whole())
          .withMessageEndingWith(": expected a whole number from 0 on, not " + other);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader("9223372036854775808").whole())
        .withMessageEndingWith(" is larger than 9223372036854775807");
  }

  @Test
  void limitsNestingAndNumbers() {
    skip("[".repeat(63) + "1" + "]".repeat(63));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> skip("[".repeat(100_000)))
        .withMessage("malformed JSON at byte 64: nested deeper than 64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> skip("1".repeat(401)))
        .withMessage("malformed JSON at byte 0: expected a number of at most 400 digits");
  }

  private static void skip(String text) {
    HeaderJson json = reader(text);
    json.skip();
    json.end();
  }

  private static String string(String text) {
    return reader(text).string();
  }

  private static HeaderJson reader(String text) {
    return new HeaderJson(text.getBytes(UTF_8));
  }
}
