/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and gradients in which each token has a weight. */
final class TokenWeightsTest {

  private static final long SEED = Long.getLong("weights.seed", new Random().nextInt());
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final int IGNORED = CrossEntropyOptions.DEFAULT_IGNORE_INDEX;

  private static final float[] WEIGHTS = {0, 1, 0.1f, 0.5f, 3, 1e-6f, 1e6f, 0x1p-30f, 0x1p20f};

  /** Rows, targets, of which some are ignored, and weights, of which some are 0. */
  private static final class Batch {
    private final int rows;
    private final int classes;
    private final float[] logits;
    private final int[] targets;
    private final float[] weights;

    Batch(int rows, int classes, float[] logits, int[] targets, float[] weights) {
      this.rows = rows;
      this.classes = classes;
      this.logits = logits;
      this.targets = targets;
      this.weights = weights;
    }

    static Batch random(int rows, int classes, Random random) {
      float[] logits = AdversarialRows.normal(rows * classes, random, 4, 0);
      int[] targets = random.ints(rows, 0, classes).toArray();
      float[] weights = new float[rows];
      for (int row = 0; row < rows; row++) {
        targets[row] = random.nextInt(6) == 0 ? IGNORED : targets[row];
        weights[row] = random.nextInt(4) == 0 ? 0 : random.nextFloat() * 3;
      }
      return new Batch(rows, classes, logits, targets, weights);
    }

    boolean counts(int row) {
      return targets[row] != IGNORED && weights[row] != 0;
    }

    FloatTensor tensor() {
      return FloatTensor.wrap(logits, rows, classes);
    }

    IntTensor targetTensor() {
      return IntTensor.of(targets);
    }

    FloatTensor weightTensor() {
      return FloatTensor.of(weights);
    }
  }

  private static Random random(String name) {
    System.out.println(name + ": seed " + SEED);
    return new Random(SEED);
  }

  @TestFactory
  Stream<DynamicTest> lossAndGradientAreExact() {
    System.out.println("exact weighted losses: seed " + SEED);
    return AdversarialRows.families().entrySet().stream()
        .map(
            family ->
                DynamicTest.dynamicTest(
                    family.getKey(),
                    () -> {
                      for (Route route : Route.values()) {
                        for (int classes : new int[] {1, 3, 40, 1_100}) {
                          checkExact(family, route, classes);
                        }
                      }
                    }));
  }

  private static void checkExact(
      Map.Entry<String, AdversarialRows.Family> family, Route route, int classes) {
    Random random = new Random(SEED + classes);
    int rows = 7;
    float[] logits = new float[rows * classes];
    int[] targets = random.ints(rows, 0, classes).toArray();
    float[] weights = new float[rows];
    for (int row = 0; row < rows; row++) {
      float[] values = family.getValue().row(classes, random);
      System.arraycopy(values, 0, logits, row * classes, classes);
      weights[row] = WEIGHTS[random.nextInt(WEIGHTS.length)];
      while (values[targets[row]] == Float.NEGATIVE_INFINITY) {
        targets[row] = (targets[row] + 1) % classes;
      }
    }
    targets[3] = IGNORED;
    weights[4] = 0.25f;
    FloatTensor tensor = route.tensor(logits, rows, classes);
    IntTensor targetTensor = route.perRow(targets);
    FloatTensor weightTensor = FloatTensor.wrap(weights, targetTensor.shape().toArray());
    float[] gradient = new float[logits.length];
    double loss =
        Losses.crossEntropyWithGradient(
            tensor, targetTensor, weightTensor, route.options(), gradient);
    assertThat(loss)
        .isEqualTo(Losses.crossEntropy(tensor, targetTensor, weightTensor, route.options()));
    float[] read = route.rowMajor(tensor.toArray(), rows, classes);
    float[] byRow = route.rowMajor(gradient, rows, classes);
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal divisor = BigDecimal.ZERO;
    double bound = 0;
    for (int row = 0; row < rows; row++) {
      if (targets[row] != IGNORED && weights[row] != 0) {
        ExactReference exact = ExactReference.of(read, row * classes, 1, classes);
        BigDecimal weight = new BigDecimal(weights[row]);
        sum = sum.add(exact.exactLoss(targets[row]).multiply(weight));
        divisor = divisor.add(weight);
        bound += weights[row] * Bounds.loss(exact.loss(targets[row]));
      }
    }
    double mean = sum.divide(divisor, MathContext.DECIMAL128).doubleValue();
    assertThat(loss)
        .as("%s, %d classes", route, classes)
        .isCloseTo(mean, within(bound / divisor.doubleValue() + 1e-15 * mean));
    for (int row = 0; row < rows; row++) {
      boolean counts = targets[row] != IGNORED && weights[row] != 0;
      checkGradient(
          Arrays.copyOfRange(read, row * classes, (row + 1) * classes),
          Arrays.copyOfRange(byRow, row * classes, (row + 1) * classes),
          counts ? targets[row] : -1,
          new BigDecimal(weights[row]).divide(divisor, MathContext.DECIMAL128).doubleValue());
    }
  }

