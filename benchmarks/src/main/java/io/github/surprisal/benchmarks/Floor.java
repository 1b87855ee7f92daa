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
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What memory takes: reading all logits with vectors, or writing as many results as well. */
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", Caller.CUSTOM, Caller.CLASS})
public class Floor extends Timed {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** What the sum may be off by, as a part of the sum of magnitudes. */
  private static final double TOLERANCE = 1e-5;

  /** Logits and their sum. */
  @State(Scope.Benchmark)
  public static class Sum extends Batch {
    double sum;

    @Override
    void check(Reference reference) {
      double expected = 0;
      double magnitudes = 0;
      for (float value : values) {
        expected += value;
        magnitudes += Math.abs(value);
      }
      Reference.require("sum", 0, sum, expected, TOLERANCE * magnitudes);
    }
  }

  /** Logits and an array for their copy. */
  @State(Scope.Benchmark)
  public static class Copy extends Batch {
    float[] out;

    @Override
    void prepare() {
      out = new float[values.length];
    }

    @Override
    void check(Reference reference) {
      if (!Arrays.equals(out, values)) {
        throw new IllegalStateException("the copy differs from the logits");
      }
    }
  }

  /** Reads all logits once, in as many parts as there are threads. */
  @Benchmark
  public double read(Sum in) {
    return in.sum =
        IntStream.range(0, Caller.THREADS)
            .parallel()
            .mapToDouble(part -> sum(in.values, bound(in, part), bound(in, part + 1)))
            .sum();
  }

  /** Reads all logits once and writes them to a second array, in as many parts. */
  @Benchmark
  public float[] copy(Copy in) {
    IntStream.range(0, Caller.THREADS)
        .parallel()
        .forEach(part -> copy(in.values, in.out, bound(in, part), bound(in, part + 1)));
    return in.out;
  }

  private static int bound(Batch batch, int part) {
    return (int) ((long) batch.values.length * part / Caller.THREADS);
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

  private static void copy(float[] in, float[] out, int from, int to) {
    int i = from;
    for (; i <= to - SPECIES.length(); i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, in, i).intoArray(out, i);
    }
    System.arraycopy(in, i, out, i, to - i);
  }
}
