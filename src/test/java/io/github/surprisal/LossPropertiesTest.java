/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** What holds for all logits; each example is made from a seed and sizes that jqwik shrinks. */
final class LossPropertiesTest {
  private static final int TRIES = 200;
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final CrossEntropyOptions SUM = DEFAULTS.reduction(Reduction.SUM);

  /** Logits, targets (one in eight ignored) and token bytes of some rows. */
  private static final class Batch {
    final int rows;
    final int classes;
    final float[] data;
    final int[] targets;
    final int[] bytes;

    Batch(int rows, int classes, float[] data, int[] targets, int[] bytes) {
      this.rows = rows;
      this.classes = classes;
      this.data = data;
      this.targets = targets;
      this.bytes = bytes;
    }

    static Batch of(long seed, int rows, int classes) {
      Random random = new Random(seed);
      float scale = (float) Math.pow(10, random.nextInt(4) - 1);
      float offset = random.nextInt(3) * 50f - 50;
      float[] data = AdversarialRows.normal(rows * classes, random, scale, offset);
      int[] targets = new int[rows];
      int[] bytes = new int[rows];
      for (int row = 0; row < rows; row++) {
        targets[row] = random.nextInt(8) == 0 ? -100 : random.nextInt(classes);
        bytes[row] = random.nextInt(5);
      }
      return new Batch(rows, classes, data, targets, bytes);
    }

    FloatTensor logits() {
      return FloatTensor.wrap(data, rows, classes);
    }

    IntTensor target() {
      return IntTensor.wrap(targets, rows);
    }

    IntTensor tokenBytes() {
      return IntTensor.wrap(bytes, rows);
    }

    Batch inOrder(List<Integer> order) {
      Batch result = new Batch(rows, classes, new float[data.length], new int[rows], new int[rows]);
      for (int row = 0; row < rows; row++) {
        int from = order.get(row);
        System.arraycopy(data, from * classes, result.data, row * classes, classes);
        result.targets[row] = targets[from];
        result.bytes[row] = bytes[from];
      }
      return result;
    }

    float[] transposed() {
      float[] result = new float[data.length];
      for (int row = 0; row < rows; row++) {
        for (int c = 0; c < classes; c++) {
          result[c * rows + row] = data[row * classes + c];
        }
      }
      return result;
    }
  }

  private static double[] perToken(Batch batch) {
    return Losses.crossEntropyPerToken(batch.logits(), batch.target(), DEFAULTS).toArray();
  }

  private static float[] gradient(Batch batch, CrossEntropyOptions options) {
    float[] gradient = new float[batch.data.length];
    Losses.crossEntropyWithGradient(batch.logits(), batch.target(), options, gradient);
    return gradient;
  }

  @Property(tries = TRIES)
  void lossesAreNotNegative(@ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int classes) {
    for (double loss : perToken(Batch.of(seed, 3, classes))) {
      assertThat(loss).isNotNegative();
    }
  }