  /** v/Σv·(softmax − onehot), within the bounds of a gradient without weights. */
  private static void checkGradient(float[] x, float[] gradient, int target, double share) {
    if (target < 0) {
      assertThat(gradient).containsOnly(0f);
      return;
    }
    ExactReference exact = ExactReference.of(x);
    int step = 1 + x.length / 30;
    for (int c = target % step; c < x.length; c += step) {
      BigDecimal p = exact.exactProbability(c);
      BigDecimal slope = c == target ? p.subtract(BigDecimal.ONE) : p;
      if (c == target && exact.loss(target) < 1e-3) { // 1 − p has lost its digits
        slope = BigDecimal.valueOf(Math.expm1(-exact.loss(target)));
      }
      double expected = slope.multiply(BigDecimal.valueOf(share)).doubleValue();
      assertThat((double) gradient[c])
          .as("class %d, target %d, share %s", c, target, share)
          .isCloseTo(expected, within(Bounds.gradient(expected) + 1e-15 * share));
    }
  }

  /** Options of every kind, and the weighted losses that follow from the others. */
  @ParameterizedTest
  @EnumSource(Route.class)
  void everyLossIsMultipliedByItsWeight(Route route) {
    Random random = random("weighted " + route);
    for (int trial = 0; trial < 60; trial++) {
      Batch batch = Batch.random(1 + random.nextInt(40), 1 + random.nextInt(60), random);
      CrossEntropyOptions options = options(route.options(), batch.classes, random);
      FloatTensor logits = route.tensor(batch.logits, batch.rows, batch.classes);
      IntTensor targets = route.perRow(batch.targets);
      FloatTensor weights = FloatTensor.wrap(batch.weights, targets.shape().toArray());
      double[] plain = Losses.crossEntropyPerToken(logits, targets, options).toArray();
      double[] expected = new double[batch.rows];
      BigDecimal sum = BigDecimal.ZERO;
      BigDecimal divisor = BigDecimal.ZERO;
      for (int row = 0; row < batch.rows; row++) {
        expected[row] = batch.counts(row) ? batch.weights[row] * plain[row] : 0;
        sum = sum.add(new BigDecimal(expected[row]));
        if (batch.counts(row)) {
          int target = batch.targets[row];
          double ofClass = options.classWeights().map(all -> all.get(target)).orElse(1f);
          divisor = divisor.add(new BigDecimal(batch.weights[row] * ofClass));
        }
      }
      assertThat(Losses.crossEntropyPerToken(logits, targets, weights, options).toArray())
          .isEqualTo(expected);
      CrossEntropyOptions summed = options.reduction(Reduction.SUM);
      assertThat(Losses.crossEntropy(logits, targets, weights, summed))
          .isEqualTo(sum.doubleValue());
      double mean = divisor.signum() == 0 ? Double.NaN : sum.doubleValue() / divisor.doubleValue();
      assertThat(Losses.crossEntropy(logits, targets, weights, options))
          .isEqualTo(Double.valueOf(mean));
      checkGradients(batch, logits, targets, weights, options);
    }
  }

