/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Divergences without the rows whose target is ignored. */
final class MaskedDivergenceTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final FloatTensor P =
      FloatTensor.of(new float[][] {{1, 2, 3}, {Float.NaN, 0, 0}, {0, 4, 0}});
  private static final FloatTensor Q =
      FloatTensor.of(new float[][] {{3, 2, 1}, {0, 0, 0}, {1, 1, Float.NEGATIVE_INFINITY}});
  private static final IntTensor TARGETS = IntTensor.of(2, -100, 0);

  /** Padding counts in the mean over all rows, and not over the scored ones. */
  @Test
  void paddingIsNeitherReadNorCounted() {
    FloatTensor p = P.slice(0, 2);
    FloatTensor q = Q.slice(0, 2);
    IntTensor targets = TARGETS.slice(0, 2);
    double alone = Losses.klDivergence(P.slice(0, 1), Q.slice(0, 1));
    assertThat(alone).isPositive();
    assertThat(Losses.klDivergence(p, q)).isNaN();
    assertThat(Losses.klDivergence(p, q, targets)).isEqualTo(alone);
    assertThat(Losses.klDivergence(p, q, targets, DEFAULTS.reduction(Reduction.SUM)))
        .isEqualTo(alone);
    assertThat(Losses.klDivergencePerToken(P, Q, TARGETS))
        .isEqualTo(DoubleTensor.of(alone, 0, Double.POSITIVE_INFINITY));
    FloatTensor padding = FloatTensor.of(new float[][] {{1, 2, 3}, {9, 9, 9}});
    FloatTensor others = FloatTensor.of(new float[][] {{3, 2, 1}, {9, 9, 9}});
    assertThat(Losses.klDivergence(padding, others)).isEqualTo(alone / 2);
    assertThat(Losses.klDivergence(padding, others, targets)).isEqualTo(alone);
  }

  @Test
  void theIgnoreIndexMayBeAClass() {
    CrossEntropyOptions options = DEFAULTS.ignoreIndex(1);
    assertThat(Losses.klDivergencePerToken(P, Q, IntTensor.of(1, 1, 2), options))
        .isEqualTo(DoubleTensor.of(0, 0, Double.POSITIVE_INFINITY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.klDivergence(P, Q, options))
        .withMessage(
            "ignoreIndex is 1, expected a negative value: a divergence without targets ignores no"
                + " row; give the targets");
  }

  @Test
  void withoutScoredRows() {
    IntTensor none = IntTensor.of(-100, -100, -100);
    assertThat(Losses.klDivergence(P, Q, none)).isNaN();
    assertThat(Losses.klDivergence(P, Q, none, DEFAULTS.reduction(Reduction.SUM))).isZero();
    FloatTensor noClass = FloatTensor.wrap(new float[0], 3, 0);
    assertThat(Losses.klDivergence(noClass, noClass, none)).isNaN();
    assertThat(Losses.klDivergencePerToken(noClass, noClass, none))
        .isEqualTo(DoubleTensor.of(0, 0, 0));
  }

  @Test
  void badArguments() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.klDivergence(P, Q, IntTensor.of(0)))
        .withMessage("targets have shape (1), expected (3) for logitsP of shape (3, 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.klDivergencePerToken(P, Q, IntTensor.of(0, 1, 3)))
        .withMessage("target at index (2) is 3, expected 0 <= target < 3 or the ignore index -100");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.klDivergence(P, Q.slice(0, 2), TARGETS))
        .withMessage("logitsQ has shape (2, 3), expected (3, 3), the shape of logitsP");
  }

  @ParameterizedTest
  @EnumSource(Route.class)
  void everyRouteHasTheSameBits(Route route) {
    int rows = 300;
    int classes = 1_100;
    Random random = new Random(3);
    float[] p = AdversarialRows.normal(rows * classes, random, 3, 0);
    float[] q = AdversarialRows.normal(rows * classes, random, 3, 0);
    int[] targets = random.ints(rows, -1, classes).map(t -> t % 3 == 0 ? -100 : t + 1).toArray();
    for (int row = 0; row < rows; row++) {
      targets[row] = Math.min(targets[row], classes - 1);
    }
    DoubleTensor all =
        Losses.klDivergencePerToken(
            FloatTensor.wrap(p, rows, classes), FloatTensor.wrap(q, rows, classes));
    double[] expected = all.toArray();
    for (int row = 0; row < rows; row++) {
      expected[row] = targets[row] == -100 ? 0 : expected[row];
    }
    FloatTensor tensorP = route.tensor(p, rows, classes);
    FloatTensor tensorQ = route.tensor(q, rows, classes);
    IntTensor perRow = route.perRow(targets);
    assertThat(Losses.klDivergencePerToken(tensorP, tensorQ, perRow, route.options()).toArray())
        .isEqualTo(expected);
    CrossEntropyOptions sum = route.options().reduction(Reduction.SUM);
    assertThat(Losses.klDivergence(tensorP, tensorQ, perRow, sum))
        .isEqualTo(DoubleTensor.of(expected).sum());
  }
}
