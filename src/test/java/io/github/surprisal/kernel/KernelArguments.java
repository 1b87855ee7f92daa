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

  /** The largest reference exponent of a row: that of a logit of DIRECT_LIMIT. */
  static final int LARGEST_EXPONENT = Exponential.exponentOf(Exponential.DIRECT_LIMIT);

  private static final float[] SHIFTS = {-0f, 1.5f, -37.25f, 2e6f, -3e7f, 1e30f, 3.4e38f, -3.4e38f};

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
  final short[] bfloat16;
  final Random random;
  final float keep;
  final float spread;
  final float high;
  final float low;
  final double reference;
  final boolean lanesInUse;
  int skip = -1;
  float shift;
  int exponent;
  float factor;
  float limit;
  int start;
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
    this.shift = random.nextInt(3) > 0 ? 0 : shift();
    this.exponent = exponent();
    this.factor = FACTORS[random.nextInt(FACTORS.length)];
    this.limit = random.nextBoolean() ? -1f : Math.nextDown(element());
    this.start = random.nextInt(3) > 0 ? 0 : random.nextInt(length + 1);
    this.halves = new short[x.length];
    this.bfloat16 = new short[x.length];
    for (int i = 0; i < x.length; i++) {
      halves[i] = (short) random.nextInt();
      bfloat16[i] = bfloat16(x[i]);
    }
  }

  static KernelArguments of(KernelValues values, int length, long seed) {
    return new KernelArguments(values, length, seed, -1, -1);
  }

  static KernelArguments at(KernelValues values, int length, long seed, int offset, int outOffset) {
    return new KernelArguments(values, length, seed, offset, outOffset);
  }

  /** Replaces a logit, in all forms. */
  void set(int index, float logit) {
    x[offset + index] = logit;
    bfloat16[offset + index] = bfloat16(logit);
  }

  /** The bfloat16 number next to a float, towards 0. */
  private static short bfloat16(float value) {
    return (short) (Float.floatToRawIntBits(value) >> 16);
  }

  /** The element left out, counted from an element of the row; −1 if it stands before that. */
  int skipFrom(int from) {
    return skip >= from ? skip - from : -1;
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

  /** Any finite number; a row's own element most often. */
  private float shift() {
    float element = element();
    return random.nextBoolean() && Float.isFinite(element)
        ? element
        : SHIFTS[random.nextInt(SHIFTS.length)];
  }

  private int exponent() {
    float element = element() - shift;
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextInt(2 * LARGEST_EXPONENT + 1) - LARGEST_EXPONENT;
      case 2 -> random.nextInt(401) - 200;
      default ->
          Math.abs(element) <= Exponential.DIRECT_LIMIT ? Exponential.exponentOf(element) : 0;
    };
  }

  /** The elements with 0 in place of what never reaches a divergence: NaN and +∞. */
  static float[] usable(float[] array) {
    float[] usable = array.clone();
    for (int i = 0; i < usable.length; i++) {
      usable[i] = usable[i] < Float.POSITIVE_INFINITY ? usable[i] : 0;
    }
    return usable;
  }

  /** A finite number that no element of a usable run exceeds. */
  double maximum(float[] usable, int from) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      max = Math.max(max, usable[from + i]);
    }
    return Float.isFinite(max) ? max : 0;
  }

  @Override
  public String toString() {
    return String.format(
        "%s: offsets %d, %d, skip %d, shift %s, exponent %d, in place %s",
        description, offset, outOffset, skip, shift, exponent, inPlace);
  }
}
