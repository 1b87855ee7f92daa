/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.file.ElementType;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorLookTest {

  @ParameterizedTest
  @EnumSource(names = {"FLOAT64", "FLOAT32", "FLOAT16", "BFLOAT16"})
  void realRows(ElementType type) throws IOException {
    for (String name : new String[] {"bytes256", "bpe2048"}) {
      FloatTensor logits = RealLogits.read(name);
      assertThat(look(logits, type)).isEqualTo(TensorLook.LOGITS);
      FloatTensor logProbs = RealLogits.logProbs(logits);
      assertThat(look(logProbs, type)).isEqualTo(TensorLook.LOG_PROBABILITIES);
      assertThat(look(RealLogits.exp(logProbs), type)).isEqualTo(TensorLook.PROBABILITIES);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT64", "FLOAT32", "FLOAT16", "BFLOAT16"})
  void uniformRowsOfLargeVocabularies(ElementType type) {
    for (int columns : new int[] {2, 100, 50257, 128_256, 256_000}) {
      FloatTensor logProbs = RealLogits.logProbs(FloatTensor.wrap(new float[columns], 1, columns));
      assertThat(look(logProbs, type)).isEqualTo(TensorLook.LOG_PROBABILITIES);
      if (type != ElementType.FLOAT16 || columns < 10_000) { // where 1/columns is not subnormal
        assertThat(look(RealLogits.exp(logProbs), type)).isEqualTo(TensorLook.PROBABILITIES);
      }
    }
  }

  @Test
  void specialRows() {
    float infinity = Float.POSITIVE_INFINITY;
    assertThat(look(FloatTensor.of(new float[][] {{0, -infinity}, {-infinity, 0}})))
        .isEqualTo(TensorLook.LOG_PROBABILITIES);
    assertThat(look(FloatTensor.of(new float[][] {{0, 1, 0}}))).isEqualTo(TensorLook.PROBABILITIES);
    for (float[] row :
        new float[][] {
          {0, 0},
          {-infinity, -infinity},
          {Float.NaN, 0, 1},
          {infinity, 0},
          {-1, 2},
          {1.5f, -0.5f},
          {1, 1},
          {0}
        }) {
      assertThat(look(FloatTensor.of(new float[][] {row}))).isEqualTo(TensorLook.LOGITS);
    }
    assertThat(look(FloatTensor.of(new float[][] {{0, 1}, {0.25f, 0.5f}})))
        .isEqualTo(TensorLook.LOGITS);
    assertThat(look(FloatTensor.wrap(new float[0], 0, 5))).isEqualTo(TensorLook.LOGITS);
    assertThat(look(FloatTensor.wrap(new float[0], 5, 0))).isEqualTo(TensorLook.LOGITS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes256", "bpe2048"})
  void realIntegers(String name) throws IOException {
    for (String targets : new String[] {"_targets", "_targets_masked"}) {
      assertThat(TensorLook.of(RealLogits.integers(name + targets), ElementType.INT64))
          .isEqualTo(TensorLook.TARGETS);
    }
    assertThat(TensorLook.of(RealLogits.integers(name + "_token_bytes"), ElementType.INT64))
        .isEqualTo(TensorLook.BYTE_COUNTS);
  }

  @Test
  void integers() {
    assertThat(look(0, 1, 1, 0)).isEqualTo(TensorLook.MASK);
    assertThat(TensorLook.of(new long[] {1, 1}, ElementType.BOOL)).isEqualTo(TensorLook.MASK);
    assertThat(look(1, 1, 1)).isEqualTo(TensorLook.BYTE_COUNTS);
    assertThat(look(4, 0, 3, 12, 1)).isEqualTo(TensorLook.BYTE_COUNTS);
    assertThat(look(-100, 1, 2)).isEqualTo(TensorLook.TARGETS);
    assertThat(look(-1, 1, -1, 2)).isEqualTo(TensorLook.TARGETS);
    assertThat(look(40, 7, 200)).isEqualTo(TensorLook.TARGETS);
    assertThat(look(-1, -2, 5)).isEqualTo(TensorLook.INTEGERS);
    assertThat(look(0, 1L << 31)).isEqualTo(TensorLook.INTEGERS);
    assertThat(look(-100, -100)).isEqualTo(TensorLook.INTEGERS);
    assertThat(look()).isEqualTo(TensorLook.TARGETS);
  }

  @Test
  void inWords() {
    assertThat(TensorLook.LOG_PROBABILITIES).hasToString("log-probabilities");
    assertThat(TensorLook.TARGETS).hasToString("token ids");
  }

  private static TensorLook look(long... values) {
    return TensorLook.of(values, ElementType.INT64);
  }

  private static TensorLook look(FloatTensor rows) {
    return TensorLook.of(rows, ElementType.FLOAT32);
  }

  /** Looks at rows as they are once they were saved. */
  private static TensorLook look(FloatTensor rows, ElementType type) {
    return TensorLook.of(RealLogits.read(RealLogits.bytes(rows, type), type, rows), type);
  }
}
