/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.surprisal.kernel.loop.LoopKernel;
import io.github.surprisal.kernel.simd.VectorKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every method of every kernel gives the bits of {@link ScalarKernel}: so plain loops and vectors
 * of any width agree with each other.
 *
 * <p>The kernels are the loops and, in a run that asks for vectors, the vectors too: once as they
 * take logits that they expect within range, and once after some were not. Bits are equal in
 * results, in what is left as it was, and in arrays around a run. NaN equals any NaN, since
 * processors differ in the bits of one. A term that is not finite must not be finite in any kernel;
 * its bits are free otherwise.
 *
 * <p>The interpreter, which runs the Vector API a thousand times slower, takes one length in many.
 */
final class KernelEquivalenceTest {

  private static final boolean INTERPRETED =
      System.getProperty("java.vm.info", "").contains("interpreted");

  private static final int TILE = TileKernel.TILE;
  private static final ScalarKernel SCALAR = new ScalarKernel();

  /** Whether vectors are to be tested as well. */
  private static final boolean HAS_VECTORS = !KernelProvider.newKernel().name().equals("loop");

  private final List<TileKernel> kernels = kernels();

  private static List<TileKernel> kernels() {
    List<TileKernel> kernels = new ArrayList<>();
    kernels.add(new LoopKernel());
    if (HAS_VECTORS) {
      kernels.add(new VectorKernel());
    }
    return kernels;
  }

  @Test
  void theKernelInUseIsAmongThem() {
    assertThat(kernels).anyMatch(kernel -> kernel.name().equals(KernelProvider.newKernel().name()));
  }

  /** Lengths 0 to 300, around the largest, and around some of the multiples of 16. */
  private static int[] lengths() {
    int[] all =
        IntStream.rangeClosed(0, TILE)
            .filter(n -> n <= 300 || n >= TILE - 40 || (n + 3) % (7 * TileKernel.LANES) <= 6)
            .toArray();
    int step = INTERPRETED ? 61 : 1;
    return IntStream.range(0, all.length).filter(i -> i % step == 0).map(i -> all[i]).toArray();
  }

  /** One of several in the interpreter, else all of them. */
  private static boolean isLeftOut(int count, int oneIn) {
    return INTERPRETED && count % oneIn != 0;
  }

  private void assertSameBits(KernelOperation operation, KernelArguments arguments) {
    long[] expected = operation.bits(SCALAR, arguments);
    for (TileKernel kernel : kernels) {
      assertSameBits(operation.bits(kernel, arguments), expected, kernel, operation, arguments);
    }
    if (HAS_VECTORS && operation.writesTerms()) {
      for (boolean isWary : new boolean[] {false, true}) {
        VectorKernel kernel = new VectorKernel();
        if (isWary) {
          seeNaN(kernel);
        }
        assertSameBits(operation.bits(kernel, arguments), expected, kernel, operation, arguments);
      }
    }
  }

  /** Has a kernel expect no logit within range for a while. */
  private static void seeNaN(TileKernel kernel) {
    kernel.writeTerms(new float[] {Float.NaN}, new Places(), 1, new float[1]);
  }

  private static void assertSameBits(
      long[] got,
      long[] expected,
      TileKernel kernel,
      KernelOperation operation,
      KernelArguments arguments) {
    int at = Arrays.mismatch(got, expected);
    if (at >= 0) {
      fail(
          "%s: %s of %s differs from the definition in word %d: %x, not %x",
          kernel.name(), operation, arguments, at, got[at], expected[at]);
    }
  }

