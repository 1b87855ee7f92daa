/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel.loop;

import static io.github.surprisal.kernel.Exponential.C2;
import static io.github.surprisal.kernel.Exponential.C3;
import static io.github.surprisal.kernel.Exponential.C4;
import static io.github.surprisal.kernel.Exponential.C5;
import static io.github.surprisal.kernel.Exponential.C6;
import static io.github.surprisal.kernel.Exponential.LN2_HIGH;
import static io.github.surprisal.kernel.Exponential.LN2_LOW;
import static io.github.surprisal.kernel.Exponential.LOG2_E;
import static io.github.surprisal.kernel.Exponential.LOWEST;

import io.github.surprisal.kernel.Exponential;
import io.github.surprisal.kernel.References;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * The exponentials of some logits, in steps.
 *
 * <p>HotSpot's C2 turns a loop into vector instructions only if it is small and uses the same index
 * in every array, so the work is cut into steps of one such loop each. It does so reliably only if
 * it compiles each loop by itself, so the steps are called through an interface of more
 * implementations than it inlines. It does not do so at all for {@code floatToRawIntBits} and
 * {@code intBitsToFloat}: numbers become bits by being copied through a buffer instead.
 */
final class ExponentialTile {

  private static final Step[] TERMS = {
    ExponentialTile::lift,
    ExponentialTile::round,
    ExponentialTile::polynomial,
    ExponentialTile::power,
    ExponentialTile::multiply
  };

  /** The same for logits that have a reference each. */
  private static final Step[] TERMS_OF_REFERENCES = {
    ExponentialTile::liftEach,
    ExponentialTile::roundEach,
    ExponentialTile::polynomialEach,
    ExponentialTile::power,
    ExponentialTile::multiply
  };

  /** Logits of the smallest tile that is worth its loops. */
  static final int SMALLEST = 64;

  private static final References NO_REFERENCES = new References(1);

  // Logits become terms, and z its power of two, in their places: arrays compete in the first-level
  // cache with what comes from memory. With three more the loss took 1.35 times as long (AMD EPYC,
  // Zen 5).
  private final float[] logits;
  private final float[] rounded;
  private final int[] bits;
  private final FloatBuffer asFloats;
  private final IntBuffer asInts;

  // What is being taken: with one reference, or with one for each logit.
  private float magic;
  private float lowest;
  private References references = NO_REFERENCES;
  private int used;

  /** A part of the work, on a tile's arrays. */
  @FunctionalInterface
  private interface Step {
    void run(ExponentialTile tile);
  }

  /** A tile of at most {@code size} logits. */
  ExponentialTile(int size) {
    int length = size + References.PADDING;
    logits = new float[length];
    rounded = new float[length];
    bits = new int[length];
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * length).order(ByteOrder.nativeOrder());
    asFloats = bytes.asFloatBuffer();
    asInts = bytes.asIntBuffer();
  }

  /** Writes the terms of {@code length} logits, all with one exponent. */
  void writeTerms(float[] x, int offset, int exponent, int length, float[] out, int outOffset) {
    magic = Exponential.magic(exponent);
    lowest = Exponential.lowest(exponent);
    write(TERMS, x, offset, length, out, outOffset);
  }

  /** Writes the terms of {@code length} logits, each with an exponent of its own. */
  void writeTerms(
      float[] x, int offset, References references, int length, float[] out, int outOffset) {
    this.references = references;
    write(TERMS_OF_REFERENCES, x, offset, length, out, outOffset);
  }

  private void write(Step[] steps, float[] x, int offset, int length, float[] out, int outOffset) {
    used = length;
    System.arraycopy(x, offset, logits, 0, length);
    for (Step step : steps) {
      step.run(this);
    }
    System.arraycopy(logits, 0, out, outOffset, length);
  }

  private void lift() {
    lift(logits, lowest, used);
  }

  private static void lift(float[] logits, float lowest, int length) {
    for (int j = 0; j < length; j++) {
      logits[j] = Math.max(logits[j], lowest);
    }
  }

  private void liftEach() {
    lift(logits, references.lowests, used);
  }

  private static void lift(float[] logits, float[] lowests, int length) {
    for (int j = 0; j < length; j++) {
      logits[j] = Math.max(logits[j], lowests[j]);
    }
  }

  private void round() {
    round(logits, magic, rounded, used);
  }

  private static void round(float[] logits, float magic, float[] rounded, int length) {
    for (int j = 0; j < length; j++) {
      rounded[j] = Math.fma(logits[j], LOG2_E, magic);
    }
  }

  private void roundEach() {
    round(logits, references.magics, rounded, used);
  }

  private static void round(float[] logits, float[] magics, float[] rounded, int length) {
    for (int j = 0; j < length; j++) {
      rounded[j] = Math.fma(logits[j], LOG2_E, magics[j]);
    }
  }

  private void polynomial() {
    polynomial(logits, rounded, magic, used);
  }

  private static void polynomial(float[] logits, float[] rounded, float magic, int length) {
    for (int j = 0; j < length; j++) {
      float n = rounded[j] - magic;
      float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, logits[j]));
      float q = Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
      logits[j] = Math.fma(Math.fma(q, r, 2f), r, 2f);
    }
  }

  private void polynomialEach() {
    polynomial(logits, rounded, references.magics, used);
  }

  private static void polynomial(float[] logits, float[] rounded, float[] magics, int length) {
    for (int j = 0; j < length; j++) {
      float n = rounded[j] - magics[j];
      float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, logits[j]));
      float q = Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
      logits[j] = Math.fma(Math.fma(q, r, 2f), r, 2f);
    }
  }

  /** An array that holds nothing between two calls, for whoever wants one in the cache. */
  float[] spare() {
    return logits;
  }

  /** From z to the power of two whose exponent stands in the low bits of z. */
  private void power() {
    asFloats.put(0, rounded, 0, used);
    asInts.get(0, bits, 0, used);
    shift(bits, used);
    asInts.put(0, bits, 0, used);
    asFloats.get(0, rounded, 0, used);
  }

  /** min(k, 255) in a form that C2 vectorises: logits above the range have an infinite scale. */
  private static void shift(int[] bits, int length) {
    for (int j = 0; j < length; j++) {
      int k = bits[j] - LOWEST;
      bits[j] = ((k + 255 - Math.abs(k - 255)) >> 1) << 23;
    }
  }

  private void multiply() {
    multiply(logits, rounded, used);
  }

  private static void multiply(float[] terms, float[] powers, int length) {
    for (int j = 0; j < length; j++) {
      terms[j] *= powers[j];
    }
  }
}
