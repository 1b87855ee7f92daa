/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.surprisal.sum.ExactSumTest;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DoubleTensorTest {
  private static final double[] SIX = {1, -2, 0.5, 4, -0.0, 6};

  @Test
  void readsItsElements() {
    DoubleTensor tensor = DoubleTensor.wrap(SIX, 2, 3);
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(tensor.size()).isEqualTo(6);
    assertThat(tensor.rank()).isEqualTo(2);
    assertThat(tensor.get(1, 0)).isEqualTo(4);
    assertThat(tensor.at(2)).isEqualTo(0.5);
    assertThat(tensor.toArray()).containsExactly(SIX);
    assertThat(tensor).hasToString("DoubleTensor(2, 3)[[1.0, -2.0, 0.5], [4.0, -0.0, 6.0]]");
  }

  @Test
  void copiesAreIndependentAndWrapShares() {
    double[] data = {1, 2};
    DoubleTensor copy = DoubleTensor.copyOf(data, 2);
    DoubleTensor values = DoubleTensor.of(data);
    DoubleTensor shared = DoubleTensor.wrap(data, 2, 1);
    data[1] = 7;
    copy.toArray()[1] = 8;
    assertThat(copy.get(1)).isEqualTo(2);
    assertThat(values.get(1)).isEqualTo(2);
    assertThat(shared.reshape(2).slice(1, 2).get(0)).isEqualTo(7);
  }

  @Test
  void viewsKnowOnlyTheirPart() {
    DoubleTensor tensor = DoubleTensor.wrap(SIX, 3, 2).slice(1, 3);
    assertThat(tensor.toArray()).containsExactly(0.5, 4, -0.0, 6);
    assertThat(tensor.sum()).isEqualTo(10.5);
    assertThat(tensor.slice(1, 2).mean()).isEqualTo(3);
    assertThat(tensor)
        .isEqualTo(DoubleTensor.of(0.5, 4, -0.0, 6).reshape(-1, 2))
        .hasSameHashCodeAs(DoubleTensor.of(0.5, 4, -0.0, 6).reshape(-1, 2));
  }

  @Test
  void equalsComparesBits() {
    assertThat(DoubleTensor.of(Double.NaN)).isEqualTo(DoubleTensor.of(Double.NaN));
    assertThat(DoubleTensor.of(0.0)).isNotEqualTo(DoubleTensor.of(-0.0));
    assertThat(DoubleTensor.of(1)).isNotEqualTo(DoubleTensor.of(2)).isNotEqualTo(1.0);
    assertThat(DoubleTensor.wrap(new double[0], 0, 3))
        .isNotEqualTo(DoubleTensor.wrap(new double[0], 3, 0));
  }

  @Test
  void sumIsExact() {
    assertThat(DoubleTensor.of(1e100, 1, -1e100).sum()).isEqualTo(1);
    assertThat(DoubleTensor.of(1e30, 1e-65, -1e30).sum()).isEqualTo(1e-65);
    double[] tenths = new double[10];
    Arrays.fill(tenths, 0.1);
    assertThat(DoubleTensor.of(tenths).sum()).isEqualTo(1.0);
    assertThat(DoubleTensor.of(tenths).mean()).isEqualTo(0.1);
  }

  @Property
  void sumAgreesWithBigDecimalInAnyOrder(@ForAll double[] values) {
    BigDecimal exact = BigDecimal.ZERO;
    double[] reversed = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      exact = exact.add(new BigDecimal(values[i]));
      reversed[values.length - 1 - i] = values[i];
    }
    assertThat(DoubleTensor.of(values).sum()).isEqualTo(ExactSumTest.nearest(exact));
    assertThat(DoubleTensor.of(reversed).sum()).isEqualTo(DoubleTensor.of(values).sum());
  }

  @Test
  void sumsOfSpecialValues() {
    double infinity = Double.POSITIVE_INFINITY;
    assertThat(DoubleTensor.of().sum()).isEqualTo(0.0);
    assertThat(DoubleTensor.of().mean()).isNaN();
    assertThat(DoubleTensor.of(1, Double.NaN).sum()).isNaN();
    assertThat(DoubleTensor.of(infinity, 1).sum()).isEqualTo(infinity);
    assertThat(DoubleTensor.of(-infinity, 1).mean()).isEqualTo(-infinity);
    assertThat(DoubleTensor.of(infinity, -infinity).sum()).isNaN();
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DoubleTensor.copyOf(SIX, 5))
        .withMessage("data has length 6, expected 5 for shape (5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DoubleTensor.wrap(SIX, 7))
        .withMessage("data has length 6, expected 7 for shape (7)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DoubleTensor.of(SIX).reshape(2, 2))
        .withMessage("shape (6) of 6 elements cannot be reshaped to (2, 2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DoubleTensor.of(SIX).slice(3, 2))
        .withMessage("slice [3, 2) is outside axis 0 of extent 6 in shape (6)");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> DoubleTensor.of(SIX).get(-1))
        .withMessage("index -1 is outside axis 0 of extent 6 in shape (6)");
  }

  @Test
  void hasTheFormsOfTheOtherTensors() {
    double[] data = SIX.clone();
    DoubleTensor expected = DoubleTensor.copyOf(SIX, 2, 3);
    DoubleBuffer direct =
        ByteBuffer.allocateDirect(48).order(ByteOrder.nativeOrder()).asDoubleBuffer().put(0, SIX);
    DoubleTensor at = DoubleTensor.wrapAt(data, 1, 2);
    DoubleTensor buffer = DoubleTensor.wrap(DoubleBuffer.wrap(data).position(1), 2);
    assertThat(DoubleTensor.of(new double[][] {{1, -2, 0.5}, {4, -0.0, 6}})).isEqualTo(expected);
    assertThat(DoubleTensor.of(new double[][][] {{{1, -2, 0.5}, {4, -0.0, 6}}}))
        .isEqualTo(expected.reshape(1, 2, 3));
    assertThat(DoubleTensor.wrap(direct, 2, 3)).isEqualTo(expected);
    assertThat(DoubleTensor.wrap(DoubleBuffer.wrap(SIX).asReadOnlyBuffer(), 2, 3))
        .isEqualTo(expected);
    assertThat(DoubleTensor.scalar(2.5).get()).isEqualTo(2.5);
    data[1] = 7;
    direct.put(0, 7);
    assertThat(at.get(0)).isEqualTo(7);
    assertThat(buffer.get(0)).isEqualTo(7);
    assertThat(DoubleTensor.wrap(direct.position(4), 2)).isEqualTo(DoubleTensor.of(-0.0, 6));
    assertThat(direct.position()).isEqualTo(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DoubleTensor.wrap(DoubleBuffer.wrap(SIX)))
        .withMessageContaining("the shape is missing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DoubleTensor.wrapAt(data, 7, 0))
        .withMessage("offset 7 is outside data of length 6");
  }

  @Test
  void textNeverGrowsLong() {
    double[] data = new double[512];
    Arrays.fill(data, -Double.MAX_VALUE);
    assertThat(DoubleTensor.wrap(data, 8, 8, 8).toString())
        .startsWith("DoubleTensor(8, 8, 8)[[[-1.7976931348623157E308, -1.79")
        .endsWith("…")
        .hasSize(2000);
    assertThat(DoubleTensor.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
        .hasToString("DoubleTensor(10)[1.0, 2.0, 3.0, …, 8.0, 9.0, 10.0]");
  }
}
