/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.References;
import io.github.surprisal.rows.ClassRows;
import java.util.Arrays;

/** What is known of rows that are taken together. Mutable; belongs to one thread. */
final class RowBlock {

  private static final int MOST = ClassRows.MOST_TOGETHER;

  /** Whether a row's terms are summed: the row is scored, and its target's logit not too large. */
  final boolean[] isSummed = new boolean[MOST];

  /** The rows that are summed, one after the other, where they are looked for. */
  final int[] summed = new int[MOST];

  /** Of each row the reference exponent of its terms, and the target class, which is left out. */
  final int[] exponents = new int[MOST];

  final int[] targets = new int[MOST];
  final Lanes[] lanes = new Lanes[MOST];

  final float[] targetLogits = new float[MOST];

  /** The logarithm of the target's term in units of the reference, and that term. */
  final double[] targetGaps = new double[MOST];

  final double[] targetTerms = new double[MOST];

  /** The sum of the other terms, of all, and −log softmax at the target in nats. */
  final double[] others = new double[MOST];

  final double[] totals = new double[MOST];
  final double[] nlls = new double[MOST];

  /** What the logits of a row were reduced by in its total. */
  final float[] shifts = new float[MOST];

  /** Whether a row has results at all, and how they are made: see {@link SoftmaxScale}. */
  final boolean[] hasResult = new boolean[MOST];

  final References resultReferences = new References(MOST);
  final float[] factors = new float[MOST];

  private boolean areTermsOfSums;
  private boolean isAnyShifted;

  RowBlock() {
    Arrays.setAll(lanes, row -> new Lanes());
  }

  /** Begins {@code count} rows. No row is summed until {@link #use} says so. */
  void begin(int count) {
    Arrays.fill(isSummed, 0, count, false);
  }

  /** Begins the results of {@code count} rows, all 0. */
  void beginResults(int count) {
    Arrays.fill(hasResult, 0, count, false);
    Arrays.fill(factors, 0, count, 0f);
    resultReferences.fill(count, 0);
    areTermsOfSums = true;
    isAnyShifted = false;
  }

  /** Has a row's terms summed. */
  void use(int row) {
    isSummed[row] = true;
    lanes[row].clear();
  }

  /** Has the result of a row be its softmax, times what the scale has been set for. */
  void useResult(int row, SoftmaxScale scale) {
    hasResult[row] = true;
    factors[row] = scale.factor;
    resultReferences.set(row, scale.exponent);
    isAnyShifted |= shifts[row] != 0;
    areTermsOfSums &= isSummed[row] && shifts[row] == 0 && scale.isOfSum;
  }

  /** Whether every result's terms were summed too, so that they are ready where they were kept. */
  boolean areTermsOfSums() {
    return areTermsOfSums;
  }

  /** Whether the logits of any result are to be reduced. */
  boolean isAnyShifted() {
    return isAnyShifted;
  }
}
