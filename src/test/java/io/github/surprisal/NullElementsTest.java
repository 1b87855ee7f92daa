/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.surprisal.text.Window;
import io.github.surprisal.text.WindowBatch;
import io.github.surprisal.text.WindowPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Null among the elements of an argument is named with its index, wherever it stands. */
final class NullElementsTest {

  private static void assertNamed(ThrowingCallable call, String name, int index) {
    assertThatIllegalArgumentException()
        .isThrownBy(call)
        .withMessage(name + " " + index + " is null, expected a " + name);
  }

  @Test
  void ofNestedArrays() {
    for (int i = 0; i < 3; i++) {
      int index = i;
      float[][] floats = {{1, 2}, {3, 4}, {5, 6}};
      floats[index] = null;
      assertNamed(() -> FloatTensor.of(floats), "row", index);
      int[][] ints = {{1, 2}, {3, 4}, {5, 6}};
      ints[index] = null;
      assertNamed(() -> IntTensor.of(ints), "row", index);
      float[][][] planes = {{{1}, {2}}, {{3}, {4}}, {{5}, {6}}};
      planes[index] = null;
      assertNamed(() -> FloatTensor.of(planes), "plane", index);
      double[][] doubles = {{1, 2}, {3, 4}, {5, 6}};
      doubles[index] = null;
      assertNamed(() -> FloatTensor.of(doubles), "row", index);
      assertNamed(() -> DoubleTensor.of(doubles), "row", index);
      long[][] longs = {{1, 2}, {3, 4}, {5, 6}};
      longs[index] = null;
      assertNamed(() -> IntTensor.of(longs), "row", index);
      double[][][] doublePlanes = {{{1}}, {{2}}, {{3}}};
      doublePlanes[index] = null;
      assertNamed(() -> FloatTensor.of(doublePlanes), "plane", index);
      int[][][] intPlanes = {{{1}}, {{2}}, {{3}}};
      intPlanes[index] = null;
      assertNamed(() -> IntTensor.of(intPlanes), "plane", index);
      float[][][] rows = {{{1}}, {{2}}, {{3}}};
      rows[index][0] = null;
      assertNamed(() -> FloatTensor.of(rows), "row", index);
    }
  }

  @Test
  void ofWindows() {
    IntTensor tokens = IntTensor.of(1, 2, 3, 4, 5, 6);
    for (int i = 0; i < 3; i++) {
      List<Window> windows = new ArrayList<>(WindowPlan.disjoint(2).windows(6));
      windows.set(i, null);
      assertNamed(() -> WindowBatch.of(windows, tokens, 0), "window", i);
      IntTensor any = IntTensor.of(new int[3][2]);
      assertNamed(() -> new WindowBatch(windows, any, any), "window", i);
    }
  }

  @Test
  void ofKeys() {
    LossReport report = new LossAccumulator().report();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.toJson("loss", null))
        .withMessageStartingWith("key 1 is null, expected a key");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.toJson(Arrays.copyOf(new String[0], 1)))
        .withMessageStartingWith("key 0 is null, expected a key");
  }
}
