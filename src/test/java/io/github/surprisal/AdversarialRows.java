/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Rows of logits that are hard on a log-sum-exp, made from a seeded source. */
final class AdversarialRows {
  /** Makes a row of some length. */
  interface Family {
    float[] row(int length, Random random);
  }

  private AdversarialRows() {}

  static Map<String, Family> families() {
    Map<String, Family> families = new LinkedHashMap<>();
    families.put("equal tail", AdversarialRows::equalTail);
    families.put("two levels", (n, random) -> levels(n, random, 2));
    families.put("three levels", (n, random) -> levels(n, random, 3));
    families.put("one giant", AdversarialRows::oneGiant);
    families.put("near ties", AdversarialRows::nearTies);
    for (float offset : new float[] {100, -100, 1e4f, -1e4f, 3e7f, 1e30f, -1e30f}) {
      families.put("offset " + offset, (n, random) -> normal(n, random, 3, offset));
    }
    families.put("tiny spread", (n, random) -> normal(n, random, 1e-6f, 0));
    families.put("tiny spread off zero", (n, random) -> normal(n, random, 1e-5f, 11.37f));
    families.put("subnormal", AdversarialRows::subnormal);
    for (float scale : new float[] {1, 3, 10, 30, 100}) {
      families.put("normal x " + scale, (n, random) -> normal(n, random, scale, 0));
    }
    families.put("heavy tails", AdversarialRows::heavyTails);
    families.put("ascending", (n, random) -> sorted(n, random, false));
    families.put("descending", (n, random) -> sorted(n, random, true));
    families.put("half masked", AdversarialRows::halfMasked);
    families.put("dominating", AdversarialRows::dominating);
    families.put("dominated", AdversarialRows::dominated);
    families.put("powers of two", AdversarialRows::powersOfTwo);
    families.put("giant at the end", AdversarialRows::giantAtTheEnd);
    families.put("peaks", AdversarialRows::peaks);
    for (float step : new float[] {0.3f, 9, 40}) {
      families.put("steps of " + step, (n, random) -> steps(n, random, step));
      families.put("steps of -" + step, (n, random) -> steps(n, random, -step));
    }
    families.put("first classes masked", AdversarialRows::firstMasked);
    return families;
  }

  private static float[] equalTail(int n, Random random) {
    float distance = random.nextInt(1050) / 10f;
    return equalTail(n, random.nextInt(n), 0, distance);
  }

  /** All alike, but one: the largest. */
  static float[] equalTail(int n, int largest, float max, float distance) {
    float[] row = new float[n];
    Arrays.fill(row, max - distance);
    row[largest] = max;
    return row;
  }

  private static float[] levels(int n, Random random, int count) {
    float[] levels = new float[count];
    for (int i = 0; i < count; i++) {
      levels[i] = random.nextFloat() * 40 - 20;
    }
    float[] row = new float[n];
    for (int i = 0; i < n; i++) {
      row[i] = levels[random.nextInt(count)];
    }
    return row;
  }

  private static float[] oneGiant(int n, Random random) {
    float[] row = normal(n, random, 2, 0);
    row[random.nextInt(n)] = 10 + random.nextInt(300);
    return row;
  }

  private static float[] giantAtTheEnd(int n, Random random) {
    float[] row = normal(n, random, 1, -random.nextInt(200));
    row[n - 1] = random.nextInt(200);
    return row;
  }

  private static float[] nearTies(int n, Random random) {
    float[] row = new float[n];
    float base = random.nextFloat() * 60 - 30;
    for (int i = 0; i < n; i++) {
      row[i] = Float.intBitsToFloat(Float.floatToIntBits(base) + random.nextInt(3));
    }
    return row;
  }

  static float[] normal(int n, Random random, float scale, float offset) {
    float[] row = new float[n];
    for (int i = 0; i < n; i++) {
      row[i] = (float) (random.nextGaussian() * scale) + offset;
    }
    return row;
  }

  private static float[] subnormal(int n, Random random) {
    float[] row = new float[n];
    for (int i = 0; i < n; i++) {
      float value = Float.intBitsToFloat(random.nextInt(1 << 23));
      row[i] = random.nextBoolean() ? value : -value;
    }
    return row;
  }

  private static float[] heavyTails(int n, Random random) {
    float[] row = new float[n];
    for (int i = 0; i < n; i++) {
      row[i] = (float) Math.tan(Math.PI * (random.nextDouble() - 0.5));
    }
    return row;
  }

  private static float[] sorted(int n, Random random, boolean descending) {
    float[] row = normal(n, random, 6, 0);
    Arrays.sort(row);
    for (int i = 0; descending && i < n / 2; i++) {
      float swap = row[i];
      row[i] = row[n - 1 - i];
      row[n - 1 - i] = swap;
    }
    return row;
  }

  private static float[] halfMasked(int n, Random random) {
    float[] row = normal(n, random, 4, 0);
    for (int i = 0; i < n; i++) {
      row[i] = random.nextBoolean() ? Float.NEGATIVE_INFINITY : row[i];
    }
    row[random.nextInt(n)] = 1;
    return row;
  }

  private static float[] dominating(int n, Random random) {
    float[] row = normal(n, random, 0.01f, 0);
    row[random.nextInt(n)] = 5 + random.nextInt(736);
    return row;
  }

  private static float[] dominated(int n, Random random) {
    float[] row = normal(n, random, 1, 0);
    row[random.nextInt(n)] = -5 - random.nextInt(100_000);
    return row;
  }

  private static float[] powersOfTwo(int n, Random random) {
    float[] row = new float[n];
    for (int i = 0; i < n; i++) {
      row[i] = (float) (-Math.log(2) * random.nextInt(40));
    }
    return row;
  }

  /** A few equal logits far above all others. */
  private static float[] peaks(int n, Random random) {
    float[] row = normal(n, random, 1, -3);
    float peak = 8 + random.nextInt(70) + 0.3f;
    for (int k = random.nextInt(5); k >= 0; k--) {
      row[random.nextInt(n)] = peak;
    }
    return row;
  }

  /** Each thousand of classes stands a step above the one before. */
  private static float[] steps(int n, Random random, float step) {
    float[] row = normal(n, random, 2, 0);
    for (int i = 0; i < n; i++) {
      int thousands = i / 1000;
      row[i] += step * thousands;
    }
    return row;
  }

  private static float[] firstMasked(int n, Random random) {
    float[] row = normal(n, random, 3, 5);
    Arrays.fill(row, 0, Math.min(n - 1, 1100), Float.NEGATIVE_INFINITY);
    return row;
  }
}
