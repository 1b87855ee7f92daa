/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.Arrays;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What memory takes to read all logits, or to write as many results as well. */
final class FloorWork {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** What a part of the sum may be off by, as a part of the sum of magnitudes. */
  private static final double TOLERANCE = 1e-5;

  private FloorWork() {}

  static Work of(String name, Batch batch, int threads) {
    float[] logits = batch.logits();
    return switch (name) {
      case "read" -> read(logits, threads);
      case "copy" -> copy(logits, new float[logits.length], threads);
      default -> throw new IllegalArgumentException("no floor is called " + name);
    };
  }

  /** Reads with vectors, in as many parts as there are threads. */
  private static Work read(float[] logits, int threads) {
    check(logits, 0, logits.length);
    return () ->
        IntStream.range(0, threads)
            .parallel()
            .mapToDouble(
                part -> sum(logits, bound(logits, part, threads), bound(logits, part + 1, threads)))
            .sum();
  }

  /** Reads with vectors and writes to another array, in as many parts as there are threads. */
  private static Work copy(float[] logits, float[] out, int threads) {
    Work work =
        () -> {
          IntStream.range(0, threads)
              .parallel()
              .forEach(
                  part ->
                      copy(
                          logits,
                          out,
                          bound(logits, part, threads),
                          bound(logits, part + 1, threads)));
          return out[0];
        };
    work.run();
    if (!Arrays.equals(out, logits)) {
      throw new IllegalStateException("the copy differs from the logits");
    }
    return work;
  }

  private static void copy(float[] in, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - SPECIES.length(); i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, in, i).intoArray(out, i);
    }
    System.arraycopy(in, i, out, i, to - i);
  }

  private static int bound(float[] array, int part, int parts) {
    return (int) ((long) array.length * part / parts);
  }

  private static void check(float[] array, int from, int to) {
    double expected = 0;
    double magnitudes = 0;
    for (int i = from; i < to; i++) {
      expected += array[i];
      magnitudes += Math.abs(array[i]);
    }
    double actual = sum(array, from, to);
    if (!(Math.abs(actual - expected) <= TOLERANCE * magnitudes)) {
      throw new IllegalStateException("sum is " + actual + ", expected " + expected);
    }
  }

  private static double sum(float[] array, int from, int to) {
    int width = SPECIES.length();
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = FloatVector.zero(SPECIES);
    FloatVector c = FloatVector.zero(SPECIES);
    FloatVector d = FloatVector.zero(SPECIES);
    int i = from;
    for (; i <= to - 4 * width; i += 4 * width) {
      a = a.add(FloatVector.fromArray(SPECIES, array, i));
      b = b.add(FloatVector.fromArray(SPECIES, array, i + width));
      c = c.add(FloatVector.fromArray(SPECIES, array, i + 2 * width));
      d = d.add(FloatVector.fromArray(SPECIES, array, i + 3 * width));
    }
    double sum = a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    for (; i < to; i++) {
      sum += array[i];
    }
    return sum;
  }
}
