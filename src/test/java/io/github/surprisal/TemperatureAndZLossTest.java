/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses with a temperature, a z-loss, or both, alone and with every other option. */
final class TemperatureAndZLossTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final int ROWS = 7;

  /** The ignore index of the second row. */
  private static final int IGNORED = -100;

  /** Temperature, z-loss and smoothing in every combination, with class weights where allowed. */
  static List<CrossEntropyOptions> options() {
    List<CrossEntropyOptions> all = new ArrayList<>();
    for (double temperature : new double[] {1, 0.7, 2.5}) {
      for (double zLoss : new double[] {0, 1e-3, 0.3}) {
        for (double smoothing : new double[] {0, 0.1}) {
          CrossEntropyOptions options =
              DEFAULTS.temperature(temperature).zLoss(zLoss).labelSmoothing(smoothing);
          all.add(options);
          if (zLoss == 0) {
            all.add(options.classWeights(1.5f)); // as many as there are classes
          }
        }
      }
    }
    return all;
  }

  private static CrossEntropyOptions fitted(CrossEntropyOptions options, int classes) {
    if (options.classWeights().isEmpty()) {
      return options;
    }
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = 0.25f * (1 + c % 5);
    }
    return options.classWeights(weights);
  }

  /** Kinds of rows. */
  enum Rows {
    NORMAL(5, 13),
    ONE_CLASS(3, 1),
    TWO_CLASSES(2, 2),
    MASKED(3, 12),
    FAR_FROM_ZERO(3, 9),
    CONFIDENT(1, 11),
    SEVERAL_TILES(2, 2100);

    private final double scale;
    private final int classes;

    Rows(double scale, int classes) {
      this.scale = scale;
      this.classes = classes;
    }

    float[] logits(Random random) {
      float[] logits = new float[ROWS * classes];
      for (int i = 0; i < logits.length; i++) {
        int c = i % classes;
        double x = random.nextGaussian() * scale;
        logits[i] =
            switch (this) {
              case MASKED -> c % 3 == 1 ? Float.NEGATIVE_INFINITY : (float) x;
              case FAR_FROM_ZERO -> (float) (i / classes % 2 == 0 ? x + 200 : x - 3000);
              case CONFIDENT -> (float) (c == 3 ? x + 30 : x);
              default -> (float) x;
            };
      }
      return logits;
    }

    /** Targets, of which the second is to be ignored; none is masked. */
    int[] targets() {
      return IntStream.range(0, ROWS).map(row -> row == 1 ? IGNORED : row * 3 % classes).toArray();
    }

    /** Probabilities that add up to about 1, and are 0 where logits are masked. */
    float[] probabilities(Random random) {
      float[] p = new float[ROWS * classes];
      for (int i = 0; i < p.length; i++) {
        boolean isZero = (this == MASKED && i % classes % 3 == 1) || random.nextInt(6) == 0;
        p[i] = isZero ? 0 : 2 * random.nextFloat() / classes;
      }
      return p;
    }
  }

  @ParameterizedTest
  @EnumSource(Rows.class)
  void areWhatTheFormulaSays(Rows rows) {
    Random random = new Random(rows.classes);
    float[] logits = rows.logits(random);
    float[] probabilities = rows.probabilities(random);
    ErrorTally losses = new ErrorTally();
    ErrorTally gradients = new ErrorTally();
    for (CrossEntropyOptions some : options()) {
      if (rows == Rows.MASKED && some.labelSmoothing() > 0) {
        continue; // +∞
      }
      CrossEntropyOptions options = fitted(some, rows.classes);
      FloatTensor x = FloatTensor.wrap(logits, ROWS, rows.classes);
      IntTensor targets = IntTensor.of(rows.targets());
      FloatTensor p = FloatTensor.wrap(probabilities, ROWS, rows.classes);
      float[] gradient = new float[logits.length];
      CrossEntropyOptions sum = options.reduction(Reduction.SUM);
      Losses.crossEntropyWithGradient(x, targets, sum, gradient);
      double[] perToken = Losses.crossEntropyPerToken(x, targets, options).toArray();
      float[] softGradient = new float[logits.length];
      Losses.crossEntropyWithGradient(x, p, sum, softGradient);
      double[] softPerToken = Losses.crossEntropyPerToken(x, p, options).toArray();
      for (int row = 0; row < ROWS; row++) {
        int target = rows.targets()[row];
        if (target == IGNORED) {
          assertThat(perToken[row]).isZero();
          assertThat(gradient(gradient, row, rows.classes)).containsOnly(0f);
        } else {
          float[] hot = new float[rows.classes];
          hot[target] = 1;
          ObjectiveReference index = reference(logits, hot, row, options);
          check(index, perToken[row], gradient(gradient, row, rows.classes), losses, gradients);
        }
        float[] own = gradient(probabilities, row, rows.classes);
        ObjectiveReference soft = reference(logits, own, row, options);
        float[] got = gradient(softGradient, row, rows.classes);
        check(soft, softPerToken[row], got, losses, gradients);
      }
    }
    System.out.printf("objectives of %s: %s; gradients: %s%n", rows, losses, gradients);
  }

  private static float[] gradient(float[] all, int row, int classes) {
    return Arrays.copyOfRange(all, row * classes, (row + 1) * classes);
  }

  private static ObjectiveReference reference(
      float[] logits, float[] p, int row, CrossEntropyOptions options) {
    int classes = p.length;
    double smoothing = options.labelSmoothing();
    double[] x = new double[classes];
    double[] q = new double[classes];
    for (int c = 0; c < classes; c++) {
      x[c] = logits[row * classes + c];
      double weight = options.classWeights().isEmpty() ? 1 : options.classWeights().get().get(c);
      q[c] = weight * ((1 - smoothing) * p[c] + smoothing / classes);
    }
    return new ObjectiveReference(x, q, options.temperature(), options.zLoss());
  }

  private static void check(
      ObjectiveReference exact,
      double loss,
      float[] gradient,
      ErrorTally losses,
      ErrorTally gradients) {
    double bound = Bounds.objective(exact);
    losses.check("objective", loss, exact.objective(), bound);
    int classes = gradient.length;
    for (int c = 0; c < classes; c += classes > 100 ? 701 : 1) {
      if (exact.isMasked(c)) {
        assertThat(gradient[c]).isZero();
      } else {
        double derivative = exact.derivative(c);
        double far = Bounds.objectiveGradient(derivative, exact.probability(c), exact);
        gradients.check("gradient", gradient[c], derivative, far);
      }
    }
  }

  /** The same bits from every storage and layout, in place, on one thread, and in any reduction. */
  @ParameterizedTest
  @MethodSource("options")
  void haveTheSameBitsWherever(CrossEntropyOptions some) {
    for (int classes : new int[] {3, 33, 1030, 5000}) {
      CrossEntropyOptions options = fitted(some, classes);
      Random random = new Random(classes);
      float[] logits = AdversarialRows.normal(ROWS * classes, random, 3, 0);
      for (int i = 0; i < logits.length; i += 2) { // a bfloat16 now and then: so are all
        logits[i] = i % 7 == 0 ? Float.NEGATIVE_INFINITY : logits[i];
      }
      for (int i = 0; i < logits.length; i++) {
        logits[i] = Float.intBitsToFloat(Float.floatToRawIntBits(logits[i]) & 0xffff0000);
      }
      int[] targets = IntStream.range(0, ROWS).map(row -> row == 4 ? IGNORED : row % 3).toArray();
      float[] p = AdversarialRows.normal(logits.length, random, 1, 0);
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.abs(p[i]) / classes;
      }
      List<Object> expected = results(Route.ARRAY, logits, targets, p, options);
      for (Route route : Route.values()) {
        assertThat(results(route, logits, targets, p, options)).as("%s", route).isEqualTo(expected);
      }
    }
  }

  /** Losses and gradients of index targets, then of probabilities, as bits. */
  private static List<Object> results(
      Route route, float[] logits, int[] targets, float[] p, CrossEntropyOptions given) {
    int classes = logits.length / ROWS;
    CrossEntropyOptions options =
        given.classAxis(route.options().classAxis()).parallel(route.options().parallel());
    FloatTensor x = route.tensor(logits, ROWS, classes);
    FloatTensor soft = route.tensor(p, ROWS, classes);
    IntTensor hard = route.perRow(targets);
    float[] hardGradient = new float[logits.length];
    float[] softGradient = new float[logits.length];
    double hardLoss = Losses.crossEntropyWithGradient(x, hard, options, hardGradient);
    double softLoss = Losses.crossEntropyWithGradient(x, soft, options, softGradient);
    assertThat(bits(Losses.crossEntropy(x, hard, options))).isEqualTo(bits(hardLoss));
    assertThat(bits(Losses.crossEntropy(x, soft, options))).isEqualTo(bits(softLoss));
    int[] axes = x.shape().toArray();
    float[] inPlace = x.toArray();
    Losses.crossEntropyWithGradient(FloatTensor.wrap(inPlace, axes), hard, options, inPlace);
    assertThat(inPlace).as("in place").isEqualTo(hardGradient);
    float[] softInPlace = x.toArray();
    Losses.crossEntropyWithGradient(
        FloatTensor.wrap(softInPlace, axes), soft, options, softInPlace);
    assertThat(softInPlace).as("in place").isEqualTo(softGradient);
    return List.of(
        bits(hardLoss),
        bits(softLoss),
        Arrays.stream(Losses.crossEntropyPerToken(x, hard, options).toArray()).boxed().toList(),
        Arrays.stream(Losses.crossEntropyPerToken(x, soft, options).toArray()).boxed().toList(),
        FloatTensor.of(route.rowMajor(hardGradient, ROWS, classes)),
        FloatTensor.of(route.rowMajor(softGradient, ROWS, classes)));
  }

  private static long bits(double value) {
    return Double.doubleToLongBits(value);
  }

  /** Enough rows that they are spread over threads. */
  @ParameterizedTest
  @MethodSource("options")
  void threadsChangeNoBit(CrossEntropyOptions some) {
    int rows = 300;
    int classes = 1000;
    CrossEntropyOptions options = fitted(some, classes);
    float[] logits = AdversarialRows.normal(rows * classes, new Random(8), 4, 0);
    FloatTensor x = FloatTensor.wrap(logits, rows, classes);
    IntTensor targets = IntTensor.of(IntStream.range(0, rows).toArray());
    float[] gradient = new float[logits.length];
    float[] alone = new float[logits.length];
    double loss = Losses.crossEntropyWithGradient(x, targets, options, gradient);
    double lossAlone = Losses.crossEntropyWithGradient(x, targets, options.parallel(false), alone);
    assertThat(bits(loss)).isEqualTo(bits(lossAlone));
    assertThat(gradient).isEqualTo(alone);
    DoubleTensor perToken = Losses.crossEntropyPerToken(x, targets, options);
    double divisor = options.classWeights().isPresent() ? weightOf(targets, options) : rows;
    assertThat(loss).isCloseTo(perToken.sum() / divisor, within(1e-15 * loss));
  }

  private static double weightOf(IntTensor targets, CrossEntropyOptions options) {
    double sum = 0;
    for (int target : targets.toArray()) {
      sum += options.classWeights().orElseThrow().get(target);
    }
    return sum;
  }

  private static final FloatTensor LOGITS =
      FloatTensor.wrap(AdversarialRows.normal(6 * 1100, new Random(9), 5, 0), 6, 1100);
  private static final IntTensor TARGETS = IntTensor.of(0, 7, 1099, 512, 3, 1024);

  @Test
  void oneAndZeroAreAsIfTheyWereNotSet() {
    CrossEntropyOptions neutral = DEFAULTS.temperature(1).zLoss(0).temperature(1.0);
    assertThat(neutral).isEqualTo(DEFAULTS);
    float[] expected = new float[(int) LOGITS.size()];
    float[] got = new float[expected.length];
    double loss = Losses.crossEntropyWithGradient(LOGITS, TARGETS, expected);
    assertThat(bits(Losses.crossEntropyWithGradient(LOGITS, TARGETS, neutral, got)))
        .isEqualTo(bits(loss));
    assertThat(got).isEqualTo(expected);
    assertThat(Losses.crossEntropyWithGradient(LOGITS, TARGETS, DEFAULTS.temperature(1.1), got))
        .isNotEqualTo(loss);
    assertThat(Losses.crossEntropy(LOGITS, TARGETS, DEFAULTS.zLoss(1e-4))).isGreaterThan(loss);
  }

  /** The tensor of x / t for a power of two, exactly. */
  @Test
  void aComparisonHasTheLossesOfReports() {
    CrossEntropyOptions options = DEFAULTS.temperature(0.7);
    ComparisonReport compared =
        new ComparisonAccumulator(options).add(LOGITS, divided(-1), TARGETS).report();
    assertThat(compared.lossP()).isEqualTo(Metrics.evaluate(LOGITS, TARGETS, options).loss());
    assertThat(compared.lossQ()).isEqualTo(Metrics.evaluate(divided(-1), TARGETS, options).loss());
  }

  private static FloatTensor divided(double temperature) {
    return divided(LOGITS, temperature);
  }

  private static FloatTensor divided(FloatTensor logits, double temperature) {
    float[] quotients = logits.toArray();
    for (int i = 0; i < quotients.length; i++) {
      quotients[i] /= (float) temperature;
    }
    return FloatTensor.wrap(quotients, logits.shape().toArray());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.125, 0.5, 2, 1024})
  void aPowerOfTwoIsExact(double temperature) {
    CrossEntropyOptions sum = DEFAULTS.reduction(Reduction.SUM).labelSmoothing(0.1).zLoss(0.01);
    CrossEntropyOptions tempered = sum.temperature(temperature);
    FloatTensor y = divided(temperature);
    float[] expected = new float[(int) LOGITS.size()];
    float[] got = new float[expected.length];
    double loss = Losses.crossEntropyWithGradient(y, TARGETS, sum, expected);
    assertThat(bits(Losses.crossEntropyWithGradient(LOGITS, TARGETS, tempered, got)))
        .isEqualTo(bits(loss));
    for (int i = 0; i < got.length; i++) {
      double scaled = expected[i] / temperature;
      assertThat((double) got[i]).isCloseTo(scaled, within((double) Math.ulp((float) scaled)));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 8})
  void everyOtherFormTakesTheTemperature(double temperature) {
    CrossEntropyOptions tempered = DEFAULTS.temperature(temperature);
    FloatTensor y = divided(temperature);
    assertThat(Losses.softmax(LOGITS, tempered)).isEqualTo(Losses.softmax(y));
    assertThat(Losses.logSoftmax(LOGITS, tempered)).isEqualTo(Losses.logSoftmax(y));
    assertThat(Losses.logSumExp(LOGITS, tempered)).isEqualTo(Losses.logSumExp(y));
    float[] inPlace = LOGITS.toArray();
    Losses.logSoftmaxInto(FloatTensor.wrap(inPlace, 6, 1100), tempered, inPlace);
    assertThat(inPlace).isEqualTo(Losses.logSoftmax(y).toArray());
    inPlace = LOGITS.toArray();
    Losses.softmaxInto(FloatTensor.wrap(inPlace, 6, 1100), tempered, inPlace);
    assertThat(inPlace).isEqualTo(Losses.softmax(y).toArray());
    assertThat(Predictions.of(LOGITS, TARGETS, tempered))
        .hasToString(Predictions.of(y, TARGETS).toString());
    assertThat(Predictions.topK(LOGITS, 4, tempered))
        .hasToString(Predictions.topK(y, 4).toString());
    assertThat(Predictions.entropy(LOGITS, tempered)).isEqualTo(Predictions.entropy(y));
    assertThat(Predictions.logProbs(LOGITS, TARGETS, tempered))
        .isEqualTo(Predictions.logProbs(y, TARGETS));
    assertThat(Predictions.logProbOfAny(LOGITS, tempered, 3, 700))
        .isEqualTo(Predictions.logProbOfAny(y, 3, 700));
    assertThat(Metrics.evaluate(LOGITS, TARGETS, tempered)).isEqualTo(Metrics.evaluate(y, TARGETS));
    assertThat(Metrics.perplexity(LOGITS, TARGETS, tempered))
        .isEqualTo(Metrics.perplexity(y, TARGETS));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 8})
  void divergencesTakeTheTemperatureToo(double temperature) {
    CrossEntropyOptions tempered = DEFAULTS.temperature(temperature);
    FloatTensor others = FloatTensor.wrap(LOGITS.toArray(), 1100, 6);
    FloatTensor q = FloatTensor.wrap(others.slice(1, 1100).toArray(), 6 * 1099).reshape(6, 1099);
    FloatTensor p = FloatTensor.wrap(others.slice(0, 1099).toArray(), 6 * 1099).reshape(6, 1099);
    FloatTensor dividedP = divided(p, temperature);
    FloatTensor dividedQ = divided(q, temperature);
    IntTensor targets = IntTensor.of(5, -100, 1098, 0, 77, 1);
    assertThat(Losses.klDivergencePerToken(p, q, tempered))
        .isEqualTo(Losses.klDivergencePerToken(dividedP, dividedQ));
    assertThat(Losses.klDivergence(p, q, targets, tempered))
        .isEqualTo(Losses.klDivergence(dividedP, dividedQ, targets));
    assertThat(new ComparisonAccumulator(tempered).add(p, q, targets).report())
        .isEqualTo(new ComparisonAccumulator().add(dividedP, dividedQ, targets).report());
  }

  @Test
  void ranksAndPredictedClassesStay() {
    for (double temperature : new double[] {0.3, 0.7, 1.9, 100}) {
      TokenPredictions plain = Predictions.of(LOGITS, TARGETS);
      CrossEntropyOptions options = DEFAULTS.temperature(temperature);
      TokenPredictions tempered = Predictions.of(LOGITS, TARGETS, options);
      assertThat(tempered.ranks()).isEqualTo(plain.ranks());
      assertThat(tempered.predicted()).isEqualTo(plain.predicted());
      assertThat(tempered.logProbs()).isNotEqualTo(plain.logProbs());
      assertThat(Predictions.topK(LOGITS, 5, options).classes())
          .isEqualTo(Predictions.topK(LOGITS, 5).classes());
    }
  }

  @Test
  void rowsAddedOneByOneCountAsInABatch() {
    for (CrossEntropyOptions options :
        List.of(
            DEFAULTS.temperature(0.7),
            DEFAULTS.temperature(3).labelSmoothing(0.1),
            fitted(DEFAULTS.temperature(1.3).classWeights(1), 1100))) {
      LossAccumulator batch = new LossAccumulator(options).add(LOGITS, TARGETS);
      LossAccumulator rows = new LossAccumulator(options);
      float[] logits = LOGITS.toArray();
      for (int row = 0; row < 6; row++) {
        rows.addRow(Arrays.copyOfRange(logits, row * 1100, (row + 1) * 1100), TARGETS.get(row));
      }
      assertThat(rows.toByteArray()).isEqualTo(batch.toByteArray());
      assertThat(LossAccumulator.fromByteArray(rows.toByteArray()).options()).isEqualTo(options);
      double loss = Losses.crossEntropy(LOGITS, TARGETS, options);
      assertThat(rows.report().loss()).isCloseTo(loss, within(1e-15 * loss));
      LossAccumulator others = new LossAccumulator(options.temperature(5));
      assertThatThrownBy(() -> others.combine(rows))
          .hasMessage(
              "other has temperature %s, expected 5.0: combine accumulators of the same options",
              options.temperature());
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void aGradientAddsUpToNothingWithoutZLoss(CrossEntropyOptions some) {
    CrossEntropyOptions options = fitted(some, 1100).zLoss(0).reduction(Reduction.SUM);
    float[] gradient = new float[(int) LOGITS.size()];
    Losses.crossEntropyWithGradient(LOGITS, TARGETS, options, gradient);
    for (int row = 0; row < 6; row++) {
      double sum = 0;
      double absolute = 0;
      for (float element : gradient(gradient, row, 1100)) {
        sum += element;
        absolute += Math.abs(element);
      }
      assertThat(sum).isCloseTo(0, within(1e-6 * absolute));
    }
  }

  @Test
  void aGradientOfZLossAloneAddsUpToItsSlope() {
    FloatTensor none = FloatTensor.wrap(new float[(int) LOGITS.size()], 6, 1100);
    CrossEntropyOptions options =
        DEFAULTS.temperature(2).zLoss(0.5).reduction(Reduction.SUM); // of no target
    float[] gradient = new float[(int) LOGITS.size()];
    double loss = Losses.crossEntropyWithGradient(LOGITS, none, options, gradient);
    double[] all = Losses.logSumExp(LOGITS, DEFAULTS.temperature(2)).toArray();
    assertThat(loss).isCloseTo(Arrays.stream(all).map(l -> 0.5 * l * l).sum(), within(1e-5));
    for (int row = 0; row < 6; row++) {
      double sum = 0;
      for (float element : gradient(gradient, row, 1100)) {
        sum += element;
      }
      assertThat(sum).isCloseTo(all[row] / 2, within(1e-6));
    }
  }

  private static final float NONE = Float.NEGATIVE_INFINITY;

  /** A row of an edge case, alone in its tensor. */
  private static double lossOf(CrossEntropyOptions options, float[] gradient, float... row) {
    FloatTensor x = FloatTensor.wrap(row, 1, row.length);
    float[] soft = new float[row.length];
    float[] p = new float[row.length];
    p[0] = 1;
    FloatTensor hot = FloatTensor.wrap(p, 1, row.length);
    double loss = Losses.crossEntropyWithGradient(x, IntTensor.of(0), options, gradient);
    double softLoss = Losses.crossEntropyWithGradient(x, hot, options, soft);
    assertThat(Double.valueOf(softLoss)).isEqualTo(Double.valueOf(loss));
    for (int c = 0; c < row.length; c++) {
      assertThat(Float.valueOf(soft[c])).isEqualTo(Float.valueOf(gradient[c]));
    }
    return loss;
  }

  @Test
  void edges() {
    float[] gradient = new float[3];
    CrossEntropyOptions both = DEFAULTS.temperature(0.7).zLoss(0.01);
    for (float[] row :
        new float[][] {
          {Float.NaN, 1, 2},
          {1, Float.NaN, NONE},
          {1, Float.POSITIVE_INFINITY, 0},
          {NONE, NONE, NONE}
        }) {
      FloatTensor x = FloatTensor.wrap(row, 1, 3);
      assertThat(Losses.crossEntropyWithGradient(x, IntTensor.of(0), both, gradient)).isNaN();
      assertThat(gradient).containsOnly(Float.NaN);
      FloatTensor p = FloatTensor.of(new float[][] {{1, 0, 0}});
      assertThat(Losses.crossEntropyWithGradient(x, p, both, gradient)).isNaN();
      assertThat(gradient).containsOnly(Float.NaN);
      IntTensor ignored = IntTensor.of(IGNORED);
      CrossEntropyOptions sum = both.reduction(Reduction.SUM);
      assertThat(Losses.crossEntropyWithGradient(x, ignored, sum, gradient)).isZero();
      assertThat(gradient).containsOnly(0f);
      assertThat(Losses.crossEntropy(x, ignored, both)).isNaN();
    }
    double alone = Math.pow(1 / 0.7, 2) * 0.01;
    assertThat(lossOf(both, gradient, 1, NONE, NONE)).isCloseTo(alone, within(1e-8));
    assertThat(lossOf(both, gradient, NONE, 1, 2)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(lossOf(both, gradient, 1, NONE, 2)).isPositive().isFinite();
    assertThat(gradient[1]).isZero();
    assertThat(lossOf(both.labelSmoothing(0.1), new float[3], 3e38f, 1, 2)).isNaN(); // x / t is +∞
    CrossEntropyOptions huge = DEFAULTS.zLoss(1e-4);
    assertThat(lossOf(huge, gradient, 3e38f, 1, 2)).isCloseTo(9e72, within(1e66));
    assertThat(lossOf(huge, gradient, -3e38f, NONE, NONE)).isCloseTo(9e72, within(1e66));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 1e-10, 1e10, 1e30})
  void extremeTemperatures(double temperature) {
    float unit = (float) temperature;
    float[] gradient = new float[3];
    FloatTensor x = FloatTensor.wrap(new float[] {unit, -2 * unit, 0.5f * unit}, 1, 3);
    double loss =
        Losses.crossEntropyWithGradient(
            x, IntTensor.of(1), DEFAULTS.temperature(temperature), gradient);
    double sum = Math.exp(1) + Math.exp(-2) + Math.exp(0.5);
    assertThat(loss).isCloseTo(2 + Math.log(sum), within(1e-6));
    assertThat(gradient[0] * temperature).isCloseTo(Math.exp(1) / sum, within(1e-6));
    assertThat(gradient[1] * temperature).isCloseTo(Math.exp(-2) / sum - 1, within(1e-6));
  }
}