  private static CrossEntropyOptions options(
      CrossEntropyOptions start, int classes, Random random) {
    CrossEntropyOptions options = start;
    options = random.nextInt(3) == 0 ? options.labelSmoothing(0.1) : options;
    options = random.nextInt(3) == 0 ? options.temperature(0.7) : options;
    if (random.nextBoolean()) {
      return random.nextInt(3) == 0 ? options.zLoss(1e-2) : options;
    }
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = random.nextFloat();
    }
    return options.classWeights(weights);
  }

  /** The gradient of the sum times v/Σ, each rounded to float. */
  private static void checkGradients(
      Batch batch,
      FloatTensor logits,
      IntTensor targets,
      FloatTensor weights,
      CrossEntropyOptions options) {
    float[] ofSum = new float[batch.logits.length];
    float[] weighted = new float[batch.logits.length];
    CrossEntropyOptions summed = options.reduction(Reduction.SUM);
    Losses.crossEntropyWithGradient(logits, targets, summed, ofSum);
    double loss = Losses.crossEntropyWithGradient(logits, targets, weights, summed, weighted);
    assertThat(loss).isEqualTo(Losses.crossEntropy(logits, targets, weights, summed));
    boolean isTransposed = options.classAxis() == 1;
    for (int i = 0; i < weighted.length; i++) {
      int row = isTransposed ? i % batch.rows : i / batch.classes;
      double expected = batch.counts(row) ? (double) batch.weights[row] * ofSum[i] : 0;
      assertThat((double) weighted[i])
          .as("element %d of row %d", i, row)
          .isCloseTo(expected, within(4 * Math.ulp((float) expected) + 4e-7 * batch.weights[row]));
    }
    float[] ofMean = new float[batch.logits.length];
    Losses.crossEntropyWithGradient(logits, targets, weights, options, ofMean);
    FloatBuffer buffer = FloatBuffer.allocate(batch.logits.length + 1).position(1);
    Losses.crossEntropyWithGradient(logits, targets, weights, options, buffer);
    float[] inBuffer = new float[batch.logits.length];
    buffer.get(inBuffer);
    assertThat(inBuffer).isEqualTo(ofMean);
  }

  @Test
  void weightsOfOneChangeNoBit() {
    Random random = random("weights of 1");
    for (int trial = 0; trial < 60; trial++) {
      Batch batch = Batch.random(1 + random.nextInt(300), 1 + random.nextInt(40), random);
      Arrays.fill(batch.weights, 1);
      CrossEntropyOptions options = options(DEFAULTS, batch.classes, random);
      assertSameLosses(batch, batch.targetTensor(), options);
      assertSameSums(batch, batch.targetTensor(), options.zLoss(0).predictions(trial % 2 == 0));
    }
  }

  /** Rows of weight 0 hold NaN, which nobody reads. */
  @Test
  void weightsOfZeroAreIgnoredRows() {
    Random random = random("weights of 0");
    for (int trial = 0; trial < 60; trial++) {
      Batch batch = Batch.random(1 + random.nextInt(300), 1 + random.nextInt(40), random);
      int[] masked = batch.targets.clone();
      for (int row = 0; row < batch.rows; row++) {
        if (batch.weights[row] != 0) {
          batch.weights[row] = 1;
        } else {
          masked[row] = IGNORED;
          Arrays.fill(batch.logits, row * batch.classes, (row + 1) * batch.classes, Float.NaN);
        }
      }
      CrossEntropyOptions options = options(DEFAULTS, batch.classes, random);
      assertSameLosses(batch, IntTensor.of(masked), options);
      assertSameSums(batch, IntTensor.of(masked), options.zLoss(0).predictions(trial % 2 == 0));
    }
  }

  private static void assertSameLosses(
      Batch batch, IntTensor without, CrossEntropyOptions options) {
    FloatTensor logits = batch.tensor();
    IntTensor targets = batch.targetTensor();
    FloatTensor weights = batch.weightTensor();
    for (Reduction reduction : Reduction.values()) {
      CrossEntropyOptions reduced = options.reduction(reduction);
      assertThat(Losses.crossEntropy(logits, targets, weights, reduced))
          .isEqualTo(Double.valueOf(Losses.crossEntropy(logits, without, reduced)));
      float[] gradient = new float[batch.logits.length];
      float[] expected = new float[batch.logits.length];
      assertThat(Losses.crossEntropyWithGradient(logits, targets, weights, reduced, gradient))
          .isEqualTo(
              Double.valueOf(Losses.crossEntropyWithGradient(logits, without, reduced, expected)));
      assertThat(gradient).isEqualTo(expected);
    }
    assertThat(Losses.crossEntropyPerToken(logits, targets, weights, options))
        .isEqualTo(Losses.crossEntropyPerToken(logits, without, options));
  }

  private static void assertSameSums(Batch batch, IntTensor without, CrossEntropyOptions options) {
    IntTensor bytes = IntTensor.of(IntStream.range(0, batch.rows).map(row -> row % 5).toArray());
    TokenBytes vocabulary = TokenBytes.of(new byte[batch.classes][3]);
    FloatTensor logits = batch.tensor();
    IntTensor targets = batch.targetTensor();
    FloatTensor weights = batch.weightTensor();
    LossAccumulator weighted =
        new LossAccumulator(options)
            .add(logits, targets, weights)
            .endDocument()
            .add(logits, targets, weights, bytes)
            .endDocument()
            .add(logits, targets, weights, vocabulary);
    LossAccumulator expected =
        new LossAccumulator(options)
            .add(logits, without)
            .endDocument()
            .add(logits, without, bytes)
            .endDocument()
            .add(logits, without, vocabulary);
    assertThat(weighted.report()).isEqualTo(expected.report());
    assertThat(weighted.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Test
  void theMeanDoesNotDependOnTheScaleOfTheWeights() {
    Random random = random("scaled weights");
    Batch batch = Batch.random(50, 20, random);
    IntTensor bytes = IntTensor.of(random.ints(50, 0, 6).toArray());
    LossAccumulator accumulator = new LossAccumulator();
    LossAccumulator scaled = new LossAccumulator();
    float[] eightTimes = batch.weights.clone();
    for (int row = 0; row < eightTimes.length; row++) {
      eightTimes[row] *= 8;
    }
    for (int document = 0; document < 5; document++) {
      int from = 10 * document;
      int to = from + 10;
      FloatTensor logits = batch.tensor().slice(from, to);
      IntTensor targets = batch.targetTensor().slice(from, to);
      FloatTensor weights = batch.weightTensor().slice(from, to);
      FloatTensor eight = FloatTensor.of(eightTimes).slice(from, to);
      accumulator.add(logits, targets, weights, bytes.slice(from, to)).endDocument();
      scaled.add(logits, targets, eight, bytes.slice(from, to)).endDocument();
    }
    LossReport report = accumulator.report();
    LossReport of = scaled.report();
    assertThat(of.loss()).isEqualTo(report.loss());
    assertThat(of.bitsPerByte()).isEqualTo(report.bitsPerByte());
    assertThat(of.standardErrorsByToken()).isEqualTo(report.standardErrorsByToken());
    assertThat(of.standardErrorsByDocument()).isEqualTo(report.standardErrorsByDocument());
    assertThat(of.totalNats()).isEqualTo(8 * report.totalNats());
    assertThat(report.standardErrorsByDocument().ofBitsPerByte()).isPositive();
  }

  /** From their definitions, in double. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void reportsAreRatiosOfWeightedSums(boolean haveClassWeights) {
    Random random = random("weighted report");
    Batch batch = Batch.random(200, 30, random);
    int[] bytes = random.ints(200, 0, 6).toArray();
    CrossEntropyOptions options = DEFAULTS;
    double[] ofClass = new double[30];
    Arrays.fill(ofClass, 1);
    if (haveClassWeights) {
      float[] classWeights = new float[30];
      for (int c = 0; c < 30; c++) {
        classWeights[c] = random.nextFloat();
        ofClass[c] = classWeights[c];
      }
      options = options.classWeights(classWeights);
    }
    double[] plain =
        Losses.crossEntropyPerToken(batch.tensor(), batch.targetTensor(), options).toArray();
    double nats = 0;
    double weightSum = 0;
    double natsWithBytes = 0;
    double byteSum = 0;
    int tokens = 0;
    int tokensWithBytes = 0;
    int allBytes = 0;
    for (int row = 0; row < 200; row++) {
      if (batch.counts(row)) {
        double loss = batch.weights[row] * plain[row];
        nats += loss;
        weightSum += batch.weights[row] * ofClass[batch.targets[row]];
        natsWithBytes += bytes[row] > 0 ? loss : 0;
        byteSum += (double) batch.weights[row] * bytes[row];
        allBytes += bytes[row];
        tokens++;
        tokensWithBytes += bytes[row] > 0 ? 1 : 0;
      }
    }
    double residuals = 0;
    double residualsOfBytes = 0;
    for (int row = 0; row < 200; row++) {
      if (batch.counts(row)) {
        double weight = batch.weights[row];
        double loss = weight * plain[row];
        double gap = loss - nats / weightSum * weight * ofClass[batch.targets[row]];
        residuals += gap * gap;
        double ofBytes = loss - natsWithBytes / byteSum * weight * bytes[row];
        residualsOfBytes += bytes[row] > 0 ? ofBytes * ofBytes : 0;
      }
    }
    LossReport report =
        new LossAccumulator(options)
            .add(batch.tensor(), batch.targetTensor(), batch.weightTensor(), IntTensor.of(bytes))
            .report();
    assertThat(report.scoredTokens()).isEqualTo(tokens);
    assertThat(report.ignoredTokens()).isEqualTo(200 - tokens);
    assertThat(report.scoredBytes()).isEqualTo(allBytes);
    assertThat(report.totalNats()).isCloseTo(nats, within(1e-12 * nats));
    assertThat(report.loss()).isCloseTo(nats / weightSum, within(1e-12));
    double bitsPerByte = natsWithBytes / byteSum / Math.log(2);
    assertThat(report.bitsPerByte()).isCloseTo(bitsPerByte, within(1e-12));
    StandardErrors errors = report.standardErrorsByToken();
    double ofLoss = Math.sqrt(residuals * tokens / (tokens - 1)) / weightSum;
    assertThat(errors.ofLoss()).isCloseTo(ofLoss, within(1e-12));
    double ofNatsPerByte =
        Math.sqrt(residualsOfBytes * tokensWithBytes / (tokensWithBytes - 1)) / byteSum;
    assertThat(errors.ofBitsPerByte()).isCloseTo(ofNatsPerByte / Math.log(2), within(1e-12));
  }

  @Test
  void noBatchSplitChangesABit() {
    Random random = random("split weighted batches");
    for (int trial = 0; trial < 20; trial++) {
      Batch batch = Batch.random(2 + random.nextInt(400), 1 + random.nextInt(30), random);
      IntTensor bytes = IntTensor.of(random.ints(batch.rows, 0, 6).toArray());
      CrossEntropyOptions options =
          options(DEFAULTS, batch.classes, random).zLoss(0).predictions(trial % 2 == 0);
      LossAccumulator atOnce =
          new LossAccumulator(options)
              .add(batch.tensor(), batch.targetTensor(), batch.weightTensor(), bytes);
      LossAccumulator inParts = new LossAccumulator(options.parallel(false));
      LossAccumulator other = new LossAccumulator(options);
      int from = 0;
      while (from < batch.rows) {
        int to = Math.min(batch.rows, from + 1 + random.nextInt(150));
        (random.nextBoolean() ? inParts : other)
            .add(
                batch.tensor().slice(from, to),
                batch.targetTensor().slice(from, to),
                batch.weightTensor().slice(from, to),
                bytes.slice(from, to));
        from = to;
      }
      other.combine(inParts);
      assertThat(other.report()).isEqualTo(atOnce.report());
      assertThat(other.toByteArray()).isEqualTo(atOnce.toByteArray());
      assertThat(LossAccumulator.fromByteArray(atOnce.toByteArray()).report())
          .isEqualTo(atOnce.report());
    }
  }

  /** Enough rows for several threads. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void threadsChangeNoBit(int axis) {
    Random random = random("weights on threads");
    int rows = 1_000;
    int classes = 700;
    FloatTensor logits =
        FloatTensor.wrap(
            AdversarialRows.normal(rows * classes, random, 3, 0),
            axis < 0 ? new int[] {1, rows, classes} : new int[] {1, classes, rows});
    IntTensor targets = IntTensor.wrap(random.ints(rows, 0, classes).toArray(), 1, rows);
    float[] weights = new float[rows];
    for (int row = 0; row < rows; row++) {
      weights[row] = random.nextInt(3) * random.nextFloat();
    }
    FloatTensor tokenWeights = FloatTensor.wrap(weights, 1, rows);
    CrossEntropyOptions alone = DEFAULTS.classAxis(axis).parallel(false);
    CrossEntropyOptions several = alone.parallel(true);
    float[] expected = new float[rows * classes];
    float[] gradient = new float[rows * classes];
    double loss = Losses.crossEntropyWithGradient(logits, targets, tokenWeights, alone, expected);
    assertThat(Losses.crossEntropyWithGradient(logits, targets, tokenWeights, several, gradient))
        .isEqualTo(loss);
    assertThat(gradient).isEqualTo(expected);
    assertThat(new LossAccumulator(several).add(logits, targets, tokenWeights).report())
        .isEqualTo(new LossAccumulator(alone).add(logits, targets, tokenWeights).report());
    assertThat(new LossAccumulator(alone).add(logits, targets, tokenWeights).report().loss())
        .isEqualTo(loss);
  }

  @Test
  void softTargetsHaveWeights() {
    Random random = random("weighted soft targets");
    for (int trial = 0; trial < 40; trial++) {
      Batch batch = Batch.random(1 + random.nextInt(30), 2 + random.nextInt(30), random);
      float[] probabilities = new float[batch.logits.length];
      for (int i = 0; i < probabilities.length; i++) {
        probabilities[i] = random.nextFloat();
      }
      for (int row = 0; row < batch.rows; row++) {
        if (batch.weights[row] == 0) {
          int start = row * batch.classes;
          Arrays.fill(probabilities, start, start + batch.classes, Float.NaN);
          batch.logits[start] = Float.NaN;
        }
      }
      FloatTensor soft = FloatTensor.wrap(probabilities, batch.rows, batch.classes);
      CrossEntropyOptions options = options(DEFAULTS, batch.classes, random);
      double[] plain = Losses.crossEntropyPerToken(batch.tensor(), soft, options).toArray();
      double[] expected = new double[batch.rows];
      BigDecimal sum = BigDecimal.ZERO;
      BigDecimal divisor = BigDecimal.ZERO;
      for (int row = 0; row < batch.rows; row++) {
        expected[row] = batch.weights[row] == 0 ? 0 : batch.weights[row] * plain[row];
        sum = sum.add(new BigDecimal(expected[row]));
        divisor = divisor.add(new BigDecimal(batch.weights[row]));
      }
      FloatTensor weights = batch.weightTensor();
      assertThat(Losses.crossEntropyPerToken(batch.tensor(), soft, weights, options).toArray())
          .isEqualTo(expected);
      double mean = divisor.signum() == 0 ? Double.NaN : sum.doubleValue() / divisor.doubleValue();
      assertThat(Losses.crossEntropy(batch.tensor(), soft, weights, options))
          .isEqualTo(Double.valueOf(mean));
      checkSoftGradients(batch, soft, options);
    }
  }

  private static void checkSoftGradients(
      Batch batch, FloatTensor soft, CrossEntropyOptions options) {
    FloatTensor weights = batch.weightTensor();
    CrossEntropyOptions summed = options.reduction(Reduction.SUM);
    float[] ofSum = new float[batch.logits.length];
    float[] weighted = new float[batch.logits.length];
    Losses.crossEntropyWithGradient(batch.tensor(), soft, summed, ofSum);
    double sum = Losses.crossEntropyWithGradient(batch.tensor(), soft, weights, summed, weighted);
    assertThat(sum).isEqualTo(Losses.crossEntropy(batch.tensor(), soft, weights, summed));
    for (int i = 0; i < weighted.length; i++) {
      float weight = batch.weights[i / batch.classes];
      double expected = weight == 0 ? 0 : (double) weight * ofSum[i];
      double room = 4 * Math.ulp((float) expected) + 1e-6 * batch.classes * weight;
      assertThat((double) weighted[i]).isCloseTo(expected, within(room));
    }
    FloatBuffer buffer = FloatBuffer.allocate(weighted.length);
    Losses.crossEntropyWithGradient(batch.tensor(), soft, weights, summed, buffer);
    assertThat(buffer.array()).isEqualTo(weighted);
    float[] ones = new float[batch.rows];
    Arrays.fill(ones, 1);
    float[] ofOnes = new float[weighted.length];
    Losses.crossEntropyWithGradient(batch.tensor(), soft, FloatTensor.of(ones), summed, ofOnes);
    assertThat(ofOnes).isEqualTo(ofSum);
  }

  /** Rows without a class are NaN each, unless their weight is 0. */
  @Test
  void rowsWithoutClasses() {
    FloatTensor nothing = FloatTensor.wrap(new float[0], 2, 0);
    FloatTensor second = FloatTensor.of(0, 1);
    CrossEntropyOptions sum = DEFAULTS.reduction(Reduction.SUM);
    assertThat(Losses.crossEntropy(nothing, nothing, second, sum)).isNaN();
    assertThat(Losses.crossEntropy(nothing, nothing, FloatTensor.of(0, 0), sum)).isZero();
    assertThat(Losses.crossEntropyPerToken(nothing, nothing, second, DEFAULTS).toArray())
        .containsExactly(0, Double.NaN);
  }

  @Test
  void logProbabilitiesHaveWeights() {
    Random random = random("weighted log-probabilities");
    Batch batch = Batch.random(60, 9, random);
    float[] logProbs = Losses.logSoftmax(batch.tensor()).toArray();
    for (int row = 0; row < batch.rows; row++) {
      if (batch.weights[row] == 0) { // as a logit, which would be refused
        Arrays.fill(logProbs, row * 9, (row + 1) * 9, 5);
      }
    }
    FloatTensor tensor = FloatTensor.wrap(logProbs, 60, 9);
    CrossEntropyOptions options = DEFAULTS.classWeights(1, 2, 3, 4, 5, 6, 7, 8, 0.5f);
    double sum = 0;
    double divisor = 0;
    double[] perToken =
        Losses.nllLossPerToken(tensor, batch.targetTensor(), batch.weightTensor(), options)
            .toArray();
    for (int row = 0; row < batch.rows; row++) {
      double expected = 0;
      if (batch.counts(row)) {
        double weight =
            batch.weights[row] * (double) options.classWeights().get().get(batch.targets[row]);
        expected = -weight * logProbs[row * 9 + batch.targets[row]];
        sum += expected;
        divisor += weight;
      }
      assertThat(perToken[row]).isCloseTo(expected, within(1e-14 * (1 + expected)));
    }
    assertThat(Losses.nllLoss(tensor, batch.targetTensor(), batch.weightTensor(), options))
        .isCloseTo(sum / divisor, within(1e-13));
  }

  @Test
  void everyWeightZero() {
    FloatTensor logits = FloatTensor.of(new float[][] {{1, 2, 3}, {Float.NaN, 0, 0}});
    IntTensor targets = IntTensor.of(0, 2);
    FloatTensor none = FloatTensor.of(0, -0f);
    CrossEntropyOptions sum = DEFAULTS.reduction(Reduction.SUM);
    assertThat(Losses.crossEntropy(logits, targets, none, DEFAULTS)).isNaN();
    assertThat(Losses.crossEntropy(logits, targets, none, sum)).isZero();
    assertThat(Losses.crossEntropy(logits, logits, none, DEFAULTS)).isNaN();
    float[] gradient = {9, 9, 9, 9, 9, 9};
    assertThat(Losses.crossEntropyWithGradient(logits, targets, none, DEFAULTS, gradient)).isNaN();
    assertThat(gradient).containsOnly(0f);
    LossReport report = new LossAccumulator().add(logits, targets, none).report();
    assertThat(report).isEqualTo(Metrics.evaluate(logits, IntTensor.of(IGNORED, IGNORED)));
  }

  @Test
  void notFiniteLosses() {
    float infinity = Float.POSITIVE_INFINITY;
    FloatTensor logits = FloatTensor.of(new float[][] {{1, 2, -infinity}, {Float.NaN, 0, 0}});
    FloatTensor weights = FloatTensor.of(0.1f, 0.1f);
    assertThat(Losses.crossEntropyPerToken(logits, IntTensor.of(2, 1), weights, DEFAULTS).toArray())
        .containsExactly(Double.POSITIVE_INFINITY, Double.NaN);
    FloatTensor first = FloatTensor.of(0.1f, 0);
    assertThat(Losses.crossEntropy(logits, IntTensor.of(2, 1), first, DEFAULTS))
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  /** A class weight of 0 is another thing: its row is scored, and NaN if it holds NaN. */
  @Test
  void aClassOfWeightZeroIsScored() {
    FloatTensor logits = FloatTensor.of(new float[][] {{Float.NaN, 0}, {1, 2}});
    IntTensor targets = IntTensor.of(0, 1);
    CrossEntropyOptions options = DEFAULTS.classWeights(0, 1);
    assertThat(Losses.crossEntropy(logits, targets, FloatTensor.of(1, 1), options)).isNaN();
    assertThat(Losses.crossEntropy(logits, targets, FloatTensor.of(0, 1), options))
        .isEqualTo(Losses.crossEntropy(logits, IntTensor.of(IGNORED, 1), options));
  }

  @Test
  void theLargestWeights() {
    float most = Float.MAX_VALUE;
    FloatTensor logits = FloatTensor.of(new float[][] {{1, 2}, {most, -most}, {2, 2}});
    IntTensor targets = IntTensor.of(0, 1, 1);
    FloatTensor weights = FloatTensor.of(most, most, Float.MIN_VALUE);
    CrossEntropyOptions options = DEFAULTS.classWeights(most, most);
    LossAccumulator accumulator =
        new LossAccumulator(options).add(logits, targets, weights, IntTensor.of(3, 512, 1));
    double expected = Losses.crossEntropy(logits, targets, weights, options);
    assertThat(accumulator.report().loss()).isEqualTo(expected).isCloseTo(most, within(1e30));
    assertThat(accumulator.report().bitsPerByte()).isFinite().isPositive();
    byte[] form = accumulator.endDocument().toByteArray();
    assertThat(LossAccumulator.fromByteArray(form).toByteArray()).isEqualTo(form);
  }

  /** The weights may be in the array for results: they have been read by then. */
  @Test
  void weightsInTheArrayOfTheGradient() {
    FloatTensor logits = FloatTensor.of(new float[][] {{1, 2}, {3, 1}});
    IntTensor targets = IntTensor.of(0, 1);
    float[] expected = new float[4];
    double loss =
        Losses.crossEntropyWithGradient(
            logits, targets, FloatTensor.of(0.5f, 2), DEFAULTS, expected);
    float[] shared = {0.5f, 2, 0, 0};
    FloatTensor weights = FloatTensor.wrapAt(shared, 0, 2);
    assertThat(Losses.crossEntropyWithGradient(logits, targets, weights, DEFAULTS, shared))
        .isEqualTo(loss);
    assertThat(shared).isEqualTo(expected);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(floats = {-1, -Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY})
  void unusableWeights(float weight) {
    FloatTensor logits = FloatTensor.wrap(new float[2 * 3 * 4], 2, 3, 4);
    IntTensor targets = IntTensor.of(new int[][] {{0, 1, 2}, {3, 2, IGNORED}});
    FloatTensor weights = FloatTensor.of(new float[][] {{0, 1, 0.5f}, {0.1f, 3, weight}});
    String message =
        "tokenWeights at index (1, 2) is "
            + weight
            + ", expected a finite number, 0 or more: 0 where a token is not to count";
    assertRefusedEverywhere(logits, targets, weights, message);
  }

  @Test
  void weightsOfAnotherShape() {
    FloatTensor logits = FloatTensor.wrap(new float[2 * 3 * 4], 2, 3, 4);
    IntTensor targets = IntTensor.of(new int[][] {{0, 1, 2}, {3, 2, IGNORED}});
    for (int[] shape : new int[][] {{6}, {3, 2}, {2, 3, 1}, {2, 3, 4}, {}}) {
      FloatTensor weights =
          FloatTensor.wrap(new float[24], 24).slice(0, size(shape)).reshape(shape);
      String message =
          "tokenWeights have shape "
              + Shape.of(shape)
              + ", expected (2, 3) for logits of shape (2, 3, 4): one for each row";
      assertRefusedEverywhere(logits, targets, weights, message);
    }
  }

  private static int size(int... shape) {
    return (int) Shape.of(shape).size();
  }

  private static void assertRefusedEverywhere(
      FloatTensor logits, IntTensor targets, FloatTensor weights, String message) {
    float[] out = new float[24];
    Arrays.fill(out, 7);
    FloatBuffer buffer = FloatBuffer.wrap(out);
    FloatTensor soft = FloatTensor.wrap(new float[24], 2, 3, 4);
    assertRefused(() -> Losses.crossEntropy(logits, targets, weights, DEFAULTS), message);
    assertRefused(() -> Losses.crossEntropy(logits, soft, weights, DEFAULTS), message);
    assertRefused(() -> Losses.crossEntropyPerToken(logits, targets, weights, DEFAULTS), message);
    assertRefused(() -> Losses.crossEntropyPerToken(logits, soft, weights, DEFAULTS), message);
    assertRefused(
        () -> Losses.crossEntropyWithGradient(logits, targets, weights, DEFAULTS, out), message);
    assertRefused(
        () -> Losses.crossEntropyWithGradient(logits, soft, weights, DEFAULTS, out), message);
    assertRefused(
        () -> Losses.crossEntropyWithGradient(logits, targets, weights, DEFAULTS, buffer), message);
    assertRefused(
        () -> Losses.crossEntropyWithGradient(logits, soft, weights, DEFAULTS, buffer), message);
    String ofLogProbs = message.replace("for logits", "for logProbs");
    assertRefused(() -> Losses.nllLoss(logits, targets, weights, DEFAULTS), ofLogProbs);
    assertRefused(() -> Losses.nllLossPerToken(logits, targets, weights, DEFAULTS), ofLogProbs);
    assertThat(out).containsOnly(7);
    LossAccumulator accumulator = new LossAccumulator();
    byte[] empty = accumulator.toByteArray();
    IntTensor bytes = IntTensor.wrap(new int[6], 2, 3);
    TokenBytes vocabulary = TokenBytes.of(new byte[4][2]);
    assertRefused(() -> accumulator.add(logits, targets, weights), message);
    assertRefused(() -> accumulator.add(logits, targets, weights, bytes), message);
    assertRefused(() -> accumulator.add(logits, targets, weights, vocabulary), message);
    assertThat(accumulator.toByteArray()).isEqualTo(empty);
  }

  /** What is wrong with the other arguments is said as ever, weight 0 or not. */
  @Test
  void theTargetOfAWeightZero() {
    FloatTensor logits = FloatTensor.wrap(new float[8], 2, 4);
    FloatTensor weights = FloatTensor.of(1, 0);
    assertThatThrownBy(() -> Losses.crossEntropy(logits, IntTensor.of(1, 4), weights, DEFAULTS))
        .hasMessage("target at index (1) is 4, expected 0 <= target < 4 or the ignore index -100");
    assertThatThrownBy(
            () ->
                Losses.crossEntropyPerToken(
                    logits, IntTensor.of(1, 3), weights, DEFAULTS.reduction(Reduction.SUM)))
        .hasMessageStartingWith("reduction is SUM, expected MEAN");
  }

  /** A row alone goes as a batch of rank 0. */
  @Test
  void aRowAlone() {
    FloatTensor row = FloatTensor.of(1, 2, 4);
    LossAccumulator accumulator = new LossAccumulator();
    accumulator.add(row, IntTensor.scalar(1), FloatTensor.scalar(0.5f));
    accumulator.add(row, IntTensor.scalar(2), FloatTensor.scalar(3), IntTensor.scalar(4));
    double first = Losses.crossEntropy(row, IntTensor.scalar(1));
    double second = Losses.crossEntropy(row, IntTensor.scalar(2));
    LossReport report = accumulator.report();
    assertThat(report.loss()).isCloseTo((0.5 * first + 3 * second) / 3.5, within(1e-15));
    assertThat(report.scoredTokens()).isEqualTo(2);
    assertThat(report.tokensWithoutByteCount()).isOne();
    assertThat(report.bitsPerByte()).isNaN();
  }

  /** Every token that counts at all counts the same in what is told of predictions. */
  @Test
  void predictionsAreNotWeighted() {
    Random random = random("weighted predictions");
    Batch batch = Batch.random(300, 12, random);
    CrossEntropyOptions options = DEFAULTS.predictions(true);
    LossReport weighted =
        new LossAccumulator(options)
            .add(batch.tensor(), batch.targetTensor(), batch.weightTensor())
            .report();
    int[] masked = batch.targets.clone();
    for (int row = 0; row < batch.rows; row++) {
      masked[row] = batch.counts(row) ? masked[row] : IGNORED;
    }
    LossReport plain = Metrics.evaluate(batch.tensor(), IntTensor.of(masked), options);
    assertThat(weighted.loss()).isNotEqualTo(plain.loss());
    assertThat(weighted.accuracy()).isEqualTo(plain.accuracy());
    assertThat(weighted.entropy()).isEqualTo(plain.entropy());
    assertThat(weighted.calibrationGap()).isEqualTo(plain.calibrationGap());
    assertThat(weighted.calibrationBins()).isEqualTo(plain.calibrationBins());
  }
}
