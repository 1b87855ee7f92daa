/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ShapeTest {
  private static final int HUGE = Integer.MAX_VALUE;

  @Test
  void knowsItsAxesAndSize() {
    Shape shape = Shape.of(2, 3, 50257);
    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.size()).isEqualTo(301_542);
    assertThat(shape.axis(0)).isEqualTo(2);
    assertThat(shape.axis(1)).isEqualTo(3);
    assertThat(shape.axis(2)).isEqualTo(50257);
    assertThat(shape.axis(-1)).isEqualTo(50257);
    assertThat(shape.axis(-3)).isEqualTo(2);
    assertThat(shape.toArray()).containsExactly(2, 3, 50257);
  }

  @Test
  void scalarHasOneElementAndNoAxis() {
    assertThat(Shape.of().rank()).isZero();
    assertThat(Shape.of().size()).isEqualTo(1);
    assertThat(Shape.of().toArray()).isEmpty();
    assertThat(Shape.of()).hasToString("()");
  }

  @Test
  void writesExtentsInParentheses() {
    assertThat(Shape.of(2, 3, 50257)).hasToString("(2, 3, 50257)");
    assertThat(Shape.of(0)).hasToString("(0)");
  }

  @Test
  void doesNotShareItsArray() {
    int[] axes = {2, 3};
    Shape shape = Shape.of(axes);
    axes[0] = 9;
    shape.toArray()[1] = 9;
    assertThat(shape).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void equalsByExtents() {
    assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(Shape.of(0, 3)).isNotEqualTo(Shape.of(3, 0));
    assertThat(Shape.of(1)).isNotEqualTo(Shape.of());
    assertThat(Shape.of(6)).isNotEqualTo(Shape.of(2, 3));
    assertThat(Shape.of(1)).isNotEqualTo("(1)");
  }

  @Test
  void countsInLongArithmetic() {
    assertThat(Shape.of(HUGE, HUGE).size()).isEqualTo((long) HUGE * HUGE);
    assertThat(Shape.of(1 << 30, 1 << 30, 4 - 1).size()).isEqualTo(3L << 60);
    assertThat(Shape.of(7 * 73 * 127, 337 * 92737, 649657 * 7).size()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void zeroAxesMakeAnySizeZero() {
    assertThat(Shape.of(0).size()).isZero();
    assertThat(Shape.of(2, 0, 3).size()).isZero();
    assertThat(Shape.of(HUGE, HUGE, HUGE, 0).size()).isZero();
    assertThat(Shape.of(0, HUGE, HUGE, HUGE).size()).isZero();
  }

  @Test
  void allowsEightAxesAndNoMore() {
    assertThat(Shape.of(1, 2, 1, 2, 1, 2, 1, 2).rank()).isEqualTo(Shape.MAX_RANK);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(1, 2, 3, 4, 5, 6, 7, 8, 9))
        .withMessage("shape (1, 2, 3, 4, 5, 6, 7, 8, 9) has rank 9, expected at most 8");
  }

  @Test
  void refusesNegativeAxes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(2, -3))
        .withMessage("axis 1 of shape (2, -3) is negative: -3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(0, Integer.MIN_VALUE))
        .withMessage("axis 1 of shape (0, -2147483648) is negative: -2147483648");
  }

  @Test
  void refusesTooManyElements() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(1 << 30, 1 << 30, 8))
        .withMessage("shape (1073741824, 1073741824, 8) has more than 2^63 - 1 elements");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(HUGE, HUGE, HUGE))
        .withMessage("shape (2147483647, 2147483647, 2147483647) has more than 2^63 - 1 elements");
    assertThatIllegalArgumentException() // 2^64, which is 0 in a long
        .isThrownBy(() -> Shape.of(1 << 30, 1 << 30, 16, 5))
        .withMessage("shape (1073741824, 1073741824, 16, 5) has more than 2^63 - 1 elements");
  }

  @Test
  void refusesAxesItDoesNotHave() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(2, 3).axis(2))
        .withMessage("axis 2 does not exist in shape (2, 3) of rank 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(2, 3).axis(-3))
        .withMessage("axis -3 does not exist in shape (2, 3) of rank 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of().axis(-1))
        .withMessage("axis -1 does not exist in shape () of rank 0");
  }
}
