/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What calls have made is never refused when it is read, whatever they have added. */
final class HonestFormTest {
  private static final int SEQUENCES = 500;

  private static void assertComesBack(LossAccumulator accumulator, String trial) {
    byte[] form = accumulator.toByteArray();
    LossAccumulator read = LossAccumulator.fromByteArray(form);
    assertThat(read.toByteArray()).as(trial).isEqualTo(form);
    assertThat(read.report()).as(trial).isEqualTo(accumulator.report());
  }

  private static void assertComesBack(ComparisonAccumulator accumulator, String trial) {
    byte[] form = accumulator.toByteArray();
    ComparisonAccumulator read = ComparisonAccumulator.fromByteArray(form);
    assertThat(read.toByteArray()).as(trial).isEqualTo(form);
    assertThat(read.report()).as(trial).isEqualTo(accumulator.report());
  }

  private static long seed(Class<?> type) {
    long seed = new Random().nextInt();
    System.out.println("forms of honest " + type.getSimpleName() + ": seed " + seed);
    return seed;
  }

  @Test
  void everySequenceOfLossesComesBack() {
    long seed = seed(LossAccumulator.class);
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      Random random = new Random(seed + sequence);
      String trial = "seed " + (seed + sequence);
      CrossEntropyOptions options = RandomAccumulators.options(random);
      int wildness = random.nextInt(4) * 15;
      LossAccumulator accumulator = new LossAccumulator(options);
      for (int step = random.nextInt(16); step >= 0; step--) {
        RandomAccumulators.step(accumulator, random, wildness);
        if (random.nextInt(6) == 0) {
          accumulator.combine(RandomAccumulators.losses(options, random));
        }
        if (random.nextInt(3) == 0) {
          assertComesBack(accumulator, trial);
        }
      }
      int doublings = random.nextInt(4) > 0 ? 0 : random.nextInt(26); // of up to 2^37 bytes
      for (int i = 0; i < doublings; i++) {
        accumulator.combine(accumulator);
      }
      assertComesBack(accumulator, trial);
      assertComesBack(accumulator.endDocument(), trial);
    }
  }

  @Test
  void everySequenceOfComparisonsComesBack() {
    long seed = seed(ComparisonAccumulator.class);
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      Random random = new Random(seed + sequence);
      String trial = "seed " + (seed + sequence);
      int wildness = random.nextInt(4) * 15;
      ComparisonAccumulator accumulator = RandomAccumulators.comparison(random);
      for (int step = random.nextInt(6); step >= 0; step--) {
        RandomAccumulators.step(accumulator, random, wildness);
        if (random.nextInt(6) == 0) {
          accumulator.combine(RandomAccumulators.comparison(accumulator.options(), random));
        }
        if (random.nextInt(3) == 0) {
          assertComesBack(accumulator, trial);
        }
      }
      boolean hasBytes = accumulator.report().scoredBytes() > 0; // up to 2^37, and 2^6 tokens
      int doublings = random.nextInt(4) > 0 ? 0 : random.nextInt(hasBytes ? 26 : 56);
      for (int i = 0; i < doublings; i++) {
        accumulator.combine(accumulator);
      }
      assertComesBack(accumulator, trial);
      assertComesBack(accumulator.endDocument(), trial);
    }
  }

  /** The largest losses and weights that there are, as often as can be counted. */
  @Test
  void theLargestSumsComeBack() {
    float most = Float.MAX_VALUE;
    for (float weight : new float[] {most, -most, 1, Float.MIN_VALUE}) {
      CrossEntropyOptions options =
          CrossEntropyOptions.defaults()
              .classWeights(FloatTensor.of(weight, -weight, weight, most, most))
              .labelSmoothing(weight == 1 ? 0.5 : 0)
              .predictions(weight > 0);
      LossAccumulator accumulator = new LossAccumulator(options);
      ComparisonAccumulator comparison =
          new ComparisonAccumulator(CrossEntropyOptions.defaults().predictions(weight > 0));
      float[] low = {-most, most, most, most, most};
      float[] high = {most, -most, -most, -most, -most};
      accumulator.addRow(low, 0, low.length, 0, 1).addRow(high, 0, high.length, 1, 1);
      comparison.add(
          FloatTensor.of(new float[][] {low}),
          FloatTensor.of(new float[][] {high}),
          IntTensor.of(0));
      for (int doubling = 0; doubling < 60; doubling++) {
        accumulator.combine(accumulator);
        comparison.combine(comparison);
        if (doubling % 10 == 0) {
          assertComesBack(accumulator, "doubling " + doubling);
          assertComesBack(comparison, "doubling " + doubling);
        }
      }
      assertComesBack(accumulator, "open");
      assertComesBack(comparison, "open");
      assertComesBack(accumulator.endDocument(), "ended");
      assertComesBack(comparison.endDocument(), "ended");
    }
  }
}
