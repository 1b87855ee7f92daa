/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.surprisal.kernel.simd.AlternatingReadingOrder;
import io.github.surprisal.kernel.simd.FixedReadingOrder;
import io.github.surprisal.kernel.simd.ReadingOrder;
import io.github.surprisal.kernel.simd.VectorRowKernels;
import io.github.surprisal.loss.RowBlockTiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every method of every kernel gives the bits of {@link ScalarRowKernels}: so plain loops and
 * vectors of any width agree with each other.
 *
 * <p>The kernels are the loops and, in a run that asks for vectors, the vectors too. Bits are equal
 * in results, in what is left as it was, and in arrays around a run. NaN equals any NaN, since
 * processors differ in the bits of one. A float lane that is not finite must not be finite in any
 * kernel, and the sum of such lanes must not be one that is trusted; its bits are free otherwise.
 *
 * <p>The interpreter, which runs the Vector API a thousand times slower, takes one length in many.
 */
final class KernelEquivalenceTest {
  private static final boolean INTERPRETED =
      System.getProperty("java.vm.info", "").contains("interpreted");

  private static final int TILE = RowKernels.TILE;
  private static final int LONGEST = 5000;
  private static final ScalarRowKernels SCALAR = new ScalarRowKernels();
  private static final List<RowKernels> KERNELS = kernels();
  private static final List<RowKernels> ALL =
      Stream.concat(Stream.of(SCALAR), KERNELS.stream()).toList();

  private static List<RowKernels> kernels() {
    List<RowKernels> kernels = new ArrayList<>();
    kernels.add(new LoopRowKernels());
    if (!RowKernelProvider.kernels().name().equals("loop")) {
      kernels.add(new VectorRowKernels(() -> new FixedReadingOrder(ReadingOrder.ONE)));
      kernels.add(new VectorRowKernels(() -> new FixedReadingOrder(ReadingOrder.FOUR)));
      kernels.add(new VectorRowKernels(AlternatingReadingOrder::new));
    }
    return kernels;
  }

  /** Lengths 0 to 300, around every tile multiple, and around some of the multiples of 16. */
  private static int[] lengths() {
    int[] all =
        IntStream.rangeClosed(0, LONGEST)
            .filter(n -> n <= 300 || (n + 20) % TILE <= 40 || (n + 3) % (7 * RowKernels.LANES) <= 6)
            .toArray();
    int step = INTERPRETED ? 97 : 1;
    return IntStream.range(0, all.length).filter(i -> i % step == 0).map(i -> all[i]).toArray();
  }

  /** One of several in the interpreter, else all of them. */
  private static boolean isLeftOut(int count, int oneIn) {
    return INTERPRETED && count % oneIn != 0;
  }

  /** Of the positions in a row, all near the ends of tiles and their halves, and some others. */
  private static boolean isPositionLeftOut(int at, int oneIn) {
    boolean special = at < 70 || (at + 18) % (TILE / 2) < 36;
    return isLeftOut(at, oneIn) || !(special || at % 11 == 0);
  }

  private static void assertSameBits(KernelOperation operation, KernelArguments arguments) {
    long[] expected = operation.inOneRun(SCALAR, arguments);
    for (RowKernels kernels : KERNELS) {
      expectLogitsWithinRange(true);
      long[] got = operation.inOneRun(kernels, arguments);
      assertSameBits(got, expected, kernels, operation, arguments);
    }
    for (RowKernels kernels : KERNELS.subList(1, KERNELS.size())) {
      expectLogitsWithinRange(false);
      long[] got = operation.inOneRun(kernels, arguments);
      assertSameBits(got, expected, kernels, operation, arguments);
    }
  }

  /** Has vectors take the shorter road, which they leave if logits are out of range, or not. */
  private static void expectLogitsWithinRange(boolean isExpected) {
    Scratch scratch = KernelOperation.SCRATCH;
    boolean expected = false;
    while (!expected) {
      expected = scratch.expectsWithinRange();
    }
    if (!isExpected) {
      scratch.sawBeyondRange();
    }
  }

