/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Logits in row-major order and one target for each row. Benchmarks extend it by what they need
 * besides, and by a check of the last result that was timed.
 */
@State(Scope.Benchmark)
public abstract class Batch {

  private static final long SEED = 20260101;

  /** Deviates that are drawn; a prime, so that no two rows of a batch are alike. */
  private static final int PERIOD = 1_000_003;

  /** Rows and classes. */
  @Param("1024x50257")
  public String shape;

  /** The number of rows. */
  int rows;

  /** The size of the vocabulary. */
  int classes;

  /** Normal deviates times 3; always the same ones. */
  float[] values;

  /** One class for each row. */
  int[] labels;

  /** Makes the logits and what a benchmark needs besides. */
  @Setup
  public final void setUp() {
    String[] axes = shape.split("x");
    rows = Integer.parseInt(axes[0]);
    classes = Integer.parseInt(axes[1]);
    SplittableRandom random = new SplittableRandom(SEED);
    labels = random.ints(rows, 0, classes).toArray();
    values = new float[Math.multiplyExact(rows, classes)];
    int drawn = Math.min(PERIOD, values.length);
    for (int i = 0; i < drawn; i++) {
      values[i] = (float) (3 * random.nextGaussian());
    }
    for (int i = drawn; i < values.length; i += drawn) {
      System.arraycopy(values, 0, values, i, Math.min(drawn, values.length - i));
    }
    prepare();
  }

  /** Fails if the last result that was timed is wrong. */
  @TearDown
  public final void tearDown() {
    check(new Reference(this));
  }

  /** Makes what the benchmark needs besides. */
  void prepare() {}

  /** Compares the last result with the right one. */
  abstract void check(Reference reference);
}
