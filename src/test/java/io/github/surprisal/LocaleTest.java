/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.surprisal.text.WindowPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts are the same in every locale: with digits of its own, a comma, or another i. */
final class LocaleTest {

  private final Locale usual = Locale.getDefault();

  @AfterEach
  void restore() {
    Locale.setDefault(usual);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "fa-IR", "tr-TR", "de-DE", "hi-IN-u-nu-deva"})
  void changesNoText(String tag) {
    Locale.setDefault(Locale.ROOT);
    List<String> expected = texts();
    Locale.setDefault(Locale.forLanguageTag(tag));
    assertThat(texts()).isEqualTo(expected);
  }

  @Test
  void wouldChangeTextsThatAskForIt() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    assertThat(String.format("%,d", 1234)).isNotEqualTo("1,234");
  }

  private static List<String> texts() {
    FloatTensor logits = FloatTensor.of(new float[][] {{1.5f, 2}, {3, 4}, {5, 6}, {0, 1}});
    FloatTensor others = FloatTensor.of(new float[][] {{1.25f, 2}, {3, 5}, {5, 6}, {9, 1}});
    IntTensor targets = IntTensor.of(0, 1, -100, 1);
    TokenBytes bytes = TokenBytes.of(new byte[][] {new byte[1234567], {}});
    LossReport loss =
        new LossAccumulator().add(logits, targets, bytes).addWords(1234).endDocument().report();
    ComparisonReport comparison =
        new ComparisonAccumulator().add(logits, others, targets).endDocument().report();
    TokenBytes vocabulary = TokenBytes.of(new byte[][] {{'I'}, new byte[1234], null});
    byte[] text = "I am".getBytes(StandardCharsets.UTF_8);
    List<String> texts = new ArrayList<>(errors(logits, targets, vocabulary));
    texts.add(loss.toString());
    texts.add(loss.toJson());
    texts.add(loss.lossInterval(0.95).toString());
    texts.add(comparison.toString());
    texts.add(comparison.toJson());
    texts.add(vocabulary.audit(IntTensor.of(0, 1), text).toString());
    texts.add(vocabulary.audit(IntTensor.of(0), text).toString());
    texts.add(logits.toString());
    texts.add(DoubleTensor.of(0.5, 12).toString());
    texts.add(CrossEntropyOptions.defaults().labelSmoothing(0.125).toString());
    texts.add(WindowPlan.sliding(1024, 512).windows(2000).toString());
    texts.add(Surprisal.kernels());
    return texts;
  }

  private static List<String> errors(FloatTensor logits, IntTensor targets, TokenBytes vocabulary) {
    return List.of(
        message(() -> Losses.crossEntropy(logits, IntTensor.of(0, 1, 0, 12))),
        message(() -> Losses.crossEntropy(logits, IntTensor.of(0, 1))),
        message(() -> FloatTensor.wrap(new float[12], 3, 5)),
        message(() -> FloatTensor.of(new float[][] {{1}, {2, 3}})),
        message(() -> logits.get(12, 0)),
        message(() -> logits.slice(3, 12)),
        message(() -> IntTensor.copyOf(new long[] {1L << 40}, 1)),
        message(() -> Shape.of(12, -3)),
        message(() -> CrossEntropyOptions.defaults().labelSmoothing(12.5)),
        message(() -> WindowPlan.sliding(12, 34)),
        message(() -> vocabulary.length(12)),
        message(() -> vocabulary.lengths(IntTensor.of(2))),
        message(() -> vocabulary.audit(targets, "\uD83D")),
        message(() -> LossAccumulator.fromByteArray(new byte[12])),
        message(() -> LossAccumulator.fromByteArray(new byte[5])),
        message(() -> ComparisonAccumulator.fromByteArray(new byte[12])));
  }

  private static String message(ThrowingCallable wrong) {
    Throwable thrown = catchThrowable(wrong);
    assertThat(thrown).isInstanceOf(RuntimeException.class);
    return String.valueOf(thrown.getMessage());
  }
}
