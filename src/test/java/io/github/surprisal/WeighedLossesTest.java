/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Losses in which several classes have a part, by weights, smoothing or probabilities, against
 * {@link WeighedRow}: within the bound, equal to the bit by every route and in every form, and
 * never negative where no part is. The seed is printed; the system property {@code weighed.seed}
 * chooses another.
 */
final class WeighedLossesTest {
  private static final long SEED = Long.getLong("weighed.seed", 20260103);

  /** Thousands by the system property {@code weighed.trials}; the interpreter is slow. */
  private static final int TRIALS =
      System.getProperty("java.vm.info", "").contains("interpreted")
          ? 30
          : Integer.getInteger("weighed.trials", 300);

  private static final int ROWS = 3;
  private static final double[] SMOOTHINGS = {0, 0, 0x1p-40, 0.05, 0.1, 0.5, 0.9, 1};

  private static final List<AdversarialRows.Family> FAMILIES =
      new ArrayList<>(AdversarialRows.families().values());

  private final ErrorTally losses = new ErrorTally();
  private final ErrorTally gradients = new ErrorTally();

  @Test
  void everyLossAndGradientKeepsItsBoundByEveryRoute() {
    System.out.println("weighed losses: seed " + SEED);
    Random random = new Random(SEED);
    for (int trial = 0; trial < TRIALS; trial++) {
      int classes = 1 + random.nextInt(trial % 50 == 0 ? 1200 : trial % 2 == 0 ? 4 : 40);
      float[] logits = logits(classes, trial % 3 == 0, random);
      double smoothing = SMOOTHINGS[random.nextInt(SMOOTHINGS.length)];
      float[] weights = weights(logits, classes, random);
      String what = "trial " + trial + ", smoothing " + smoothing + ", " + text(weights);
      CrossEntropyOptions options = CrossEntropyOptions.defaults().labelSmoothing(smoothing);
      checkIndex(what, logits, targets(logits, classes, random), weights, options);
      checkSoft(what, classes, logits, probabilities(logits, classes, random), weights, options);
    }
    System.out.printf(Locale.ROOT, "weighed losses: %s%n", losses);
    System.out.printf(Locale.ROOT, "gradients of weighed losses: %s%n", gradients);
  }

  /** One class dominates by every gap, and carries all weight but the target's. */
  @Test
  void noGapMakesALossNegative() {
    for (int gap = 0; gap <= 800; gap += gap < 400 ? 7 : 50) {
      float[] logits = {0, gap / 2f, -3};
      float[] weights = {0, 1, 0};
      CrossEntropyOptions smoothed = CrossEntropyOptions.defaults().labelSmoothing(0.1);
      checkIndex("gap " + gap, logits, new int[] {0}, weights, smoothed);
      for (float own : new float[] {0.6f, 0.4f, 1, 0}) {
        float[] probabilities = {own, 1 - own, 0};
        CrossEntropyOptions plain = CrossEntropyOptions.defaults();
        checkSoft("gap " + gap, 3, logits, probabilities, new float[] {0, 1, 1}, plain);
        checkSoft("gap " + gap, 3, logits, probabilities, weights, smoothed);
      }
    }
  }

