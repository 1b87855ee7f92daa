/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where the bins of probabilities begin and end, to the bit. */
final class PredictionTotalsTest {

  @Test
  void theUpperEndBelongsToABin() {
    for (int bin = 0; bin < PredictionTotals.BINS; bin++) {
      double end = PredictionTotals.end(bin);
      assertThat(end).isEqualTo((bin + 1) / 15.0);
      assertThat(PredictionTotals.bin(Math.nextDown(end))).isEqualTo(bin);
      assertThat(PredictionTotals.bin(end)).isEqualTo(bin);
      assertThat(PredictionTotals.bin(Math.nextUp(end))).isEqualTo(Math.min(bin + 1, 14));
    }
    assertThat(PredictionTotals.bin(0x1p-31)).isZero();
    assertThat(PredictionTotals.end(-1)).isZero();
    assertThat(PredictionTotals.end(14)).isEqualTo(1);
  }
}
