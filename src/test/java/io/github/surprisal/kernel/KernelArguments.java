/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;
import java.util.Random;

/**
 * Arguments for every method of a kernel, all of them made from a seed.
 *
 * <p>What lies in an array before and after a run is NaN, and often nothing does, so that a kernel
 * that reads too far is found out.
 */
final class KernelArguments {
  /** Offsets 0 to 17: one vector of 512 bits and a little more. */
  static final int OFFSETS = 18;

  /** The largest reference exponent of a row, which a logit of DIRECT_LIMIT has. */
  static final int LARGEST_EXPONENT = Exponential.exponentOf(Exponential.DIRECT_LIMIT);

  private static final float[] FACTORS = {1f, 0x1.8p-64f, 0x1.234568p-70f, 1e-30f, -2f, 0f};

  final String description;
  final int length;
  final float[] x;
  final int offset;
  final float[] p;
  final int pOffset;
  final float[] w;
  final int wOffset;
  final float[] out;
  final int outOffset;
  final short[] halves;
  final Random random;
  final float keep;
  final float spread;
  final float high;
  final float low;
  final double reference;
  final boolean lanesInUse;
  int exponent;
  float factor;
  float limit;
  boolean inPlace;

  private KernelArguments(KernelValues values, int length, long seed, int offset, int outOffset) {
    this.description = values + ", length " + length + ", seed " + seed;
    this.length = length;
    this.random = new Random(seed * 10_007 + length);
    this.offset = offset < 0 ? random.nextInt(OFFSETS) : offset;
    this.outOffset = outOffset < 0 ? random.nextInt(OFFSETS) : outOffset;
    this.pOffset = random.nextInt(OFFSETS);
    this.wOffset = random.nextInt(OFFSETS);
    this.x = run(values, this.offset);
    this.out = run(KernelValues.NORMAL, this.outOffset);
    this.p = run(random.nextBoolean() ? KernelValues.POSITIVE : values, pOffset);
    this.w = run(random.nextBoolean() ? KernelValues.POSITIVE : values, wOffset);
    this.keep = random.nextBoolean() ? 1f : 0.9f;
    this.spread = random.nextBoolean() ? 0f : 0.1f / Math.max(length, 1);
    this.high = random.nextBoolean() ? 2.5f : element();
    this.low = random.nextBoolean() ? -0x1.8p-20f : KernelValues.NORMAL.next(random);
    this.reference = random.nextBoolean() ? 0.3 : element();
    this.lanesInUse = random.nextBoolean();
    this.exponent = exponent();
    this.factor = FACTORS[random.nextInt(FACTORS.length)];
    this.limit = limit(random.nextInt(3));
    this.halves = new short[x.length];
    for (int i = 0; i < x.length; i++) {
      halves[i] = (short) random.nextInt();
    }
  }

  static KernelArguments of(KernelValues values, int length, long seed) {
    return new KernelArguments(values, length, seed, -1, -1);
  }

  static KernelArguments at(KernelValues values, int length, long seed, int offset, int outOffset) {
    return new KernelArguments(values, length, seed, offset, outOffset);
  }

  /** Replaces a logit. */
  void set(int index, float logit) {
    x[offset + index] = logit;
  }

  private float[] run(KernelValues values, int from) {
    int tail = random.nextBoolean() ? 0 : random.nextInt(OFFSETS);
    float[] array = new float[from + length + tail];
    Arrays.fill(array, Float.NaN);
    for (int i = 0; i < length; i++) {
      array[from + i] = values.next(random);
    }
    return array;
  }

  /** An element of the run, 0 if it has none. */
  private float element() {
    return length == 0 ? 0 : x[offset + random.nextInt(length)];
  }

  private float limit(int kind) {
    return kind == 0 ? -1f : kind == 1 ? element() : Math.nextDown(element());
  }

  private int exponent() {
    float element = element();
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextInt(2 * LARGEST_EXPONENT + 1) - LARGEST_EXPONENT;
      case 2 -> random.nextInt(401) - 200;
      default ->
          Math.abs(element) <= Exponential.DIRECT_LIMIT ? Exponential.exponentOf(element) : 0;
    };
  }

  /** A copy of some logits in which no element is NaN or +∞. */
  static float[] usable(float[] x) {
    float[] copy = x.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = copy[i] < Float.POSITIVE_INFINITY ? copy[i] : 1;
    }
    return copy;
  }

  /** Exponents around the arguments' exponent, another one for each element. */
  References references() {
    References references = new References(TileKernel.TILE);
    for (int i = 0; i < length; i++) {
      int distance = i * 31 % 7 - 3;
      references.set(
          i, Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, exponent + distance)));
    }
    return references;
  }

  /** Positive terms, enough for any fold. */
  private static final float[] TERMS = someTerms();

  /** A copy of some positive terms, which may be written. */
  float[] terms() {
    return TERMS.clone();
  }

  private static float[] someTerms() {
    Random own = new Random(5);
    float[] terms = new float[OFFSETS + 16 * 16 * TileKernel.LANES];
    for (int i = 0; i < terms.length; i++) {
      terms[i] = Math.scalb(own.nextFloat(), own.nextInt(40) - 20);
    }
    return terms;
  }

  /** A run in double. */
  double[] doubles(float[] array, int from) {
    double[] doubles = new double[length];
    for (int i = 0; i < length; i++) {
      doubles[i] = array[from + i] * 1.000000001;
    }
    return doubles;
  }

  /** What an exponential in double is taken of: gaps of 0 or less, −∞ too. */
  double[] gaps() {
    double[] gaps = doubles(x, offset);
    for (int i = 0; i < length; i++) {
      gaps[i] = gaps[i] < Double.POSITIVE_INFINITY ? -Math.abs(gaps[i]) : 0.25;
    }
    return gaps;
  }

  /** What a logarithm is taken of: finite numbers from 0 on, near where its formula changes. */
  double[] ratios() {
    double[] edges = {
      Logarithm.UNSCALED, Math.sqrt(2) - 1, 1, Math.sqrt(8) - 1, Math.sqrt(512) - 1, 0x1p52, 0x1p53
    };
    double[] ratios = new double[length];
    Random own = new Random(length);
    for (int i = 0; i < length; i++) {
      double edge = edges[i % edges.length];
      ratios[i] =
          i % 3 == 0
              ? Math.scalb(1 + own.nextDouble(), own.nextInt(160) - 61)
              : edge + (own.nextInt(41) - 20) * Math.ulp(edge);
    }
    return ratios;
  }

  @Override
  public String toString() {
    return String.format(
        "%s: offsets %d, %d, exponent %d, in place %s",
        description, offset, outOffset, exponent, inPlace);
  }
}
