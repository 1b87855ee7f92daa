/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Counts that would overflow are refused, and then nothing at all is added. */
final class CountOverflowTest {
  private static final int IGNORED = -100;
  private static final long MOST_TOKENS = (1L << 62) - 1;
  private static final float[] ROW = {1, 2, 4};
  private static final FloatTensor LOGITS = FloatTensor.wrap(ROW, 1, 3);
  private static final IntTensor SCORED = IntTensor.of(1);
  private static final IntTensor NOT_SCORED = IntTensor.of(IGNORED);

  /** n, doubled and one more, again and again: 2^times − 1 from n = 0. */
  private static LossAccumulator losses(int times, Consumer<LossAccumulator> one) {
    LossAccumulator accumulator = new LossAccumulator();
    for (int i = 0; i < times; i++) {
      accumulator.combine(accumulator);
      one.accept(accumulator);
    }
    return accumulator;
  }

  private static ComparisonAccumulator comparison(int times, Consumer<ComparisonAccumulator> one) {
    ComparisonAccumulator accumulator = new ComparisonAccumulator();
    for (int i = 0; i < times; i++) {
      accumulator.combine(accumulator);
      one.accept(accumulator);
    }
    return accumulator;
  }

  private static void assertRefused(
      LossAccumulator full, String message, Consumer<LossAccumulator> more) {
    byte[] before = full.toByteArray();
    assertThatThrownBy(() -> more.accept(full))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThat(full.toByteArray()).isEqualTo(before);
    LossAccumulator read = LossAccumulator.fromByteArray(before);
    assertThat(read.toByteArray()).isEqualTo(before);
    assertThat(read.report()).isEqualTo(full.report());
  }

  private static void assertRefused(
      ComparisonAccumulator full, String message, Consumer<ComparisonAccumulator> more) {
    byte[] before = full.toByteArray();
    assertThatThrownBy(() -> more.accept(full))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThat(full.toByteArray()).isEqualTo(before);
    ComparisonAccumulator read = ComparisonAccumulator.fromByteArray(before);
    assertThat(read.toByteArray()).isEqualTo(before);
    assertThat(read.report()).isEqualTo(full.report());
  }

  private static String message(String name, long more, long held, long most) {
    return "there are %d %s to add to %d, expected at most %d in all: "
            .formatted(more, name, held, most)
        + "report what is there, and go on with another accumulator";
  }

  /** Something of everything, that must not be added in part. */
  private static LossAccumulator some() {
    return new LossAccumulator()
        .add(LOGITS, SCORED, IntTensor.of(5))
        .endDocument()
        .addRow(ROW, 2)
        .addRow(ROW, 0, 3, 0, 0)
        .addRow(ROW, IGNORED)
        .addWords(7);
  }

