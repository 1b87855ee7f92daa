/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static io.github.surprisal.RecordedInput.hash;
import static io.github.surprisal.RecordedInput.hashed;
import static io.github.surprisal.RecordedInput.targetOf;

import java.util.ArrayList;
import java.util.List;

/** The inputs whose results are recorded. */
final class RecordedInputs {
  private static final int ROWS = 5;
  private static final int CLASSES = 1100;

  private RecordedInputs() {}

  /** All inputs but the large one. */
  static List<RecordedInput> all() {
    List<RecordedInput> all = new ArrayList<>();
    for (int classes : new int[] {1, 2, 7, 15, 16, 17, 64, 511, 512, 513, 2048, 2051}) {
      all.add(hashed("hash-" + classes, 5, classes, 20));
    }
    all.add(hashed("hash-50257", 1, 50257, 20));
    addSeveralTiles(all);
    all.add(hashed("hash-narrow", ROWS, CLASSES, 23));
    all.add(hashed("hash-wide", ROWS, CLASSES, 17));
    all.add(hashed("hash-very-wide", ROWS, CLASSES, 13));
    addOneTarget(all);
    addMasked(all);
    addLargeAndSmall(all);
    addNotFinite(all);
    all.add(bfloat16());
    all.add(float16());
    return all;
  }

  /** Every logit is a bfloat16: hash logits cut short, and any bits in the last two rows. */
  static RecordedInput bfloat16() {
    return hashed("bfloat16", ROWS, CLASSES, 20)
        .changed(
            (x, row, c) ->
                Float.intBitsToFloat(
                    (row < 3 ? Float.floatToRawIntBits(x) : hash(c, row)) & 0xffff0000));
  }

  /** Every logit is an IEEE half: finite, but with infinities and NaN in the last two rows. */
  static RecordedInput float16() {
    return hashed("float16", ROWS, CLASSES, 20)
        .changed((x, row, c) -> half(hash(c, row) >>> 16 & (row < 3 ? 0xbfff : 0xffff)));
  }

  private static float half(int bits) {
    int fraction = bits & 0x3ff;
    int exponent = bits >>> 10 & 0x1f;
    float sign = bits < 0x8000 ? 1f : -1f;
    return switch (exponent) {
      case 0 -> sign * Math.scalb((float) fraction, -24);
      case 31 -> fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
      default -> sign * Math.scalb((float) (fraction + 1024), exponent - 25);
    };
  }

  /** Hash logits large enough that the rows are spread over threads. */
  static RecordedInput large() {
    return hashed("hash-300-rows", 300, 1000, 20);
  }

  /**
   * Likely targets in rows of several tiles whose lanes differ widely: so the last bit of a sum,
   * and the order of its folds, shows in the loss.
   */
  private static void addSeveralTiles(List<RecordedInput> all) {
    int classes = 2100;
    for (int k : new int[] {17, 18}) {
      float target = (1 << (23 - k)) + 8 * (20 - k);
      all.add(
          hashed("likely-targets-of-3-tiles-" + k, 40, classes, k)
              .changed((x, row, c) -> c == targetOf(row, classes) ? target + row % 16 : x));
    }
  }

  private static void addOneTarget(List<RecordedInput> all) {
    for (float value : new float[] {30, 50, 120, 1000, -50, -5000, -1e5f, 1e9f, -1e9f}) {
      all.add(
          hashed("target-at-" + value, ROWS, CLASSES, 20)
              .changed((x, row, c) -> c == targetOf(row, CLASSES) ? value : x));
    }
    for (int at : new int[] {0, 511, 512, 1023, 1099}) {
      all.add(
          hashed("maximum-at-" + at, ROWS, CLASSES, 20)
              .changed((x, row, c) -> c == at ? 95 + row : x));
    }
  }

  private static void addMasked(List<RecordedInput> all) {
    for (float mask : new float[] {Float.NEGATIVE_INFINITY, -1e4f, -1e9f, -Float.MAX_VALUE}) {
      all.add(
          hashed("masked-with-" + mask, ROWS, CLASSES, 20)
              .changed((x, row, c) -> (hash(c, row) & 1) == 0 ? mask : x));
      all.add(
          hashed("all-but-target-masked-with-" + mask, ROWS, CLASSES, 20)
              .changed((x, row, c) -> c == targetOf(row, CLASSES) ? x : mask));
    }
  }

  private static void addLargeAndSmall(List<RecordedInput> all) {
    for (float offset : new float[] {100, -100, 1e4f, -1e4f, 3e6f, -3e6f, 3e7f, 1e30f, -1e30f}) {
      all.add(hashed("offset-" + offset, ROWS, CLASSES, 20).changed((x, row, c) -> x + offset));
    }
    all.add(
        hashed("subnormal", ROWS, CLASSES, 20)
            .changed((x, row, c) -> Float.intBitsToFloat(hash(c, row) & 0x807fffff)));
    all.add(
        hashed("zeros", ROWS, CLASSES, 20)
            .changed((x, row, c) -> (hash(c, row) & 1) == 0 ? 0f : -0f));
    all.add(
        hashed("near-ties", ROWS, CLASSES, 20)
            .changed((x, row, c) -> Float.intBitsToFloat(0x41200000 + (hash(c, row) >>> 30))));
    all.add(
        hashed("extreme", ROWS, CLASSES, 20)
            .changed((x, row, c) -> (hash(c, row) & 1) == 0 ? 3.4e38f : -3.4e38f));
    all.add(
        hashed("any-finite", ROWS, CLASSES, 20)
            .changed((x, row, c) -> Float.intBitsToFloat(hash(c, row) & 0xfeffffff)));
  }

  private static void addNotFinite(List<RecordedInput> all) {
    float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    all.add(
        hashed("rows-with-one-value-not-finite", ROWS, CLASSES, 20)
            .changed((x, row, c) -> c == row * 217 ? values[row % 3] : x));
    all.add(
        hashed("rows-of-values-not-finite", 3, CLASSES, 20).changed((x, row, c) -> values[row]));
    all.add(
        hashed("target-masked", ROWS, CLASSES, 20)
            .changed((x, row, c) -> c == targetOf(row, CLASSES) ? Float.NEGATIVE_INFINITY : x));
  }
}
