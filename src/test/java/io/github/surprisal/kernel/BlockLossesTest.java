/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The losses of rows that are taken together have the bits of those that are taken alone. */
final class BlockLossesTest {

  /** Where the logarithm's formula changes, and where its scaling does. */
  private static final double[] EDGES = {
    Logarithm.UNSCALED, Math.sqrt(2) - 1, 1, Math.sqrt(8) - 1, Math.sqrt(512) - 1, 0x1p52, 0x1p53
  };

  private static final double[] MEANINGLESS = {
    0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300, -1e300
  };

  private final RowKernels kernels = RowKernelProvider.kernels();
  private final RowBlock block = new RowBlock();

  private void assertAsAlone(int rows, String description) {
    kernels.endLosses(block, rows);
    for (int row = 0; row < rows; row++) {
      double targetTerm = Exponential.exp(block.targetGaps[row]);
      double others = block.otherTerms[row];
      String where = description + ", row " + row + " of " + rows;
      assertThat(block.totals[row]).as(where).isEqualTo(others + targetTerm);
      assertThat(block.nlls[row]).as(where).isEqualTo(Logarithm.log1p(others / targetTerm));
    }
  }

  @Test
  void ofAnySize() {
    long seed = 20261126;
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 3000; trial++) {
      int rows = 1 + random.nextInt(trial % 100 == 0 ? RowBlock.MAX_ROWS : 40);
      for (int row = 0; row < rows; row++) {
        block.targetGaps[row] = (random.nextDouble() - 0.5) * 0.7;
        block.otherTerms[row] = Math.scalb(1 + random.nextDouble(), random.nextInt(-61, 95));
      }
      assertAsAlone(rows, "seed " + seed + ", trial " + trial);
    }
  }

  @Test
  void whereTheFormulaChanges() {
    for (double edge : EDGES) {
      double x = edge;
      for (int step = 0; step < 20; step++) {
        x = Math.nextDown(x);
      }
      for (int row = 0; row < 40; row++, x = Math.nextUp(x)) {
        block.targetGaps[row] = 0;
        block.otherTerms[row] = x;
      }
      assertAsAlone(40, "around " + edge);
    }
  }

  @Test
  void whereOthersMeanNothing() {
    for (int row = 0; row < 64; row++) {
      boolean isMeant = row % 3 == 0;
      block.targetGaps[row] = isMeant ? 0.25 : MEANINGLESS[row % 7];
      block.otherTerms[row] = isMeant ? row + 1 : MEANINGLESS[(row / 7) % 7];
    }
    kernels.endLosses(block, 64);
    for (int row = 0; row < 64; row += 3) {
      double targetTerm = Exponential.exp(0.25);
      assertThat(block.totals[row]).isEqualTo(row + 1 + targetTerm);
      assertThat(block.nlls[row]).isEqualTo(Logarithm.log1p((row + 1) / targetTerm));
    }
  }
}