  @Test
  void words() {
    long half = 1L << 62;
    LossAccumulator full = some().addWords(half);
    LossAccumulator other = some().addWords(half);
    assertRefused(
        full,
        message("words", half + 7, half + 7, Long.MAX_VALUE),
        accumulator -> accumulator.combine(other));
    assertRefused(
        full,
        message("words", half + 7, half + 7, Long.MAX_VALUE),
        accumulator -> accumulator.combine(accumulator));
    assertThat(full.addWords(Long.MAX_VALUE - half - 7).report().words()).isEqualTo(Long.MAX_VALUE);
    assertRefused(
        full,
        "words is 1, expected 0 or more, and at most 2^63 - 1 in all",
        accumulator -> accumulator.addWords(1));
    assertThat(Combined.of(full, new LossAccumulator()).addWords(0).report().words())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void ignoredTokens() {
    LossAccumulator full = losses(63, accumulator -> accumulator.add(LOGITS, NOT_SCORED));
    assertThat(full.report().ignoredTokens()).isEqualTo(Long.MAX_VALUE);
    String message = message("ignored tokens", 1, Long.MAX_VALUE, Long.MAX_VALUE);
    assertRefused(full, message, accumulator -> accumulator.combine(some()));
    assertRefused(full, message, accumulator -> accumulator.add(LOGITS, NOT_SCORED));
    assertRefused(
        full, message, accumulator -> accumulator.add(LOGITS, NOT_SCORED, IntTensor.of(3)));
    assertRefused(full, message, accumulator -> accumulator.addRow(ROW, IGNORED));
    assertRefused(full, message, accumulator -> accumulator.addRow(ROW, 0, 3, IGNORED, 3));
    assertThat(full.addRow(ROW, 0, 3, 1, 3).report().scoredTokens()).isEqualTo(1);
  }

  @Test
  void bytesOfOpenAndOfFinishedDocuments() {
    int most = 511; // 2^9 - 1
    for (boolean ends : new boolean[] {false, true}) {
      LossAccumulator full = new LossAccumulator().addRow(ROW, 0, 3, 1, most);
      for (int i = 0; i < 54; i++) {
        Combined.of(full, full).addRow(ROW, 0, 3, 1, 1);
        if (ends) {
          full.endDocument();
        }
      }
      assertThat(full.report().scoredBytes()).isEqualTo(Long.MAX_VALUE);
      String message = message("bytes", 1, Long.MAX_VALUE, Long.MAX_VALUE);
      assertRefused(full, message, accumulator -> accumulator.addRow(ROW, 0, 3, 1, 1));
      assertRefused(full, message, accumulator -> accumulator.add(LOGITS, SCORED, SCORED));
      assertRefused(
          full,
          message("bytes", 5, Long.MAX_VALUE, Long.MAX_VALUE),
          accumulator -> accumulator.combine(some()));
      assertThat(full.addRow(ROW, 1).addRow(ROW, 0, 3, 1, 0).endDocument().report())
          .matches(report -> report.scoredBytes() == Long.MAX_VALUE);
    }
  }

  @Test
  void scoredTokensWithAndWithoutBytes() {
    for (int bytes = -1; bytes < 2; bytes++) {
      int itsBytes = bytes;
      LossAccumulator full =
          losses(
              62,
              accumulator -> {
                if (itsBytes < 0) {
                  accumulator.addRow(ROW, 1);
                } else {
                  accumulator.addRow(ROW, 0, 3, 1, itsBytes);
                }
                accumulator.endDocument();
              });
      assertThat(full.report().scoredTokens()).isEqualTo(MOST_TOKENS);
      String message = message("scored tokens", 1, MOST_TOKENS, MOST_TOKENS);
      assertRefused(full, message, accumulator -> accumulator.addRow(ROW, 1));
      assertRefused(full, message, accumulator -> accumulator.addRow(ROW, 0, 3, 1, 0));
      assertRefused(full, message, accumulator -> accumulator.addRow(ROW, 0, 3, 1, 2));
      assertRefused(full, message, accumulator -> accumulator.add(LOGITS, SCORED));
      assertRefused(full, message, accumulator -> accumulator.add(LOGITS, SCORED, SCORED));
      assertRefused(
          full,
          message("scored tokens", 3, MOST_TOKENS, MOST_TOKENS),
          accumulator -> accumulator.combine(some()));
      assertThat(full.addRow(ROW, IGNORED).addWords(2).report().ignoredTokens()).isOne();
    }
  }

  @Test
  void comparedTokens() {
    float[] undefined = {Float.NaN, 0, 0};
    for (float[] row : new float[][] {ROW, undefined}) { // NaN counts twice for a difference
      FloatTensor logits = FloatTensor.wrap(row, 1, 3);
      ComparisonAccumulator full =
          comparison(62, accumulator -> accumulator.add(logits, logits, SCORED));
      assertThat(full.report().scoredTokens()).isEqualTo(MOST_TOKENS);
      String message = message("scored tokens", 1, MOST_TOKENS, MOST_TOKENS);
      assertRefused(full, message, accumulator -> accumulator.add(LOGITS, LOGITS, SCORED));
      ComparisonAccumulator one =
          new ComparisonAccumulator().add(LOGITS, LOGITS, SCORED).add(LOGITS, LOGITS, NOT_SCORED);
      assertRefused(full, message, accumulator -> accumulator.combine(one));
      full.endDocument();
      assertRefused(full, message, accumulator -> accumulator.combine(one));
      assertThat(full.add(LOGITS, LOGITS, NOT_SCORED).report().ignoredTokens()).isOne();
    }
  }

  @Test
  void ignoredTokensOfComparisons() {
    ComparisonAccumulator full =
        comparison(63, accumulator -> accumulator.add(LOGITS, LOGITS, NOT_SCORED));
    assertThat(full.report().ignoredTokens()).isEqualTo(Long.MAX_VALUE);
    String message = message("ignored tokens", 1, Long.MAX_VALUE, Long.MAX_VALUE);
    assertRefused(full, message, accumulator -> accumulator.add(LOGITS, LOGITS, NOT_SCORED));
    ComparisonAccumulator one =
        new ComparisonAccumulator().add(LOGITS, LOGITS, SCORED).add(LOGITS, LOGITS, NOT_SCORED);
    assertRefused(full, message, accumulator -> accumulator.combine(one));
    assertThat(full.add(LOGITS, LOGITS, SCORED).report().scoredTokens()).isOne();
  }

  @Test
  void batchOfSeveral() {
    LossAccumulator full = losses(61, a -> a.addRow(ROW, 1));
    full.combine(full);
    FloatTensor three = FloatTensor.wrap(new float[9], 3, 3);
    byte[] before = full.toByteArray();
    assertThatThrownBy(() -> full.add(three, IntTensor.of(0, IGNORED, 1)))
        .hasMessageContaining("scored tokens");
    assertThat(full.toByteArray()).isEqualTo(before);
    LossAccumulator ignored = losses(63, a -> a.add(LOGITS, NOT_SCORED));
    byte[] ignoredBefore = ignored.toByteArray();
    assertThatThrownBy(() -> ignored.add(three, IntTensor.of(0, 1, IGNORED), IntTensor.of(1, 2, 3)))
        .hasMessageContaining("ignored tokens");
    assertThat(ignored.toByteArray()).isEqualTo(ignoredBefore);
    ComparisonAccumulator compared = comparison(63, a -> a.add(LOGITS, LOGITS, NOT_SCORED));
    byte[] comparedBefore = compared.toByteArray();
    assertThatThrownBy(() -> compared.add(three, three, IntTensor.of(0, 1, IGNORED)))
        .hasMessageContaining("ignored tokens");
    assertThat(compared.toByteArray()).isEqualTo(comparedBefore);
  }
}
