/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What {@link Predictions} gives of rows made to break it, against {@link ExactReference} and
 * sorting. The system property {@code accuracy.seed} chooses another seed.
 */
final class PredictionsAccuracyTest {
  private static final long SEED = Long.getLong("accuracy.seed", 20260101);

  private static final int[] LENGTHS = {
    1, 2, 3, 5, 15, 16, 17, 31, 64, 100, 129, 300, 1000, 1023, 1024, 1025, 2048, 4097, 9000, 50257,
    70000
  };

  @TestFactory
  Stream<DynamicTest> everyFamilyAtEveryLength() {
    return AdversarialRows.families().entrySet().stream()
        .map(family -> DynamicTest.dynamicTest(family.getKey(), () -> check(family)));
  }

  private static void check(Map.Entry<String, AdversarialRows.Family> family) {
    Random random = new Random(SEED);
    ErrorTally logProbs = new ErrorTally();
    ErrorTally entropies = new ErrorTally();
    for (int length : LENGTHS) {
      float[] row = family.getValue().row(length, random);
      checkEntropy(row, entropies);
      int[] order = sorted(row);
      checkOrder(row, order, random);
      checkLogProbs(row, order, random, logProbs);
      checkSets(row, order, random, logProbs);
    }
    System.out.printf(
        Locale.ROOT,
        "predictions %s: log-probabilities %s; entropies %s%n",
        family.getKey(),
        logProbs,
        entropies);
  }

  private static FloatTensor logits(float[] row) {
    return FloatTensor.wrap(row, row.length);
  }

  private static void checkEntropy(float[] row, ErrorTally tally) {
    double exact = ExactReference.of(row).entropy();
    double got = Predictions.entropy(logits(row)).get();
    tally.check("entropy of " + row.length, got, exact, Bounds.entropy(exact));
    assertThat(got).isNotNegative();
    if (row.length == 1) {
      assertThat(got).isZero();
    }
  }

  /** The classes by larger logit, then by smaller class; -0 equals 0. */
  private static int[] sorted(float[] row) {
    return IntStream.range(0, row.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer c) -> 0 - (double) row[c]))
        .mapToInt(c -> c)
        .toArray();
  }

  private static void checkOrder(float[] row, int[] order, Random random) {
    int k = random.nextInt(8) == 0 ? row.length : Math.min(row.length, 1 + random.nextInt(40));
    int[] top = Predictions.topK(logits(row), k).classes().toArray();
    assertThat(top).isEqualTo(IntStream.of(order).limit(k).toArray());
    for (int target : new int[] {order[0], order[row.length - 1], random.nextInt(row.length)}) {
      TokenPredictions got = Predictions.of(logits(row), IntTensor.scalar(target));
      long larger = IntStream.range(0, row.length).filter(c -> row[c] > row[target]).count();
      assertThat(got.ranks().get()).isEqualTo((int) larger + 1);
      assertThat(got.predicted().get()).isEqualTo(order[0]);
    }
  }

  private static void checkLogProbs(float[] row, int[] order, Random random, ErrorTally tally) {
    ExactReference exact = ExactReference.of(row);
    int[] classes = {order[0], order[row.length - 1], 0, random.nextInt(row.length)};
    DoubleTensor got = Predictions.logProbs(logits(row), IntTensor.of(classes));
    for (int i = 0; i < classes.length; i++) {
      double loss = exact.loss(classes[i]);
      tally.check("class " + classes[i], got.get(i), -loss, Bounds.loss(loss));
      assertThat(Double.doubleToLongBits(got.get(i))).isNotEqualTo(Double.doubleToLongBits(-0.0));
      TokenPredictions all = Predictions.of(logits(row), IntTensor.scalar(classes[i]));
      assertThat(all.logProbs().get()).isEqualTo(got.get(i));
      assertThat(all.predictedLogProbs().get()).isEqualTo(got.get(0));
    }
  }

  /** One class, all but one, the likeliest and the unlikeliest, and some by chance. */
  private static void checkSets(float[] row, int[] order, Random random, ErrorTally tally) {
    int some = 1 + random.nextInt(row.length);
    checkSet(row, new int[] {order[0]}, tally);
    checkSet(row, IntStream.of(order).limit(some).toArray(), tally);
    checkSet(row, IntStream.of(order).skip(some).toArray(), tally);
    checkSet(row, IntStream.of(order).limit(row.length - 1).toArray(), tally);
    checkSet(row, IntStream.of(order).skip(1).toArray(), tally);
    checkSet(row, random.ints(some, 0, row.length).toArray(), tally);
  }

  private static void checkSet(float[] row, int[] classes, ErrorTally tally) {
    BitSet inside = new BitSet();
    IntStream.of(classes).forEach(inside::set);
    double exact = ExactReference.logProbOfSet(row, inside);
    double got = Predictions.logProbOfAny(logits(row), classes).get();
    String what = inside.cardinality() + " of " + row.length + " classes";
    tally.check(what, got, exact, Bounds.loss(-exact));
  }
}
