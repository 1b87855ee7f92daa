/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Random;

/** Accumulators as calls of every kind make them, extreme ones too. */
final class RandomAccumulators {
  static final int CLASSES = 5;

  private static final float[] EXTREMES = {
    0,
    -0f,
    1,
    Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    88,
    -88,
    1e30f,
    Float.NEGATIVE_INFINITY
  };

  private static final float[] TOKEN_WEIGHTS = {
    0, 1, 1, 0.5f, 0.1f, 1.5f, 3, Float.MIN_VALUE, Float.MAX_VALUE
  };

  private static final float[] UNUSABLE = {Float.NaN, Float.POSITIVE_INFINITY};

  private RandomAccumulators() {}

  private static float logit(Random random, int wildness) {
    int die = random.nextInt(100);
    if (die < wildness / 5) {
      return UNUSABLE[random.nextInt(UNUSABLE.length)];
    }
    return die < wildness
        ? EXTREMES[random.nextInt(EXTREMES.length)]
        : (float) (4 * random.nextGaussian());
  }

  /** Some logits, the more of them extreme the wilder, up to 100. */
  static float[] logits(int rows, Random random, int wildness) {
    float[] logits = new float[rows * CLASSES];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = logit(random, wildness);
    }
    return logits;
  }

  private static int[] targets(int rows, Random random) {
    return random.ints(rows, 0, CLASSES + 1).map(c -> c == CLASSES ? -100 : c).toArray();
  }

  /** Options of every kind: with and without smoothing, and weights of any sign and size. */
  static CrossEntropyOptions options(Random random) {
    CrossEntropyOptions options = CrossEntropyOptions.defaults().parallel(false);
    if (random.nextInt(3) == 0) {
      options = options.labelSmoothing(random.nextInt(11) / 10.0);
    }
    options = options.predictions(random.nextInt(3) == 0);
    options = random.nextInt(4) == 0 ? options.vocabulary(CLASSES) : options;
    int wildness = random.nextInt(3) * 40;
    return random.nextBoolean()
        ? options
        : options.classWeights(FloatTensor.of(logits(1, random, wildness)));
  }

  private static int bytes(Random random) {
    return random.nextInt(9) == 0
        ? TokenBytes.MAX_BYTE_COUNT - random.nextInt(2)
        : random.nextInt(4);
  }

  private static IntTensor byteCounts(int rows, Random random) {
    return IntTensor.of(random.ints(rows, 0, 9).map(i -> bytes(random)).toArray());
  }

  private static FloatTensor tokenWeights(int rows, Random random) {
    float[] weights = new float[rows];
    for (int i = 0; i < rows; i++) {
      weights[i] = TOKEN_WEIGHTS[random.nextInt(TOKEN_WEIGHTS.length)];
    }
    return FloatTensor.of(weights);
  }

  /** One more call of any kind that adds something. */
  static void step(LossAccumulator accumulator, Random random, int wildness) {
    int rows = 1 + random.nextInt(3);
    float[] logits = logits(rows, random, wildness);
    int[] targets = targets(rows, random);
    FloatTensor batch = FloatTensor.wrap(logits, rows, CLASSES);
    boolean areWeighted = random.nextInt(12) == 0;
    switch (areWeighted ? 9 + random.nextInt(2) : random.nextInt(9)) {
      case 9 -> accumulator.add(batch, IntTensor.of(targets), tokenWeights(rows, random));
      case 10 ->
          accumulator.add(
              batch, IntTensor.of(targets), tokenWeights(rows, random), byteCounts(rows, random));
      case 0 -> accumulator.add(batch, IntTensor.of(targets));
      case 1, 2 -> accumulator.add(batch, IntTensor.of(targets), byteCounts(rows, random));
      case 3 -> accumulator.addRow(FloatTensor.wrapAt(logits, 0, CLASSES), targets[0]);
      case 4 -> accumulator.addRow(logits, 0, CLASSES, targets[0], bytes(random));
      case 5 -> accumulator.addWords(random.nextInt(3));
      case 6 -> accumulator.startAt(random.nextInt(300));
      default -> accumulator.endDocument();
    }
  }

  /** An accumulator after some calls. */
  static LossAccumulator losses(CrossEntropyOptions options, Random random) {
    LossAccumulator accumulator = new LossAccumulator(options);
    int wildness = random.nextInt(3) * 10;
    for (int steps = random.nextInt(12); steps > 0; steps--) {
      step(accumulator, random, wildness);
    }
    return accumulator;
  }

  /** One more call of any kind that adds something. */
  static void step(ComparisonAccumulator accumulator, Random random, int wildness) {
    if (random.nextInt(3) == 0) {
      accumulator.endDocument();
      return;
    }
    if (random.nextInt(8) == 0) {
      accumulator.startAt(random.nextInt(300));
    }
    int rows = 1 + random.nextInt(3);
    float[] p = logits(rows, random, wildness);
    float[] q = random.nextInt(3) > 0 ? logits(rows, random, wildness) : p.clone();
    q[random.nextInt(q.length)] += 1e-3f;
    FloatTensor logitsP = FloatTensor.wrap(p, rows, CLASSES);
    FloatTensor logitsQ = FloatTensor.wrap(q, rows, CLASSES);
    IntTensor targets = IntTensor.of(targets(rows, random));
    if (random.nextInt(4) == 0) {
      accumulator.add(logitsP, logitsQ, targets, byteCounts(rows, random));
    } else {
      accumulator.add(logitsP, logitsQ, targets);
    }
  }

  /** An accumulator after some calls. */
  static ComparisonAccumulator comparison(Random random) {
    CrossEntropyOptions options =
        CrossEntropyOptions.defaults().parallel(false).predictions(random.nextInt(3) == 0);
    return comparison(random.nextInt(4) == 0 ? options.vocabulary(CLASSES) : options, random);
  }

  /** An accumulator of these options after some calls. */
  static ComparisonAccumulator comparison(CrossEntropyOptions options, Random random) {
    ComparisonAccumulator accumulator = new ComparisonAccumulator(options);
    int wildness = random.nextInt(3) * 10;
    for (int steps = random.nextInt(8); steps > 0; steps--) {
      step(accumulator, random, wildness);
    }
    return accumulator;
  }
}
