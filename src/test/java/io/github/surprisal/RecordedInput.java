/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Arrays;

/**
 * Rows of logits with all that belongs to them, made by integer arithmetic and single IEEE
 * operations only, so that they are the same on every machine.
 */
final class RecordedInput {
  private final String name;
  private final int rows;
  private final int classes;
  private final float[] logits;

  /**
   * An input.
   *
   * @param name what the results are recorded under
   * @param logits rows × classes, row-major; not copied
   */
  RecordedInput(String name, int rows, int classes, float[] logits) {
    this.name = name;
    this.rows = rows;
    this.classes = classes;
    this.logits = logits;
  }

  String name() {
    return name;
  }

  int rows() {
    return rows;
  }

  int classes() {
    return classes;
  }

  float[] logits() {
    return logits;
  }

  @Override
  public String toString() {
    return name;
  }

  /** The hash that {@code conformance/README.md} lays down for "hash logits". */
  static int hash(int index, int seed) {
    int z = (index + 1) * 0x9E3779B9 + seed;
    z ^= z >>> 16;
    z *= 0x21F0AAAD;
    z ^= z >>> 15;
    z *= 0x735A2D97;
    z ^= z >>> 15;
    return z;
  }

  /** A hash logit in [−2^(23−k), 2^(23−k)). */
  static float hashLogit(int index, int seed, int k) {
    return Math.scalb((float) ((hash(index, seed) >>> 8) - 8388608), -k);
  }

  private static float[] hashes(int size, int seed, int k) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = hashLogit(i, seed, k);
    }
    return values;
  }

  /** Changes an element of a row. */
  @FunctionalInterface
  interface Change {
    float apply(float logit, int row, int index);
  }

  /** Hash logits in [−2^(23−k), 2^(23−k)). */
  static RecordedInput hashed(String name, int rows, int classes, int k) {
    return new RecordedInput(name, rows, classes, hashes(rows * classes, rows + classes, k));
  }

  RecordedInput changed(Change change) {
    float[] values = logits.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = change.apply(values[i], i / classes, i % classes);
    }
    return new RecordedInput(name, rows, classes, values);
  }

  /** Some class for each row; every fifth row is ignored. */
  int[] targets() {
    int[] targets = new int[rows];
    for (int row = 0; row < rows; row++) {
      targets[row] =
          row % 5 == 4 ? CrossEntropyOptions.DEFAULT_IGNORE_INDEX : targetOf(row, classes);
    }
    return targets;
  }

  static int targetOf(int row, int classes) {
    return (int) ((row * 7919L + classes / 2) % classes);
  }

  /** Bytes of each target token, some 0. */
  int[] tokenBytes() {
    int[] bytes = new int[rows];
    Arrays.setAll(bytes, row -> row % 4);
    return bytes;
  }

  /** Weights in [0, 1), one a class; every seventh is 0. */
  float[] weights() {
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = c % 7 == 5 ? 0f : (hash(c, 77) >>> 8) * 0x1p-24f;
    }
    return weights;
  }

  /** Target probabilities that add up to about 1 in each row; 0 for every third class. */
  float[] probabilities() {
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < probabilities.length; i++) {
      float share = (hash(i, 99) >>> 8) * 0x1p-24f;
      probabilities[i] = i % classes % 3 == 1 ? 0f : share * 3 / classes;
    }
    return probabilities;
  }

  /** Logits of another distribution. */
  float[] others() {
    return hashes(logits.length, 1234, 21);
  }

  float[] row(float[] of, int row) {
    return Arrays.copyOfRange(of, row * classes, (row + 1) * classes);
  }
}
