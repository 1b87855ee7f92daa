/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.surprisal.DistillationOptions.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DistillationOptionsTest {
  private static final DistillationOptions DEFAULTS = DistillationOptions.defaults();
  private static final IntTensor TARGETS = IntTensor.of(1, -100);

  @Test
  void defaults() {
    assertThat(DEFAULTS.temperature()).isEqualTo(1.0);
    assertThat(DEFAULTS.squaredTemperature()).isTrue();
    assertThat(DEFAULTS.direction()).isEqualTo(Direction.FORWARD);
    assertThat(DEFAULTS.beta()).isEqualTo(0.5);
    assertThat(DEFAULTS.ignoreWhere()).isEmpty();
    assertThat(DEFAULTS.ignoreIndex()).isEqualTo(-100);
    assertThat(DEFAULTS.classAxis()).isEqualTo(-1);
    assertThat(DEFAULTS.parallel()).isTrue();
  }

  @Test
  void settersKeepTheOtherOptions() {
    DistillationOptions options =
        DEFAULTS
            .temperature(2)
            .squaredTemperature(false)
            .direction(Direction.JENSEN_SHANNON)
            .beta(0.25)
            .ignoreWhere(TARGETS, 7)
            .classAxis(1)
            .parallel(false)
            .vocabulary(3);
    for (DistillationOptions same :
        List.of(
            options,
            options.temperature(2),
            options.squaredTemperature(false),
            options.direction(Direction.JENSEN_SHANNON),
            options.beta(0.25),
            options.ignoreWhere(TARGETS, 7),
            options.classAxis(1),
            options.parallel(false),
            options.vocabulary(3))) {
      assertThat(same.temperature()).isEqualTo(2.0);
      assertThat(same.squaredTemperature()).isFalse();
      assertThat(same.direction()).isEqualTo(Direction.JENSEN_SHANNON);
      assertThat(same.beta()).isEqualTo(0.25);
      assertThat(same.ignoreWhere()).contains(TARGETS);
      assertThat(same.ignoreIndex()).isEqualTo(7);
      assertThat(same.classAxis()).isEqualTo(1);
      assertThat(same.parallel()).isFalse();
      assertThat(same.vocabulary()).hasValue(3);
      assertThat(same).isEqualTo(options).hasSameHashCodeAs(options);
    }
    assertThat(DEFAULTS).isEqualTo(DistillationOptions.defaults()).isNotEqualTo(options);
  }

  @Test
  void everyOptionCountsInEquals() {
    List<DistillationOptions> others =
        List.of(
            DEFAULTS.temperature(2),
            DEFAULTS.squaredTemperature(false),
            DEFAULTS.direction(Direction.REVERSE),
            DEFAULTS.direction(Direction.JENSEN_SHANNON),
            DEFAULTS.beta(0.25),
            DEFAULTS.ignoreWhere(TARGETS),
            DEFAULTS.ignoreWhere(TARGETS, 1),
            DEFAULTS.ignoreWhere(IntTensor.of(1, 2)),
            DEFAULTS.classAxis(0),
            DEFAULTS.parallel(false),
            DEFAULTS.vocabulary(1),
            DEFAULTS.vocabulary(2));
    assertThat(others).doesNotContain(DEFAULTS).doesNotHaveDuplicates();
    assertThat(DEFAULTS).isNotEqualTo("defaults");
  }

  @Test
  void theTemperatureIsAboveZeroAndFinite() {
    for (double fine : new double[] {Double.MIN_VALUE, 1, Double.MAX_VALUE}) {
      assertThat(DEFAULTS.temperature(fine).temperature()).isEqualTo(fine);
    }
    for (double wrong : new double[] {0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DEFAULTS.temperature(wrong))
          .withMessage("temperature is " + wrong + ", expected a finite number above 0");
    }
  }

  @Test
  void betaIsBetweenZeroAndOne() {
    for (double fine : new double[] {Double.MIN_VALUE, 0.5, Math.nextDown(1.0)}) {
      assertThat(DEFAULTS.beta(fine).beta()).isEqualTo(fine);
    }
    for (double wrong : new double[] {0, 1, -0.5, 1.5, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DEFAULTS.beta(wrong))
          .withMessage(
              "beta is "
                  + wrong
                  + ", expected 0 < beta < 1: at the ends the divergence is 0; for one of its parts"
                  + " take the direction FORWARD or REVERSE");
    }
  }

  @Test
  void theClassAxisIsOneThatSomeShapeHas() {
    assertThat(DEFAULTS.classAxis(-8).classAxis()).isEqualTo(-8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.classAxis(8))
        .withMessage("classAxis is 8, expected -8 to 7");
  }

  @Test
  @SuppressWarnings("NullAway")
  void nothingIsNull() {
    assertThatNullPointerException().isThrownBy(() -> DEFAULTS.direction(null));
    assertThatNullPointerException().isThrownBy(() -> DEFAULTS.ignoreWhere(null));
  }

  @Test
  void writesEveryOption() {
    assertThat(DEFAULTS)
        .hasToString(
            "DistillationOptions[temperature=1.0, squaredTemperature=true, direction=FORWARD,"
                + " beta=0.5, ignoreWhere=none, ignoreIndex=-100, classAxis=-1, parallel=true,"
                + " vocabulary=none]");
    assertThat(DEFAULTS.vocabulary(7).toString()).endsWith(", vocabulary=7]");
    assertThat(DEFAULTS.ignoreWhere(TARGETS, 3).toString())
        .contains("ignoreWhere=IntTensor(2)[1, -100], ignoreIndex=3, ");
  }
}