  /** Logits of ordinary size and weights from 0 to 2, in thousands: roundings that add up. */
  @Test
  void gradientsOfWeighedSoftTargets() {
    Random random = new Random(SEED);
    ErrorTally tally = new ErrorTally();
    int classes = 20_000;
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = 2 * random.nextFloat();
    }
    for (double smoothing : new double[] {0, 0.1, 0.3}) {
      float[] logits = AdversarialRows.normal(ROWS * classes, random, 3, 0);
      float[] p = new float[logits.length];
      for (int i = 0; i < p.length; i++) {
        p[i] = random.nextFloat() / classes;
      }
      CrossEntropyOptions options =
          CrossEntropyOptions.defaults()
              .labelSmoothing(smoothing)
              .classWeights(FloatTensor.of(weights));
      float[] gradient = new float[logits.length];
      FloatTensor tensor = FloatTensor.wrap(logits, ROWS, classes);
      FloatTensor probabilities = FloatTensor.wrap(p, ROWS, classes);
      Losses.crossEntropyWithGradient(tensor, probabilities, options, gradient);
      for (int row = 0; row < ROWS; row++) {
        float[] own = Arrays.copyOfRange(logits, row * classes, (row + 1) * classes);
        float[] ownP = Arrays.copyOfRange(p, row * classes, (row + 1) * classes);
        WeighedRow exact = WeighedRow.of(own, ownP, weights, smoothing);
        String what = "smoothing " + smoothing;
        check(what, exact, 1.0 / ROWS, gradient, row * classes, tally);
      }
    }
    System.out.printf(Locale.ROOT, "gradients of weighed soft targets: %s%n", tally);
  }

  /** A target masked with −∞ that has no weight leaves the loss to the others. */
  @Test
  void aMaskedTargetWithoutWeight() {
    for (float top : new float[] {20, 1000, 1e6f, 1e10f, 1e30f}) {
      float[] logits = {Float.NEGATIVE_INFINITY, top, top - 30, 0};
      for (float[] weights : new float[][] {{0, 1, 0, 0}, {0, 1, 1, 0}, {0, 1, -1, 2}}) {
        for (double smoothing : new double[] {0.1, 1}) {
          CrossEntropyOptions options = CrossEntropyOptions.defaults().labelSmoothing(smoothing);
          checkIndex("top " + top, logits, new int[] {0}, weights, options);
          checkSoft("top " + top, 4, logits, new float[] {1, 0, 0, 0}, weights, options);
        }
      }
      float[] weights = {0, 1, 1, 1};
      float[] probabilities = {0.5f, 0.4f, 0.1f, 0};
      checkSoft("top " + top, 4, logits, probabilities, weights, CrossEntropyOptions.defaults());
    }
  }

  private void checkIndex(
      String what, float[] logits, int[] targets, float[] weights, CrossEntropyOptions options) {
    int rows = targets.length;
    int classes = logits.length / rows;
    String all = what + ", targets " + Arrays.toString(targets);
    double[] got = new double[0];
    float[] gradient = new float[0];
    for (Route route : Route.values()) {
      CrossEntropyOptions with = like(route, options, weights);
      FloatTensor tensor = route.tensor(logits, rows, classes);
      IntTensor perRow = route.perRow(targets);
      double[] byRoute =
          Losses.crossEntropyPerToken(tensor, perRow, with.reduction(Reduction.MEAN)).toArray();
      double sum = Losses.crossEntropy(tensor, perRow, with);
      float[] out = filled(logits.length);
      same(all, Losses.crossEntropyWithGradient(tensor, perRow, with, out), sum);
      float[] inPlace = tensor.toArray();
      same(
          all,
          Losses.crossEntropyWithGradient(over(route, inPlace, rows), perRow, with, inPlace),
          sum);
      LossAccumulator whole = new LossAccumulator(with.reduction(Reduction.MEAN));
      same(all, whole.add(tensor, perRow).report().totalNats(), sum);
      float[] byRow = route.rowMajor(out, rows, classes);
      if (route == Route.ARRAY) {
        got = byRoute;
        gradient = byRow;
      }
      assertThat(byRoute).as("%s by %s", all, route).isEqualTo(got);
      assertThat(Arrays.mismatch(byRow, gradient)).as("%s by %s", all, route).isEqualTo(-1);
      assertThat(Arrays.mismatch(route.rowMajor(inPlace, rows, classes), gradient))
          .as("%s in place by %s", all, route)
          .isEqualTo(-1);
    }
    LossAccumulator rowByRow =
        new LossAccumulator(options(options, weights).reduction(Reduction.MEAN));
    for (int row = 0; row < rows; row++) {
      rowByRow.addRow(FloatTensor.wrapAt(logits, row * classes, classes), targets[row]);
    }
    FloatTensor tensor = FloatTensor.wrap(logits, rows, classes);
    CrossEntropyOptions with = options(options, weights);
    IntTensor perRow = IntTensor.of(targets);
    same(all, rowByRow.report().totalNats(), Losses.crossEntropy(tensor, perRow, with));
    float[] mean = filled(logits.length);
    Losses.crossEntropyWithGradient(tensor, perRow, with.reduction(Reduction.MEAN), mean);
    double divisor = Arrays.stream(targets).mapToDouble(t -> weight(weights, t)).sum();
    for (int row = 0; row < rows; row++) {
      float[] own = Arrays.copyOfRange(logits, row * classes, (row + 1) * classes);
      WeighedRow exact = WeighedRow.of(own, targets[row], weights, options.labelSmoothing());
      check(all + ", row " + row, exact, got[row]);
      check(all + ", row " + row, exact, 1, gradient, row * classes);
      if (divisor != 0) {
        check(all + ", mean of row " + row, exact, 1 / divisor, mean, row * classes);
      }
    }
  }

  private static double weight(float[] weights, int index) {
    return weights.length == 0 ? 1 : weights[index];
  }

  private void checkSoft(
      String what,
      int classes,
      float[] logits,
      float[] p,
      float[] weights,
      CrossEntropyOptions options) {
    int rows = logits.length / classes;
    String all = what + ", probabilities " + text(p);
    double[] got = new double[0];
    float[] gradient = new float[0];
    for (Route route : Route.values()) {
      CrossEntropyOptions with = like(route, options, weights);
      FloatTensor tensor = route.tensor(logits, rows, classes);
      FloatTensor probabilities = route.tensor(p, rows, classes);
      double[] byRoute =
          Losses.crossEntropyPerToken(tensor, probabilities, with.reduction(Reduction.MEAN))
              .toArray();
      double sum = Losses.crossEntropy(tensor, probabilities, with);
      float[] out = filled(logits.length);
      same(all, Losses.crossEntropyWithGradient(tensor, probabilities, with, out), sum);
      float[] inPlace = tensor.toArray();
      FloatTensor over = over(route, inPlace, rows);
      same(all, Losses.crossEntropyWithGradient(over, probabilities, with, inPlace), sum);
      float[] byRow = route.rowMajor(out, rows, classes);
      if (route == Route.ARRAY) {
        got = byRoute;
        gradient = byRow;
      }
      assertThat(byRoute).as("%s by %s", all, route).isEqualTo(got);
      assertThat(Arrays.mismatch(byRow, gradient)).as("%s by %s", all, route).isEqualTo(-1);
      assertThat(Arrays.mismatch(route.rowMajor(inPlace, rows, classes), gradient))
          .as("%s in place by %s", all, route)
          .isEqualTo(-1);
    }
    FloatTensor tensor = FloatTensor.wrap(logits, rows, classes);
    FloatTensor probabilities = FloatTensor.wrap(p, rows, classes);
    CrossEntropyOptions averaged = options(options, weights).reduction(Reduction.MEAN);
    float[] mean = filled(logits.length);
    Losses.crossEntropyWithGradient(tensor, probabilities, averaged, mean);
    for (int row = 0; row < rows; row++) {
      float[] own = Arrays.copyOfRange(logits, row * classes, (row + 1) * classes);
      float[] ownP = Arrays.copyOfRange(p, row * classes, (row + 1) * classes);
      WeighedRow exact = WeighedRow.of(own, ownP, weights, options.labelSmoothing());
      check(all + ", row " + row, exact, got[row]);
      check(all + ", row " + row, exact, 1, gradient, row * classes);
      check(all + ", mean of row " + row, exact, 1.0 / rows, mean, row * classes);
    }
  }

  private void check(String what, WeighedRow exact, double loss) {
    String row = what + " of " + exact;
    losses.check(row, loss, exact.loss(), exact.lossBound());
    if (exact.isNonNegative()) {
      assertThat(loss).as(row).isNotNegative();
    }
  }

  private void check(String what, WeighedRow exact, double scale, float[] gradient, int offset) {
    check(what, exact, scale, gradient, offset, gradients);
  }

  private static void check(
      String what, WeighedRow exact, double scale, float[] gradient, int offset, ErrorTally tally) {
    for (int c = 0; c < exact.classes(); c++) {
      String at = what + " of " + exact + ", gradient at " + c;
      double bound = exact.gradientBound(c, scale);
      tally.check(at, gradient[offset + c], exact.gradient(c, scale), bound);
    }
  }

  private static void same(String what, double got, double expected) {
    assertThat(Double.valueOf(got)).as(what).isEqualTo(Double.valueOf(expected));
  }

  /** The route's options with these weights, smoothing and the sum. */
  private static CrossEntropyOptions like(
      Route route, CrossEntropyOptions options, float[] weights) {
    CrossEntropyOptions with = route.options().labelSmoothing(options.labelSmoothing());
    return options(with, weights);
  }

  private static CrossEntropyOptions options(CrossEntropyOptions options, float[] weights) {
    CrossEntropyOptions summed = options.reduction(Reduction.SUM);
    return weights.length == 0 ? summed : summed.classWeights(FloatTensor.of(weights));
  }

  /** An array's own rows, of the route's shape. */
  private static FloatTensor over(Route route, float[] array, int rows) {
    int classes = array.length / rows;
    return route == Route.CLASS_AXIS_1
        ? FloatTensor.wrap(array, 1, classes, rows)
        : FloatTensor.wrap(array, rows, classes);
  }

  private static float[] filled(int length) {
    float[] out = new float[length];
    Arrays.fill(out, 77);
    return out;
  }

  private static float[] logits(int classes, boolean narrow, Random random) {
    float[] logits = new float[ROWS * classes];
    for (int row = 0; row < ROWS; row++) {
      float[] own = row(classes, random);
      System.arraycopy(own, 0, logits, row * classes, classes);
    }
    for (int i = 0; narrow && i < logits.length; i++) { // bfloat16, and most often float16
      logits[i] = Float.intBitsToFloat(Float.floatToRawIntBits(logits[i]) & 0xffff0000);
    }
    return logits;
  }

  private static float[] row(int classes, Random random) {
    if (random.nextBoolean()) {
      return FAMILIES.get(random.nextInt(FAMILIES.size())).row(classes, random);
    }
    float[] row = AdversarialRows.normal(classes, random, random.nextInt(5), 0);
    row[random.nextInt(classes)] += random.nextInt(220);
    if (random.nextInt(3) == 0) {
      row[random.nextInt(classes)] += random.nextInt(220);
    }
    if (random.nextInt(6) == 0 && classes > 1) {
      row[1 + random.nextInt(classes - 1)] = Float.NEGATIVE_INFINITY;
    }
    return row;
  }

  private static int[] targets(float[] logits, int classes, Random random) {
    int[] targets = new int[ROWS];
    for (int row = 0; row < ROWS; row++) {
      targets[row] =
          random.nextInt(3) == 0 ? largest(logits, row, classes) : random.nextInt(classes);
    }
    return targets;
  }

  private static int largest(float[] logits, int row, int classes) {
    int largest = 0;
    for (int c = 1; c < classes; c++) {
      largest = logits[row * classes + c] > logits[row * classes + largest] ? c : largest;
    }
    return largest;
  }

  private static float[] weights(float[] logits, int classes, Random random) {
    int kind = random.nextInt(7);
    float[] weights = new float[kind == 0 ? 0 : classes];
    for (int c = 0; c < weights.length; c++) {
      weights[c] =
          switch (kind) {
            case 1 -> 2 * random.nextFloat();
            case 2 -> random.nextInt(3) == 0 ? 0 : 2 * random.nextFloat();
            case 3 -> random.nextInt(3) == 0 ? 0 : 4 * random.nextFloat() - 2;
            case 4 -> random.nextInt(4) == 0 ? 0 : (float) Math.pow(10, random.nextInt(25) - 12);
            case 5 -> random.nextInt(8) == 0 ? -1e-6f : 1;
            default -> 0;
          };
    }
    if (kind == 6) {
      weights[largest(logits, random.nextInt(ROWS), classes)] = 1;
    }
    return weights;
  }

  private static float[] probabilities(float[] logits, int classes, Random random) {
    float[] p = new float[logits.length];
    for (int row = 0; row < ROWS; row++) {
      int kind = random.nextInt(4);
      for (int c = 0; c < classes; c++) {
        p[row * classes + c] =
            switch (kind) {
              case 0 -> random.nextFloat() / classes;
              case 1 -> random.nextInt(3) == 0 ? random.nextFloat() : 0;
              case 2 -> (float) Math.pow(10, -random.nextInt(20));
              default -> 0;
            };
      }
      if (kind == 3) {
        float share = random.nextInt(3) == 0 ? 1 : random.nextFloat();
        p[row * classes + random.nextInt(classes)] = share;
        p[row * classes + largest(logits, row, classes)] += 1 - share;
      }
    }
    return p;
  }

  private static String text(float[] values) {
    return values.length > 12 ? values.length + " values" : Arrays.toString(values);
  }
}