  private static void assertSameBits(
      long[] got,
      long[] expected,
      RowKernels kernels,
      KernelOperation operation,
      KernelArguments arguments) {
    int at = Arrays.mismatch(got, expected);
    if (at >= 0) {
      fail(
          "%s: %s of %s differs from the definition in word %d: %x, not %x",
          kernels.name(), operation, arguments, at, got[at], expected[at]);
    }
  }

  @ParameterizedTest
  @EnumSource(KernelOperation.class)
  void everyLength(KernelOperation operation) {
    KernelValues[] families = KernelValues.values();
    for (int length : lengths()) {
      int count = INTERPRETED ? 2 : length <= 300 ? families.length : 2;
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
        int length = INTERPRETED ? TILE + 33 : 1 + seed * 53 % (3 * TILE);
        assertSameBits(operation, KernelArguments.of(family, length, 1000 + seed));
      }
    }
  }

  /** Reference exponents around those of which all logits within range are moderate. */
  @Test
  void logitsAtTheEdgesOfTheRange() {
    for (int exponent = 225; exponent <= 250; exponent += INTERPRETED ? 25 : 1) {
      for (int sign : new int[] {-1, 1}) {
        for (float gap : new float[] {0, 89.4f, -87.4f}) {
          KernelArguments arguments = KernelArguments.of(KernelValues.POSITIVE, 9 * TILE, exponent);
          for (int i = 0; i < 9 * TILE; i++) {
            arguments.set(i, (float) (sign * exponent * Exponential.LN2_HIGH_DOUBLE));
          }
          arguments.set(exponent % TILE + 3 * TILE, arguments.x[arguments.offset] + gap);
          arguments.skip = -1;
          arguments.shift = 0;
          arguments.exponent = sign * exponent;
          assertSameBits(KernelOperation.ADD_EXPONENTIALS_AND_LOGITS, arguments);
        }
      }
    }
  }

  /** Rows of so many tiles that they are taken at several places at a time, up to 64 in all. */
  @ParameterizedTest
  @EnumSource(KernelOperation.class)
  void manyTiles(KernelOperation operation) {
    KernelValues[] families = KernelValues.values();
    int[] tiles = INTERPRETED ? new int[] {9} : new int[] {7, 8, 9, 12, 63, 64, 65, 69, 133};
    int seed = 0;
    for (int count : tiles) {
      for (int more : new int[] {0, 1, TILE - 1}) {
        int length = count * TILE + more;
        KernelValues family = families[seed % families.length];
        KernelArguments arguments = KernelArguments.of(family, length, seed);
        arguments.skip = seed % 4 == 0 ? -1 : (int) (seed * 7_919L % length);
        assertSameBits(operation, arguments);
        seed++;
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
    for (int length : INTERPRETED ? new int[] {21} : new int[] {1, 16, 33, TILE, 2 * TILE + 37}) {
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
        "ADD_EXPONENTIALS",
        "ADD_AND_WRITE_EXPONENTIALS",
        "ADD_EXPONENTIALS_AND_LOGITS",
        "ADD_EXPONENTIALS_OF_BFLOAT16",
        "MAX"
      })
  void everyElementLeftOut(KernelOperation operation) {
    float[] leftOut = {0.7f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f};
    int[] lengths = {
      1, 2, 15, 17, 255, 256, 257, TILE - 1, TILE, TILE + 1, 2 * TILE, 3 * TILE + 9, 9 * TILE + 3
    };
    for (int length : lengths) {
      int step = length > 4 * TILE ? 5 : 1; // still every lane, and every place of a vector
      for (int skip = 0; skip < length + 2; skip += step) {
        if (isPositionLeftOut(skip, 67)) {
          continue;
        }
        KernelArguments arguments = KernelArguments.of(KernelValues.NORMAL, length, skip);
        if (skip < length) {
          arguments.set(skip, leftOut[skip % leftOut.length]);
        }
        arguments.skip = skip;
        arguments.shift = skip % 7 == 0 ? arguments.shift : 0;
        arguments.exponent = skip % 3;
        assertSameBits(operation, arguments);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KernelOperation.class,
      names = {
        "ADD_EXPONENTIALS",
        "ADD_AND_WRITE_EXPONENTIALS",
        "ADD_EXPONENTIALS_AND_LOGITS",
        "ADD_EXPONENTIALS_OF_BFLOAT16",
        "MAX",
        "FIRST_SHIFTED_ABOVE",
        "ADD_DIVERGENCE"
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
    int[] lengths = {1, 16, 33, 63, 300, TILE, TILE + 17, 2 * TILE + 1, 8 * TILE + 5};
    for (int length : lengths) {
      int step = length > 4 * TILE ? 7 : 1; // still every lane, and every place of a vector
      for (int at = 0; at < length; at += step) {
        if (isPositionLeftOut(at, 101)) {
          continue;
        }
        KernelArguments arguments = KernelArguments.of(KernelValues.NORMAL, length, at);
        arguments.set(at, far[at % far.length]);
        arguments.limit = 8f;
        arguments.skip = -1;
        arguments.shift = at % 7 == 0 ? arguments.shift : 0;
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

  private static void assertSameBitsAtEdges(int exponent) {
    float[] edges = edges(exponent);
    KernelArguments all = KernelArguments.of(KernelValues.NORMAL, edges.length, exponent);
    System.arraycopy(edges, 0, all.x, all.offset, edges.length);
    all.shift = 0;
    all.exponent = exponent;
    assertSameBits(KernelOperation.WRITE_SOFTMAX, all);
    all.factor = 1;
    assertSameBits(KernelOperation.WRITE_SOFTMAX, all);
    for (int i = 0; i < edges.length; i++) {
      if (!isLeftOut(i, 9)) {
        int length = i % 2 == 0 ? 300 : 40;
        KernelArguments one = KernelArguments.of(KernelValues.ALL_MASKED, length, i);
        one.x[one.offset + i * 7 % length] = edges[i];
        one.x[one.offset + i * 5 % length] = edges[(i + 1) % edges.length];
        one.shift = 0;
        one.exponent = exponent;
        assertSameBits(KernelOperation.ADD_EXPONENTIALS, one);
        assertSameBits(KernelOperation.ADD_AND_WRITE_EXPONENTIALS, one);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KernelOperation.class,
      names = {"WRITE_SOFTMAX", "WRITE_MULTIPLES", "WRITE_SHIFTED"})
  void resultsInPlaceOfTheLogits(KernelOperation operation) {
    KernelValues[] families = KernelValues.values();
    for (int length = 0; length < 2 * TILE; length++) {
      if (isPositionLeftOut(length, 71)) {
        continue;
      }
      KernelArguments arguments =
          KernelArguments.of(families[length % families.length], length, length);
      arguments.inPlace = true;
      assertSameBits(operation, arguments);
    }
  }

  @ParameterizedTest
  @EnumSource(KernelOperation.class)
  void aRowInRunsIsTheRowInOneRun(KernelOperation operation) {
    KernelValues[] families = KernelValues.values();
    for (int k = 0; k < (INTERPRETED ? 2 : 60); k++) {
      int length = TILE + (k * 37) % (7 * TILE);
      KernelArguments arguments = KernelArguments.of(families[k % families.length], length, k);
      arguments.skip = k % 2 == 0 ? -1 : (k * 101) % length;
      long[] expected = operation.inOneRun(SCALAR, arguments);
      for (RowKernels kernels : KERNELS) {
        for (int tiles = 1; tiles <= 4; tiles++) {
          long[] got = operation.inRuns(kernels, arguments, tiles * TILE);
          assertSameBits(got, expected, kernels, operation, arguments);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KernelValues.class,
      names = {"NORMAL", "HALF_MASKED", "HUGE", "MASKED_WITH_FINITE_NUMBERS"})
  void sumsThatCanNotBeRightAreNeverTrusted(KernelValues family) {
    float[] offenders = {Float.NaN, Float.POSITIVE_INFINITY, 90f, 1e5f, 1e30f, Float.MAX_VALUE};
    for (int at = 0; at < 2 * TILE + 40; at++) {
      if (isPositionLeftOut(at, 131)) {
        continue;
      }
      KernelArguments arguments = KernelArguments.of(family, 2 * TILE + 40, at);
      arguments.shift = 0;
      arguments.exponent = 0;
      arguments.x[arguments.offset + at] = offenders[at % offenders.length];
      for (RowKernels kernels : KERNELS) {
        long[] bits = KernelOperation.ADD_EXPONENTIALS.inOneRun(kernels, arguments);
        assertThat(KernelOperation.isTrusted(bits))
            .as("%s: %s with %s at %d", kernels.name(), arguments, offenders[at % 6], at)
            .isFalse();
      }
    }
  }

  /** Tiles of rows side by side: the sums and results of each row are those of the row alone. */
  @ParameterizedTest
  @EnumSource(KernelValues.class)
  void tilesOfRowsSideBySide(KernelValues family) {
    Scratch scratch = KernelOperation.SCRATCH;
    SplittableRandom random = new SplittableRandom(family.name().hashCode());
    for (int trial = 0; trial < (INTERPRETED ? 2 : 130); trial++) {
      int length = 1 + random.nextInt(trial % 3 == 0 || trial % 6 == 5 ? TILE : 70);
      boolean isAlone = trial % 3 == 2; // a few rows, and no others beside them
      int mostRows = trial % 2 == 0 ? 48 : trial % 16 == 1 ? RowBlock.MAX_ROWS : 160;
      int rows = 1 + random.nextInt(isAlone ? trial % 2 == 0 ? 15 : 64 : mostRows);
      int stride = isAlone ? rows : rows + random.nextInt(20);
      int offset = random.nextInt(KernelArguments.OFFSETS);
      float[] x = KernelArguments.of(family, length * stride, trial).x;
      float[] logits = Arrays.copyOf(x, offset + length * stride);
      int from = random.nextInt(3) * TILE;
      boolean inPlace = random.nextBoolean();
      long seed = random.nextLong();
      RowBlock block = scratch.block();
      take(block, rows, from, length, seed, false);
      addOneByOne(logits, offset, stride, from, length, rows, scratch);
      long[] expectedSums = laneBits(block, rows);
      take(block, rows, from, length, seed, true);
      float[] expected = inPlace ? logits.clone() : new float[logits.length];
      SCALAR.writeRows(
          logits, offset, stride, length, block, 0, rows, expected, offset, stride, scratch);
      for (RowKernels kernels : ALL) {
        String what =
            "%s: %s, trial %d: %d classes from %d of %d rows, %d apart, at %d%s"
                .formatted(
                    kernels.name(),
                    family,
                    trial,
                    length,
                    from,
                    rows,
                    stride,
                    offset,
                    inPlace ? ", in place" : "");
        RowBlockTiles tiles = new RowBlockTiles(kernels, scratch);
        take(block, rows, from, length, seed, false);
        tiles.add(logits, offset, stride, from, length, rows);
        assertThat(laneBits(block, rows)).as(what).isEqualTo(expectedSums);
        take(block, rows, from, length, seed, true);
        float[] in = logits.clone();
        float[] out = inPlace ? in : new float[logits.length];
        tiles.write(in, offset, stride, length, rows, out, offset, stride);
        assertThat(Arrays.mismatch(out, expected)).as(what).isEqualTo(-1);
      }
    }
  }

  /** Terms of sums that are kept where the results are to be give the results too, if they may. */
  @ParameterizedTest
  @EnumSource(KernelValues.class)
  void termsThatAreKeptForResults(KernelValues family) {
    Scratch scratch = KernelOperation.SCRATCH;
    SplittableRandom random = new SplittableRandom(family.name().hashCode());
    int kept = 0;
    for (int trial = 0; trial < (INTERPRETED ? 4 : 100); trial++) {
      int length = trial % 7 == 0 ? TILE : 1 + random.nextInt(trial % 2 == 0 ? TILE : 70);
      int rows = 1 + random.nextInt(trial % 3 == 0 ? 64 : 15);
      int offset = random.nextInt(KernelArguments.OFFSETS);
      int outOffset = random.nextInt(KernelArguments.OFFSETS);
      float[] x = KernelArguments.of(family, length * rows, trial).x;
      float[] logits = Arrays.copyOf(x, offset + length * rows);
      int from = random.nextInt(3) * TILE;
      long seed = random.nextLong();
      RowBlock block = scratch.block();
      take(block, rows, from, length, seed, false);
      addOneByOne(logits, offset, rows, from, length, rows, scratch);
      long[] expectedSums = laneBits(block, rows);
      take(block, rows, from, length, seed, true);
      boolean isAnyShifted =
          IntStream.range(0, rows).anyMatch(r -> block.isUsed(r) && block.shifts[r] != 0);
      float[] expected = new float[outOffset + length * rows + 20];
      Arrays.fill(expected, Float.NaN);
      SCALAR.writeRows(
          logits, offset, rows, length, block, 0, rows, expected, outOffset, rows, scratch);
      for (RowKernels kernels : ALL) {
        for (boolean isExpected : new boolean[] {true, false}) {
          expectLogitsWithinRange(isExpected);
          RowBlockTiles tiles = new RowBlockTiles(kernels, scratch);
          take(block, rows, from, length, seed, false);
          float[] out = new float[expected.length];
          Arrays.fill(out, Float.NaN);
          tiles.addAndKeep(logits, offset, from, length, rows, out, outOffset);
          String what =
              "%s: %s, trial %d: %d classes from %d of %d rows, at %d to %d, within range: %s"
                  .formatted(
                      kernels.name(),
                      family,
                      trial,
                      length,
                      from,
                      rows,
                      offset,
                      outOffset,
                      isExpected);
          assertThat(laneBits(block, rows)).as(what).isEqualTo(expectedSums);
          take(block, rows, from, length, seed, true);
          assertThat(tiles.areKeptOfResults()).as(what).isNotEqualTo(isAnyShifted);
          if (!isAnyShifted) {
            tiles.multiply(out, outOffset, length, rows);
            assertThat(Arrays.mismatch(out, expected)).as(what).isEqualTo(-1);
            kept++;
          }
        }
      }
    }
    assertThat(kept).isPositive();
  }

  /** Rows one after the other: the sums of each are those of the row alone. */
  @ParameterizedTest
  @EnumSource(KernelValues.class)
  void rowsOneAfterTheOther(KernelValues family) {
    Scratch scratch = KernelOperation.SCRATCH;
    SplittableRandom random = new SplittableRandom(family.name().hashCode());
    for (int trial = 0; trial < (INTERPRETED ? 3 : 150); trial++) {
      int classes = 1 + random.nextInt(trial % 9 == 0 ? 4 * TILE : trial % 2 == 0 ? 3 * 64 : TILE);
      int rows = 1 + random.nextInt(INTERPRETED ? 9 : 40);
      int offset = random.nextInt(KernelArguments.OFFSETS);
      float[] x = KernelArguments.of(family, offset + classes * rows, trial).x;
      float[] logits = Arrays.copyOf(x, offset + classes * rows); // the last row ends the array
      RowBlock block = scratch.block();
      long seed = random.nextLong();
      take(block, rows, 0, classes, seed, false);
      SCALAR.addRows(logits, offset, classes, block, rows, scratch);
      long[] expected = laneBits(block, rows);
      for (RowKernels kernels : KERNELS) {
        for (boolean isExpected : new boolean[] {true, false}) {
          expectLogitsWithinRange(isExpected);
          take(block, rows, 0, classes, seed, false);
          kernels.addRows(logits, offset, classes, block, rows, scratch);
          assertThat(laneBits(block, rows))
              .as(
                  "%s: %s, trial %d: %d classes of %d rows at %d, expected within range: %s",
                  kernels.name(), family, trial, classes, rows, offset, isExpected)
              .isEqualTo(expected);
        }
      }
    }
  }

  /** What a tile of rows side by side has to come to: each row by itself. */
  private static void addOneByOne(
      float[] x, int offset, int stride, int from, int length, int rows, Scratch scratch) {
    RowBlock block = scratch.block();
    float[] row = new float[length];
    for (int r = 0; r < rows; r++) {
      if (block.isUsed(r)) {
        for (int c = 0; c < length; c++) {
          row[c] = x[offset + c * stride + r];
        }
        int skip = block.skips[r] - from;
        SCALAR.addExponentials(
            row, 0, length, skip, 0, block.exponents[r], block.lanes[r], scratch);
      }
    }
  }

  /** Takes rows of which some are not in use, with exponents, targets and factors of their own. */
  private static void take(
      RowBlock block, int rows, int from, int length, long seed, boolean forResults) {
    SplittableRandom random = new SplittableRandom(seed);
    if (forResults) {
      block.beginResults(rows);
    } else {
      block.begin(rows);
    }
    boolean shifts = random.nextBoolean();
    int usedOneIn = 1 + random.nextInt(3);
    int firstUsed = random.nextInt(3) == 0 ? random.nextInt(rows) : 0;
    int lastUsed = random.nextInt(3) == 0 ? firstUsed + random.nextInt(rows - firstUsed) : rows - 1;
    for (int row = 0; row < rows; row++) {
      int exponent = random.nextInt(7) - 3;
      int skip = from - 5 + random.nextInt(length + 10);
      float shift = shifts && random.nextInt(3) == 0 ? 0.75f : 0;
      float factor = random.nextInt(100) * 0x1p-40f;
      boolean maybe = row > firstUsed && row <= lastUsed && random.nextInt(usedOneIn) == 0;
      boolean used = maybe || row == firstUsed;
      if (used && forResults) {
        block.useForResults(row, shift, exponent, factor);
      } else if (used) {
        block.lanes[row].clear();
        block.useForSum(row, exponent, skip);
      }
    }
  }

  private static long[] laneBits(RowBlock block, int rows) {
    return IntStream.range(0, rows)
        .filter(block::isUsed)
        .mapToObj(row -> block.lanes[row])
        .flatMapToLong(
            sum ->
                IntStream.range(0, RowKernels.LANES).mapToLong(j -> KernelOperation.bits(sum, j)))
        .toArray();
  }

  @ParameterizedTest
  @EnumSource(KernelOperation.class)
  void theFirstCallIsTheTwelveThousandth(KernelOperation operation) {
    KernelArguments ordinary = KernelArguments.of(KernelValues.NORMAL, TILE + 77, 5);
    KernelArguments masked = KernelArguments.of(KernelValues.HALF_MASKED, 2 * TILE + 5, 6);
    for (RowKernels kernels : KERNELS) {
      long[] bits = operation.inOneRun(kernels, ordinary);
      long[] maskedBits = operation.inOneRun(kernels, masked);
      SplittableRandom choice = new SplittableRandom(7);
      for (int call = 0; call < (INTERPRETED ? 20 : 12_000); call++) {
        operation.inOneRun(kernels, choice.nextInt(8) == 0 ? masked : ordinary);
      }
      assertThat(operation.inOneRun(kernels, ordinary)).isEqualTo(bits);
      assertThat(operation.inOneRun(kernels, masked)).isEqualTo(maskedBits);
    }
  }
}