  @ParameterizedTest
  @EnumSource(KernelOperation.class)
  void everyLength(KernelOperation operation) {
    KernelValues[] families = KernelValues.values();
    for (int length : lengths()) {
      int count = INTERPRETED || length > 300 ? 2 : families.length;
      for (int k = 0; k < count; k++) {
        assertSameBits(
            operation, KernelArguments.of(families[(length + k) % families.length], length, k));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(KernelValues.class)
  void everyFamilyInEveryMethod(KernelValues family) {
    int count = INTERPRETED ? 1 : 60;
    for (KernelOperation operation : KernelOperation.values()) {
      for (int seed = 0; seed < count; seed++) {
        int length = INTERPRETED ? 133 : 1 + seed * 53 % TILE;
        assertSameBits(operation, KernelArguments.of(family, length, 1000 + seed));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KernelOperation.class,
      names = {"WIDEN_BFLOAT16", "WIDEN_FLOAT16"})
  void everyNarrowNumber(KernelOperation operation) {
    KernelArguments arguments = KernelArguments.of(KernelValues.ZEROS, 1 << 16, 1);
    for (int i = 0; i < arguments.length; i++) {
      arguments.halves[arguments.offset + i] = (short) i;
    }
    assertSameBits(operation, arguments);
  }

  @ParameterizedTest
  @EnumSource(KernelOperation.class)
  void everyOffset(KernelOperation operation) {
    for (int length : INTERPRETED ? new int[] {21} : new int[] {1, 16, 33, 100, TILE}) {
      for (int k = 0; k < KernelArguments.OFFSETS * KernelArguments.OFFSETS; k++) {
        int offset = k / KernelArguments.OFFSETS;
        int outOffset = k % KernelArguments.OFFSETS;
        assertSameBits(
            operation,
            KernelArguments.at(KernelValues.RARELY_NOT_FINITE, length, k, offset, outOffset));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KernelOperation.class,
      names = {
        "WRITE_TERMS",
        "WRITE_TERMS_AT_FOUR_PLACES",
        "WRITE_TERMS_OF_REFERENCES",
        "WRITE_PAIRS",
        "SUM_LOGITS",
        "MAX",
        "FIRST_ABOVE",
        "FOLD_WITH_GAPS"
      })
  void oneFarLogitAtEveryPosition(KernelOperation operation) {
    float[] far = {
      9f,
      60f,
      88.8f,
      130f,
      256f,
      Math.nextUp(256f),
      1e6f,
      3.4e38f,
      Float.POSITIVE_INFINITY,
      -150f,
      -256f,
      -Math.nextUp(256f),
      -1e30f,
      -3.4e38f,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.intBitsToFloat(0xffc00000)
    };
    for (int length : new int[] {1, 16, 33, 63, 300, TILE}) {
      for (int at = 0; at < length; at++) {
        if (isLeftOut(at, 101)) {
          continue;
        }
        KernelArguments arguments = KernelArguments.of(KernelValues.NORMAL, length, at);
        arguments.set(at, far[at % far.length]);
        arguments.limit = 8f;
        arguments.exponent = at % 3;
        assertSameBits(operation, arguments);
      }
    }
  }

  /** Logits around those where the scale of a term becomes 0, 2^−126, 2^127 and infinite. */
  private static float[] edges(int exponent) {
    int[] fields = {-1, 0, 1, 2, 126, 127, 253, 254, 255, 256};
    float[] edges = new float[fields.length * 2 * 5];
    int at = 0;
    for (int field : fields) {
      for (double half : new double[] {0, 0.5}) {
        float edge = (float) ((field - Exponential.SCALE_BIAS + exponent - half) * Math.log(2));
        for (int ulps = -2; ulps <= 2; ulps++) {
          edges[at++] = edge + ulps * Math.ulp(edge);
        }
      }
    }
    return edges;
  }

  @Test
  void theEdgesOfTheExponentialsRange() {
    int[] far = {
      -KernelArguments.LARGEST_EXPONENT, -30_000, 30_000, KernelArguments.LARGEST_EXPONENT
    };
    for (int exponent = -200; exponent <= 200 + far.length; exponent++) {
      if (!isLeftOut(exponent, 100)) {
        assertSameBitsAtEdges(exponent <= 200 ? exponent : far[exponent - 201]);
      }
    }
  }

  private void assertSameBitsAtEdges(int exponent) {
    float[] edges = edges(exponent);
    KernelArguments all = KernelArguments.of(KernelValues.NORMAL, edges.length, exponent);
    System.arraycopy(edges, 0, all.x, all.offset, edges.length);
    all.exponent = exponent;
    assertSameBits(KernelOperation.WRITE_TERMS, all);
    assertSameBits(KernelOperation.WRITE_TERMS_AT_FOUR_PLACES, all);
    assertSameBits(KernelOperation.WRITE_TERMS_OF_REFERENCES, all);
    assertSameBits(KernelOperation.WRITE_PAIRS, all);
    for (int i = 0; i < edges.length; i++) {
      if (!isLeftOut(i, 9)) {
        int length = i % 2 == 0 ? 300 : 40;
        KernelArguments one = KernelArguments.of(KernelValues.ALL_MASKED, length, i);
        one.x[one.offset + i * 7 % length] = edges[i];
        one.x[one.offset + i * 5 % length] = edges[(i + 1) % edges.length];
        one.exponent = exponent;
        assertSameBits(KernelOperation.WRITE_TERMS, one);
      }
    }
  }

  /** One number of a tile that a formula without a bound would do wrong, or could just do. */
  @ParameterizedTest
  @ValueSource(
      doubles = {
        0,
        -0.0,
        0.3,
        1e-300,
        -1e-300,
        -707,
        -707.3,
        -707.5,
        -707.99,
        -708,
        -708.01,
        -708.2,
        -708.3,
        -708.5,
        -709,
        -745,
        -746,
        -1000,
        -1e5,
        -3e9,
        -1e19,
        -1e300,
        700,
        708.9,
        709,
        Double.NEGATIVE_INFINITY
      })
  void theEdgesOfTheExponentialInDouble(double edge) {
    TileKernel definition = new ScalarKernel();
    for (int length : new int[] {1, 8, 16, 17, 40, TILE - 3, TILE}) {
      for (int at = 0; at < length; at += 1 + length / 9) {
        double[] y = new double[length];
        Arrays.setAll(y, i -> -0.37 * (i % 700));
        y[at] = edge;
        double[] expected = new double[length];
        definition.writeExp(y, length, expected);
        for (TileKernel kernel : kernels) {
          double[] got = new double[length];
          kernel.writeExp(y, length, got);
          assertThat(got).as("%s, %d of %d", kernel.name(), at, length).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KernelOperation.class,
      names = {"MULTIPLY", "MULTIPLY_EACH", "SCALE", "SUBTRACT"})
  void resultsInPlace(KernelOperation operation) {
    KernelValues[] families = KernelValues.values();
    for (int length : lengths()) {
      KernelArguments arguments =
          KernelArguments.of(families[length % families.length], length, length);
      arguments.inPlace = true;
      assertSameBits(operation, arguments);
    }
  }

  /** A logit for which no term can be right makes one that is not finite, or very large. */
  @ParameterizedTest
  @EnumSource(
      value = KernelValues.class,
      names = {"NORMAL", "HALF_MASKED", "HUGE", "MASKED_WITH_FINITE_NUMBERS"})
  void termsThatCanNotBeRightAreNeverTrusted(KernelValues family) {
    float[] offenders = {Float.NaN, Float.POSITIVE_INFINITY, 90f, 1e5f, 1e30f, Float.MAX_VALUE};
    for (int at = 0; at < TILE; at++) {
      if (isLeftOut(at, 131)) {
        continue;
      }
      KernelArguments arguments = KernelArguments.of(family, TILE, at);
      arguments.set(at, offenders[at % offenders.length]);
      for (TileKernel kernel : kernels) {
        Places places = new Places();
        places.set(0, arguments.offset, 0, 0);
        float[] terms = new float[TILE];
        kernel.writeTerms(arguments.x, places, TILE, terms);
        assertThat(terms[at] >= 0 && terms[at] < Exponential.OVERFLOW)
            .as("%s: %s with %s at %d", kernel.name(), arguments, offenders[at % 6], at)
            .isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(KernelOperation.class)
  void theFirstCallIsTheTwelveThousandth(KernelOperation operation) {
    KernelArguments ordinary = KernelArguments.of(KernelValues.NORMAL, TILE - 77, 5);
    KernelArguments masked = KernelArguments.of(KernelValues.HALF_MASKED, TILE, 6);
    for (TileKernel kernel : kernels) {
      long[] bits = operation.bits(kernel, ordinary);
      long[] maskedBits = operation.bits(kernel, masked);
      SplittableRandom choice = new SplittableRandom(7);
      for (int call = 0; call < (INTERPRETED ? 20 : 12_000); call++) {
        operation.bits(kernel, choice.nextInt(8) == 0 ? masked : ordinary);
      }
      assertThat(operation.bits(kernel, ordinary)).isEqualTo(bits);
      assertThat(operation.bits(kernel, masked)).isEqualTo(maskedBits);
    }
  }
}
