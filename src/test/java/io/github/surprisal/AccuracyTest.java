/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The promised accuracy on rows made to break it, against {@link ExactReference}. The seed is
 * printed; the system property {@code accuracy.seed} chooses another.
 */
final class AccuracyTest {
  private static final long SEED = Long.getLong("accuracy.seed", 20260101);
  private static final CrossEntropyOptions SUM =
      CrossEntropyOptions.defaults().reduction(Reduction.SUM);

  private static IntStream lengths() {
    IntStream around =
        IntStream.of(512, 1024, 2048, 4096, 8192).flatMap(n -> IntStream.rangeClosed(n - 1, n + 1));
    IntStream vocabularies = IntStream.of(50257, 128256);
    return IntStream.concat(IntStream.rangeClosed(1, 300), IntStream.concat(around, vocabularies));
  }

  @TestFactory
  Stream<DynamicTest> everyFamilyAtEveryLength() {
    System.out.println("accuracy: seed " + SEED);
    return AdversarialRows.families().entrySet().stream()
        .map(family -> DynamicTest.dynamicTest(family.getKey(), () -> check(family)));
  }

  private static void check(Map.Entry<String, AdversarialRows.Family> family) {
    Random random = new Random(SEED);
    ErrorTally tally = new ErrorTally();
    lengths().forEach(n -> checkRow(family.getValue().row(n, random), random, tally));
    report(family.getKey(), tally);
  }

  private static void report(String name, ErrorTally tally) {
    System.out.printf(Locale.ROOT, "accuracy %s: %s%n", name, tally);
  }

  private static void checkRow(float[] row, Random random, ErrorTally tally) {
    ExactReference exact = ExactReference.of(row);
    FloatTensor logits = FloatTensor.wrap(row, 1, row.length);
    for (int target : targets(row, random)) {
      double loss = exact.loss(target);
      double got = Losses.crossEntropy(logits, IntTensor.of(target));
      String what = "loss of target " + target + " of " + row.length;
      tally.check(what, got, loss, Bounds.loss(loss));
    }
    checkOutputs(row, exact, random.nextInt(row.length));
  }

  /** The largest and the smallest, both ends, the edges of blocks, and one by chance. */
  private static int[] targets(float[] row, Random random) {
    int n = row.length;
    int largest = 0;
    int smallest = 0;
    for (int i = 1; i < n; i++) {
      largest = row[i] > row[largest] ? i : largest;
      smallest = row[i] < row[smallest] ? i : smallest;
    }
    int edge = n > 256 ? 256 * random.nextInt(n / 256) : 0;
    return new int[] {largest, smallest, 0, n - 1, edge, Math.max(0, edge - 1), random.nextInt(n)};
  }

  private static void checkOutputs(float[] row, ExactReference exact, int target) {
    ErrorTally outputs = new ErrorTally();
    FloatTensor logits = FloatTensor.wrap(row, 1, row.length);
    float[] logProbabilities = Losses.logSoftmax(logits).toArray();
    float[] probabilities = Losses.softmax(logits).toArray();
    float[] gradient = new float[row.length];
    Losses.crossEntropyWithGradient(logits, IntTensor.of(target), SUM, gradient);
    for (int c = 0; c < row.length; c++) {
      double loss = exact.loss(c);
      double p = Math.exp(-loss);
      if (loss == Double.POSITIVE_INFINITY) {
        assertThat(logProbabilities[c]).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(probabilities[c]).isZero();
      } else {
        double bound = Bounds.logProbability(-loss);
        outputs.check("log-probability " + c, logProbabilities[c], -loss, bound);
        outputs.check("probability " + c, probabilities[c], p, Bounds.probability(p));
      }
      double slope = c == target ? Math.expm1(-loss) : p;
      outputs.check("gradient " + c, gradient[c], slope, Bounds.gradient(slope));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 16, 129, 1000, 4097, 50257})
  void equalTailsAtEveryDistance(int length) {
    ErrorTally tally = new ErrorTally();
    for (float max : new float[] {0, 7.3f, -31.9f, 511.7f}) {
      for (int tenths = 0; tenths <= 1040; tenths += 3) {
        float[] row = AdversarialRows.equalTail(length, tenths % length, max, tenths / 10f);
        ExactReference exact = ExactReference.of(row);
        for (int target : new int[] {tenths % length, (tenths + 1) % length}) {
          double loss = exact.loss(target);
          double got = Losses.crossEntropy(FloatTensor.wrap(row, 1, length), IntTensor.of(target));
          tally.check("tail at " + tenths + " / 10", got, loss, Bounds.loss(loss));
        }
      }
    }
    report("equal tails of length " + length, tally);
  }

  @ParameterizedTest
  @ValueSource(strings = {"normal x 3.0", "equal tail", "heavy tails", "half masked", "dominating"})
  void aMillionClasses(String family) {
    Random random = new Random(SEED);
    ErrorTally tally = new ErrorTally();
    checkRow(AdversarialRows.families().get(family).row(1 << 20, random), random, tally);
    report(family + ", 2^20 classes", tally);
  }

  @Test
  void smoothedLossesAreAsGoodAsTheirParts() {
    Random random = new Random(SEED);
    ErrorTally tally = new ErrorTally();
    for (Map.Entry<String, AdversarialRows.Family> family : AdversarialRows.families().entrySet()) {
      if (family.getKey().endsWith("masked")) {
        continue; // infinite by definition
      }
      for (int n : new int[] {2, 7, 64, 129, 1000, 4097}) {
        float[] row = family.getValue().row(n, random);
        checkSmoothed(family.getKey(), row, random.nextInt(n), tally);
      }
    }
    report("smoothed", tally);
  }