  @Property(tries = TRIES)
  void addingAConstantChangesNothing(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 600) int classes,
      @ForAll @IntRange(min = -64, max = 64) int shift) {
    Random random = new Random(seed);
    float[] data = new float[classes];
    float[] shifted = new float[classes];
    for (int c = 0; c < classes; c++) {
      data[c] = random.nextInt(4096) / 128f - 16; // few bits, so that the shift is exact
      shifted[c] = data[c] + shift;
    }
    IntTensor target = IntTensor.of(random.nextInt(classes));
    double plain = Losses.crossEntropy(FloatTensor.wrap(data, 1, classes), target);
    double moved = Losses.crossEntropy(FloatTensor.wrap(shifted, 1, classes), target);
    assertThat(moved).isCloseTo(plain, within(2 * Bounds.loss(plain)));
  }

  @Property(tries = TRIES)
  void probabilitiesAddUpToOne(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 2000) int classes) {
    Batch batch = Batch.of(seed, 2, classes);
    float[] probabilities = Losses.softmax(batch.logits()).toArray();
    float[] logProbabilities = Losses.logSoftmax(batch.logits()).toArray();
    for (int row = 0; row < 2; row++) {
      double sum = 0;
      for (int c = row * classes; c < (row + 1) * classes; c++) {
        sum += probabilities[c];
        double p = Math.exp(logProbabilities[c]);
        // an ulp of the log-probability is that much of the probability
        double allowed = Bounds.probability(p) + 3 * p * Math.ulp(logProbabilities[c]);
        assertThat((double) probabilities[c]).isCloseTo(p, within(allowed + p * Bounds.LOSS));
      }
      assertThat(sum).isCloseTo(1, within(5e-7));
    }
  }

  @Property(tries = TRIES)
  void gradientRowsAddUpToZero(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 600) int classes,
      @ForAll @DoubleRange(min = 0, max = 1) double smoothing) {
    Batch batch = Batch.of(seed, 3, classes);
    float[] gradient = gradient(batch, SUM.labelSmoothing(smoothing));
    for (int row = 0; row < 3; row++) {
      double sum = 0;
      double magnitude = 0;
      for (int c = row * classes; c < (row + 1) * classes; c++) {
        sum += gradient[c];
        magnitude += Math.abs(gradient[c]);
      }
      assertThat(sum).isCloseTo(0, within(6e-7 * (magnitude + smoothing)));
      assertThat(batch.targets[row] != -100 || magnitude == 0).isTrue();
    }
  }

  @Property(tries = 50)
  void theGradientIsTheSlopeOfTheLoss(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 40) int classes,
      @ForAll @DoubleRange(min = 0, max = 1) double smoothing) {
    Batch batch = Batch.of(seed, 1, classes);
    if (batch.targets[0] == -100) {
      batch.targets[0] = 0;
    }
    float[] gradient = gradient(batch, SUM.labelSmoothing(smoothing));
    for (int c = 0; c < classes; c++) {
      float x = batch.data[c];
      float step = Math.max(1f / 512, 4 * Math.ulp(x));
      double above = exactWith(batch, c, x + step, smoothing);
      double below = exactWith(batch, c, x - step, smoothing);
      double width = (double) (x + step) - (x - step);
      // the second-order error of a central difference is at most step^2 / 6 of a third derivative
      assertThat((double) gradient[c]).isCloseTo((above - below) / width, within(1e-6));
    }
  }

  private static double exactWith(Batch batch, int c, float value, double smoothing) {
    float[] row = batch.data.clone();
    row[c] = value;
    return ExactReference.of(row).smoothedLoss(batch.targets[0], smoothing).toDouble();
  }

  @Property(tries = TRIES)
  void anyBatchesInAnyOrderGiveTheSameBits(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int rows,
      @ForAll @IntRange(min = 1, max = 300) int classes) {
    Batch batch = Batch.of(seed, rows, classes);
    LossReport whole =
        Metrics.evaluate(batch.logits(), batch.target(), batch.tokenBytes(), DEFAULTS);
    Random random = new Random(seed);
    List<LossAccumulator> parts = new ArrayList<>();
    for (int from = 0; from < rows; ) {
      int to = from + 1 + random.nextInt(rows - from);
      LossAccumulator part = new LossAccumulator();
      part.add(
          batch.logits().slice(from, to),
          batch.target().slice(from, to),
          batch.tokenBytes().slice(from, to));
      parts.add(part);
      from = to;
    }
    Collections.shuffle(parts, random);
    LossAccumulator total = new LossAccumulator();
    parts.forEach(total::combine);
    assertThat(total.report()).isEqualTo(whole);
  }

  @Property(tries = TRIES)
  void theOrderOfRowsLeavesTheBitsOfTheSum(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 100) int classes) {
    Batch batch = Batch.of(seed, rows, classes);
    List<Integer> order = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      order.add(row);
    }
    Collections.shuffle(order, new Random(seed));
    Batch shuffled = batch.inOrder(order);
    for (CrossEntropyOptions options : List.of(SUM, SUM.labelSmoothing(0.3))) {
      assertThat(Losses.crossEntropy(shuffled.logits(), shuffled.target(), options))
          .isEqualTo(Losses.crossEntropy(batch.logits(), batch.target(), options));
    }
    assertThat(
            Metrics.evaluate(shuffled.logits(), shuffled.target(), shuffled.tokenBytes(), DEFAULTS))
        .isEqualTo(Metrics.evaluate(batch.logits(), batch.target(), batch.tokenBytes(), DEFAULTS));
  }

  @Property(tries = TRIES)
  void aRowsLossDoesNotDependOnItsBatch(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int classes) {
    Batch batch = Batch.of(seed, 5, classes);
    double[] together = perToken(batch);
    float[] gradients = gradient(batch, SUM);
    for (int row = 0; row < 5; row++) {
      Batch alone = batch.inOrder(Collections.nCopies(5, row));
      assertThat(perToken(alone)).containsOnly(together[row]);
      assertThat(gradient(alone, SUM))
          .startsWith(Arrays.copyOfRange(gradients, row * classes, (row + 1) * classes));
    }
  }

  @Property(tries = TRIES)
  void theStorageDoesNotMatter(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int rows,
      @ForAll @IntRange(min = 1, max = 700) int classes,
      @ForAll @IntRange(min = 0, max = 33) int offset) {
    Batch batch = Batch.of(seed, rows, classes);
    float[] padded = new float[offset + batch.data.length + 7];
    System.arraycopy(batch.data, 0, padded, offset, batch.data.length);
    for (FloatTensor logits :
        List.of(
            FloatTensor.copyOf(batch.data, rows, classes),
            FloatTensor.wrapAt(padded, offset, rows, classes),
            FloatTensor.wrap(FloatBuffer.wrap(padded).position(offset), rows, classes),
            FloatTensor.wrap(direct(batch.data, ByteOrder.BIG_ENDIAN), rows, classes),
            FloatTensor.wrap(direct(batch.data, ByteOrder.LITTLE_ENDIAN), rows, classes))) {
      assertSameBits(batch, logits, batch.target(), DEFAULTS);
      assertThat(Losses.logSoftmax(logits)).isEqualTo(Losses.logSoftmax(batch.logits()));
      assertThat(Losses.softmax(logits)).isEqualTo(Losses.softmax(batch.logits()));
      assertThat(Losses.logSumExp(logits)).isEqualTo(Losses.logSumExp(batch.logits()));
    }
    FloatTensor axis1 = FloatTensor.wrap(batch.transposed(), 1, classes, rows);
    assertSameBits(batch, axis1, batch.target().reshape(1, rows), DEFAULTS.classAxis(1));
    FloatTensor axis0 = FloatTensor.wrap(batch.transposed(), classes, rows);
    assertSameBits(batch, axis0, batch.target(), DEFAULTS.classAxis(0));
  }

  @Property(tries = TRIES)
  void narrowLogitsAreTheFloatsThatTheyStandFor(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 700) int classes) {
    Batch batch = Batch.of(seed, 2, classes);
    short[] bits = new short[batch.data.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) (Float.floatToIntBits(batch.data[i]) >>> 16);
      batch.data[i] = Float.intBitsToFloat(bits[i] << 16);
    }
    FloatTensor narrow = FloatTensor.bfloat16(ShortBuffer.wrap(bits), 2, classes);
    assertThat(narrow).isEqualTo(batch.logits());
    assertSameBits(batch, narrow, batch.target(), DEFAULTS);
  }

  @Property(tries = 20)
  void threadsDoNotDisturbEachOther(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9000) int classes) {
    Batch batch = Batch.of(seed, 4, classes);
    double[] expected = perToken(batch);
    float[] transposed = batch.transposed();
    boolean same =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(
                i ->
                    Losses.crossEntropyPerToken(
                            FloatTensor.wrap(transposed, classes, 4),
                            batch.target(),
                            DEFAULTS.classAxis(0))
                        .toArray())
            .allMatch(losses -> Arrays.equals(losses, expected));
    assertThat(same).isTrue();
  }

  private static FloatBuffer direct(float[] data, ByteOrder order) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(Float.BYTES * data.length).order(order);
    FloatBuffer floats = bytes.asFloatBuffer();
    floats.duplicate().put(data);
    return floats;
  }

  private static void assertSameBits(
      Batch batch, FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    for (double smoothing : new double[] {0, 0.1}) {
      CrossEntropyOptions own = options.labelSmoothing(smoothing);
      CrossEntropyOptions plain = DEFAULTS.labelSmoothing(smoothing);
      assertThat(Losses.crossEntropyPerToken(logits, targets, own).toArray())
          .isEqualTo(Losses.crossEntropyPerToken(batch.logits(), batch.target(), plain).toArray());
    }
    float[] got = new float[batch.data.length];
    Losses.crossEntropyWithGradient(logits, targets, options, got);
    Batch inLayout =
        new Batch(batch.rows, batch.classes, gradient(batch, DEFAULTS), new int[0], new int[0]);
    boolean classesLast = options.classAxis() == -1;
    assertThat(got).isEqualTo(classesLast ? inLayout.data : inLayout.transposed());
  }

  @Property(tries = TRIES)
  void aOneHotDistributionIsItsClass(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int classes) {
    Batch batch = Batch.of(seed, 2, classes);
    float[] oneHot = new float[batch.data.length];
    for (int row = 0; row < 2; row++) {
      batch.targets[row] = Math.max(0, batch.targets[row]);
      oneHot[row * classes + batch.targets[row]] = 1;
    }
    FloatTensor probabilities = FloatTensor.wrap(oneHot, 2, classes);
    double[] byIndex = perToken(batch);
    double[] byDistribution =
        Losses.crossEntropyPerToken(batch.logits(), probabilities, DEFAULTS).toArray();
    float[] gradientByIndex = gradient(batch, DEFAULTS);
    float[] gradient = new float[batch.data.length];
    Losses.crossEntropyWithGradient(batch.logits(), probabilities, DEFAULTS, gradient);
    assertThat(byDistribution).isEqualTo(byIndex);
    assertThat(gradient).isEqualTo(gradientByIndex);
  }

  @Property(tries = TRIES)
  void smoothedLossesLieOnALine(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int classes,
      @ForAll @DoubleRange(min = 0, max = 1) double smoothing) {
    Batch batch = Batch.of(seed, 3, classes);
    double none = smoothed(batch, 0);
    double full = smoothed(batch, 1);
    double expected = (1 - smoothing) * none + smoothing * full;
    double bound = 3 * (2 * Bounds.LOSS + 1e-13 * (none + full));
    assertThat(smoothed(batch, smoothing)).isCloseTo(expected, within(bound));
  }

  private static double smoothed(Batch batch, double smoothing) {
    return Losses.crossEntropy(batch.logits(), batch.target(), SUM.labelSmoothing(smoothing));
  }

  @Property(tries = TRIES)
  void anIgnoredRowMayAsWellBeAbsent(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 20) int rows,
      @ForAll @IntRange(min = 1, max = 100) int classes) {
    Batch batch = Batch.of(seed, rows, classes);
    batch.targets[0] = -100;
    FloatTensor rest = batch.logits().slice(1, rows);
    IntTensor restTargets = batch.target().slice(1, rows);
    for (CrossEntropyOptions options : List.of(DEFAULTS, SUM, DEFAULTS.labelSmoothing(0.2))) {
      double with = Losses.crossEntropy(batch.logits(), batch.target(), options);
      double without = Losses.crossEntropy(rest, restTargets, options);
      assertThat(Double.valueOf(with)).isEqualTo(Double.valueOf(without));
    }
  }

  @Property(tries = 50)
  void theCallersArraysStayAsTheyAre(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int classes) {
    Batch batch = Batch.of(seed, 4, classes);
    Batch copy = Batch.of(seed, 4, classes);
    FloatTensor probabilities = Losses.softmax(batch.logits());
    float[] before = probabilities.toArray();
    gradient(batch, DEFAULTS.labelSmoothing(0.1));
    Losses.crossEntropyWithGradient(
        batch.logits(), probabilities, DEFAULTS, new float[batch.data.length]);
    Losses.klDivergence(batch.logits(), probabilities);
    Metrics.evaluate(batch.logits(), batch.target(), batch.tokenBytes(), DEFAULTS);
    assertThat(batch.data).isEqualTo(copy.data);
    assertThat(batch.targets).isEqualTo(copy.targets);
    assertThat(batch.bytes).isEqualTo(copy.bytes);
    assertThat(probabilities.toArray()).isEqualTo(before);
  }
}
