/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Bits per byte are of the whole text or not at all. */
final class MissingByteCountsTest {

  private static final FloatTensor LOGITS =
      FloatTensor.of(new float[][] {{2, 0.5f, -1}, {0.1f, 0.2f, 3}, {1, 1, 1}, {0, 2, 0}});
  private static final IntTensor TARGETS = IntTensor.of(0, 2, 1, 0);
  private static final IntTensor BYTES = IntTensor.of(3, 1, 4, 0);

  private static LossAccumulator withBytes() {
    return new LossAccumulator().add(LOGITS, TARGETS, BYTES);
  }

  @Test
  void tokensWithAndWithout() {
    LossReport half = withBytes().add(LOGITS, TARGETS).report();
    assertThat(half.bitsPerByte()).isNaN();
    assertThat(half.tokensWithoutByteCount()).isEqualTo(4);
    assertThat(half.zeroByteTokens()).isEqualTo(1);
    assertThat(half.scoredBytes()).isEqualTo(8);
    assertThat(half.standardErrors().ofBitsPerByte()).isNaN();
    assertThat(half.bitsPerByteInterval(0.95).low()).isNaN();
    assertThat(half.standardErrors().ofLoss()).isPositive();
    assertThat(half.toJson("bitsPerByte", "tokensWithoutByteCount"))
        .isEqualTo(
            "{\"bitsPerByte\":null,\"tokensWithoutByteCount\":4,"
                + "\"notNumbers\":{\"bitsPerByte\":\"NaN\"}}");
    assertThat(half.toString())
        .contains("bits per byte    NaN: 4 of 8 scored tokens came without a byte count\n");
  }

  @Test
  void oneRowIsEnough() {
    assertThat(withBytes().addRow(new float[3], 1).report().bitsPerByte()).isNaN();
    assertThat(withBytes().addRow(new float[3], -100).report().bitsPerByte()).isNotNaN();
    assertThat(withBytes().addRow(new float[3], 0, 3, 1, 0).report().bitsPerByte()).isNotNaN();
  }

  @Test
  void allOfThemWithout() {
    LossReport none = new LossAccumulator().add(LOGITS, TARGETS).report();
    assertThat(none.tokensWithoutByteCount()).isEqualTo(4);
    assertThat(none.bitsPerByte()).isNaN();
    assertThat(none.toString()).doesNotContain("byte");
  }

  @Test
  void allOfThemWith() {
    LossReport report = withBytes().report();
    assertThat(report.tokensWithoutByteCount()).isZero();
    assertThat(report.bitsPerByte()).isBetween(0.2, 0.3);
    assertThat(report.toString()).contains("over 8 bytes").doesNotContain("without");
  }

  /** The count is exact in any order of merging, and after a journey. */
  @Test
  void mergedAndSent() {
    LossAccumulator one = withBytes().endDocument();
    LossAccumulator other = new LossAccumulator().add(LOGITS, TARGETS).endDocument();
    LossReport expected = Combined.of(withBytes().endDocument(), other).report();
    assertThat(expected.tokensWithoutByteCount()).isEqualTo(4);
    other.combine(LossAccumulator.fromByteArray(one.toByteArray()));
    assertThat(other.report()).isEqualTo(expected);
    assertThat(LossAccumulator.fromByteArray(other.toByteArray()).report()).isEqualTo(expected);
    assertThat(expected.standardErrorsByDocument().ofBitsPerByte()).isNaN();
    assertThat(expected.standardErrorsByDocument().ofLoss()).isNotNaN();
  }
}