  private static void checkSmoothed(String name, float[] row, int target, ErrorTally tally) {
    double smoothing = 0.1;
    ExactReference exact = ExactReference.of(row);
    double expected = exact.smoothedLoss(target, smoothing).toDouble();
    double bound = (1 - smoothing) * Bounds.loss(exact.loss(target)) + 1e-14 * expected;
    for (int c = 0; c < row.length; c++) {
      bound += smoothing / row.length * Bounds.loss(exact.loss(c));
    }
    FloatTensor logits = FloatTensor.wrap(row, 1, row.length);
    CrossEntropyOptions options = CrossEntropyOptions.defaults().labelSmoothing(smoothing);
    double got = Losses.crossEntropy(logits, IntTensor.of(target), options);
    tally.check(name, got, expected, bound);
  }

  @Test
  void divergencesAreAsGoodAsDouble() {
    Random random = new Random(SEED);
    ErrorTally tally = new ErrorTally();
    for (Map.Entry<String, AdversarialRows.Family> family : AdversarialRows.families().entrySet()) {
      if (family.getKey().endsWith("masked")) {
        continue; // infinite by definition
      }
      for (int n : new int[] {1, 2, 7, 64, 129, 1000, 4097}) {
        float[] p = family.getValue().row(n, random);
        float[] q = family.getValue().row(n, random);
        checkDivergence(family.getKey(), p, q, tally);
        checkDivergence(family.getKey(), p, AdversarialRows.normal(n, random, 2, 0), tally);
        checkDivergence(family.getKey(), p, p, tally);
      }
    }
    report("divergence", tally);
  }

  private static void checkDivergence(String name, float[] p, float[] q, ErrorTally tally) {
    ExactReference exact = ExactReference.of(p);
    ExactReference other = ExactReference.of(q);
    double spread = 1 + Math.max(exact.spread(), other.spread());
    double got =
        Losses.klDivergence(FloatTensor.wrap(p, 1, p.length), FloatTensor.wrap(q, 1, q.length));
    assertThat(got).isNotNegative();
    tally.check(name + " " + p.length, got, exact.klDivergence(other), 1e-13 * spread);
  }

  /** A climb towards the worst row of three levels: it must not get above the bound. */
  @Test
  void noSearchFindsARowBeyondTheBound() {
    Random random = new Random(SEED);
    double worst = 0;
    ThreeLevels worstRow = ThreeLevels.random(random);
    for (int start = 0; start < 40; start++) {
      ThreeLevels best = ThreeLevels.random(random);
      double bestShare = share(best);
      for (int step = 0; step < 60; step++) {
        ThreeLevels next = best.mutated(random);
        double share = share(next);
        if (share > bestShare) {
          best = next;
          bestShare = share;
        }
      }
      if (bestShare > worst) {
        worst = bestShare;
        worstRow = best;
      }
    }
    System.out.printf(
        Locale.ROOT, "accuracy search: worst %.0f %% of the bound: %s%n", 100 * worst, worstRow);
    assertThat(worst).as("share of the bound of %s", worstRow).isLessThanOrEqualTo(1);
  }

  private static double share(ThreeLevels levels) {
    float[] row = levels.row();
    double loss = ExactReference.of(row).loss(0);
    double got = Losses.crossEntropy(FloatTensor.wrap(row, 1, row.length), IntTensor.of(0));
    return Math.abs(got - loss) / Bounds.loss(loss);
  }

  /** The target, and two flat levels of other classes. */
  private record ThreeLevels(float target, float high, float low, int highCount, int lowCount) {
    static ThreeLevels random(Random random) {
      float target = random.nextFloat() * 40 - 20;
      return new ThreeLevels(
          target,
          target - random.nextFloat() * 20,
          target - random.nextFloat() * 40,
          1 + random.nextInt(600),
          1 + random.nextInt(3000));
    }

    ThreeLevels mutated(Random random) {
      double size = Math.pow(10, -6 * random.nextDouble());
      return new ThreeLevels(
          target + (float) (size * random.nextGaussian()),
          high + (float) (size * random.nextGaussian()),
          low + (float) (size * random.nextGaussian()),
          Math.max(1, highCount + random.nextInt(5) - 2),
          Math.max(1, lowCount + random.nextInt(65) - 32));
    }

    float[] row() {
      float[] row = new float[1 + highCount + lowCount];
      row[0] = target;
      for (int i = 1; i < row.length; i++) {
        row[i] = i <= highCount ? high : low;
      }
      return row;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes256", "bpe2048"})
  void realLogitsHaveASmallMeanError(String name) throws IOException {
    RealModel model = RealModel.read(name);
    ErrorTally tally = new ErrorTally();
    double[] got =
        Losses.crossEntropyPerToken(model.logits(), model.targets(), CrossEntropyOptions.defaults())
            .toArray();
    int classes = model.logits().shape().axis(1);
    float[] values = model.logits().toArray();
    for (int row = 0; row < got.length; row++) {
      int target = model.targets().get(row);
      double loss = ExactReference.of(values, row * classes, 1, classes).loss(target);
      tally.check("token " + row, got[row], loss, Bounds.loss(loss));
    }
    report(name, tally);
    assertThat(tally.rootMeanSquare()).isLessThanOrEqualTo(Bounds.LOSS_RMS);
  }
}
