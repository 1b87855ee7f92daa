/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bits per byte of two models on the same text. */
final class ComparedBytesTest {

  private static final MathContext PRECISE = new MathContext(60);
  private static final double LN_2 = StrictMath.log(2);
  private static final int ROWS = 90;
  private static final int CLASSES = 37;
  private static final int DOCUMENT = 10;
  private static final CrossEntropyOptions OPTIONS = CrossEntropyOptions.defaults();

  private static final FloatTensor P = logits(1, 3);
  private static final FloatTensor Q = near(P);
  private static final IntTensor TARGETS = targets();
  private static final IntTensor BYTES = bytes();

  private static FloatTensor logits(long seed, float scale) {
    float[] values = AdversarialRows.normal(ROWS * CLASSES, new Random(seed), scale, 0);
    return FloatTensor.wrap(values, ROWS, CLASSES);
  }

  private static FloatTensor near(FloatTensor logits) {
    float[] values = logits.toArray();
    Random random = new Random(2);
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (0.2 * random.nextGaussian());
    }
    return FloatTensor.wrap(values, ROWS, CLASSES);
  }

  private static IntTensor targets() {
    int[] targets = new int[ROWS];
    Arrays.setAll(targets, row -> row % 7 == 3 ? -100 : row * 13 % CLASSES);
    return IntTensor.of(targets);
  }

  /** From 0 to 4; the third document has none. */
  private static IntTensor bytes() {
    int[] bytes = new int[ROWS];
    Arrays.setAll(bytes, row -> row / DOCUMENT == 2 ? 0 : row % 5);
    return IntTensor.of(bytes);
  }

  private static ComparisonReport report() {
    return new ComparisonAccumulator().add(P, Q, TARGETS, BYTES).report();
  }

  private static ComparisonAccumulator inDocuments() {
    ComparisonAccumulator accumulator = new ComparisonAccumulator();
    for (int from = 0; from < ROWS; from += DOCUMENT) {
      int to = from + DOCUMENT;
      accumulator
          .add(P.slice(from, to), Q.slice(from, to), TARGETS.slice(from, to), BYTES.slice(from, to))
          .endDocument();
    }
    return accumulator;
  }

  @Test
  void eachModelHasTheBitsPerByteOfItsOwnReport() {
    ComparisonReport report = report();
    LossReport ofP = Metrics.evaluate(P, TARGETS, BYTES);
    LossReport ofQ = Metrics.evaluate(Q, TARGETS, BYTES);
    assertThat(report.bitsPerByteP()).isEqualTo(ofP.bitsPerByte()).isBetween(1.0, 10.0);
    assertThat(report.bitsPerByteQ()).isEqualTo(ofQ.bitsPerByte());
    assertThat(report.scoredBytes()).isEqualTo(ofP.scoredBytes()).isPositive();
    assertThat(report.zeroByteTokens()).isEqualTo(ofP.zeroByteTokens()).isPositive();
    assertThat(report.tokensWithoutByteCount()).isZero();
    assertThat(report).isNotEqualTo(new ComparisonAccumulator().add(P, Q, TARGETS).report());
  }

  /** The difference and the bytes of each unit: a token with bytes, or a document of such. */
  private static List<BigDecimal[]> units(int rowsPerUnit) {
    DoubleTensor lossesP = Losses.crossEntropyPerToken(P, TARGETS, OPTIONS);
    DoubleTensor lossesQ = Losses.crossEntropyPerToken(Q, TARGETS, OPTIONS);
    List<BigDecimal[]> units = new ArrayList<>();
    for (int from = 0; from < ROWS; from += rowsPerUnit) {
      BigDecimal difference = BigDecimal.ZERO;
      long bytes = 0;
      for (int row = from; row < from + rowsPerUnit; row++) {
        if (TARGETS.get(row) != -100 && BYTES.get(row) > 0) {
          difference =
              difference
                  .add(new BigDecimal(lossesQ.get(row)))
                  .subtract(new BigDecimal(lossesP.get(row)));
          bytes += BYTES.get(row);
        }
      }
      if (bytes > 0) {
        units.add(new BigDecimal[] {difference, BigDecimal.valueOf(bytes)});
      }
    }
    return units;
  }

  private static BigDecimal sum(List<BigDecimal[]> units, int which) {
    return units.stream().map(unit -> unit[which]).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** The formula of the Javadoc, in 60 digits. */
  private static double standardError(List<BigDecimal[]> units) {
    BigDecimal bytes = sum(units, 1);
    BigDecimal ratio = sum(units, 0).divide(bytes, PRECISE);
    BigDecimal squares =
        units.stream()
            .map(unit -> unit[0].subtract(ratio.multiply(unit[1])).pow(2))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal n = BigDecimal.valueOf(units.size());
    return squares
            .multiply(n)
            .divide(n.subtract(BigDecimal.ONE), PRECISE)
            .sqrt(PRECISE)
            .divide(bytes, PRECISE)
            .doubleValue()
        / LN_2;
  }

  private static void check(ComparisonReport report, List<BigDecimal[]> units) {
    double delta = sum(units, 0).divide(sum(units, 1), PRECISE).doubleValue() / LN_2;
    double error = standardError(units);
    assertThat(Math.abs(delta)).isGreaterThan(0.001);
    assertThat(report.deltaBitsPerByte()).isCloseTo(delta, within(4e-16 * Math.abs(delta)));
    // the differences of the tokens are rounded to double for it
    assertThat(report.deltaBitsPerByteStandardError()).isCloseTo(error, within(1e-15 * error));
    Interval interval = report.deltaBitsPerByteInterval(0.95);
    Interval expected = Interval.around(delta, error, units.size() - 1, 0.95);
    assertThat(interval.low()).isCloseTo(expected.low(), within(1e-14));
    assertThat(interval.high()).isCloseTo(expected.high(), within(1e-14));
  }

  @Test
  void theDifferenceIsOfThePairsOverTheirBytes() {
    List<BigDecimal[]> tokens = units(1);
    assertThat(tokens).hasSizeBetween(40, 70);
    check(report(), tokens);
  }

  @Test
  void documentsAreTheUnitsIfTheyAreMarked() {
    List<BigDecimal[]> documents = units(DOCUMENT);
    assertThat(documents).hasSize(8);
    ComparisonReport report = inDocuments().report();
    assertThat(report.documents()).isEqualTo(9);
    check(report, documents);
    assertThat(report.deltaBitsPerByte()).isEqualTo(report().deltaBitsPerByte());
    ComparisonReport open =
        inDocuments().add(P, Q, TARGETS, BYTES).report(); // outside a finished document
    assertThat(open.deltaBitsPerByteStandardError()).isNaN();
    assertThat(open.deltaBitsPerByte()).isEqualTo(report.deltaBitsPerByte());
  }

  @Test
  void batchesAndThreadsGiveTheSameBits() {
    CrossEntropyOptions one = OPTIONS.parallel(false);
    ComparisonReport whole = new ComparisonAccumulator(one).add(P, Q, TARGETS, BYTES).report();
    ComparisonAccumulator rows = new ComparisonAccumulator(one);
    for (int row = 0; row < ROWS; row++) {
      int next = row + 1;
      rows.add(
          P.slice(row, next), Q.slice(row, next), TARGETS.slice(row, next), BYTES.slice(row, next));
    }
    assertThat(rows.report()).isEqualTo(whole);
    int times = 40; // beyond what a small batch holds
    ComparisonAccumulator often = new ComparisonAccumulator(one);
    for (int i = 0; i < times; i++) {
      often.add(P, Q, TARGETS, BYTES);
    }
    ComparisonReport atOnce =
        new ComparisonAccumulator()
            .add(
                repeated(P, times),
                repeated(Q, times),
                repeated(TARGETS, times),
                repeated(BYTES, times))
            .report();
    assertThat(atOnce).isEqualTo(often.report());
    assertThat(atOnce.scoredBytes()).isEqualTo(times * whole.scoredBytes());
  }

  private static FloatTensor repeated(FloatTensor tensor, int times) {
    float[] once = tensor.toArray();
    float[] all = new float[times * once.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = once[i % once.length];
    }
    return FloatTensor.wrap(all, times * ROWS, CLASSES);
  }

  private static IntTensor repeated(IntTensor tensor, int times) {
    int[] once = tensor.toArray();
    int[] all = new int[times * once.length];
    Arrays.setAll(all, i -> once[i % once.length]);
    return IntTensor.of(all);
  }

  @Test
  void rowsAndOtherClassAxesHaveBytes() {
    ComparisonReport row =
        new ComparisonAccumulator()
            .add(
                FloatTensor.of(1, 2, 3),
                FloatTensor.of(2, 2, 3),
                IntTensor.scalar(1),
                IntTensor.scalar(4))
            .report();
    assertThat(row.scoredBytes()).isEqualTo(4);
    assertThat(row.bitsPerByteP()).isEqualTo(row.lossP() / LN_2 / 4);
    ComparisonAccumulator sideways = new ComparisonAccumulator(OPTIONS.classAxis(0));
    sideways.add(transposed(P), transposed(Q), TARGETS, BYTES);
    assertThat(sideways.report()).isEqualTo(report());
  }

  private static FloatTensor transposed(FloatTensor rows) {
    float[] values = new float[ROWS * CLASSES];
    for (int row = 0; row < ROWS; row++) {
      for (int c = 0; c < CLASSES; c++) {
        values[c * ROWS + row] = rows.get(row, c);
      }
    }
    return FloatTensor.wrap(values, CLASSES, ROWS);
  }

  @Test
  void aVocabularyTellsTheBytes() {
    byte[][] tokens = new byte[CLASSES][];
    Arrays.setAll(tokens, id -> new byte[id % 4]);
    TokenBytes vocabulary = TokenBytes.of(tokens);
    ComparisonReport report = new ComparisonAccumulator().add(P, Q, TARGETS, vocabulary).report();
    assertThat(report)
        .isEqualTo(
            new ComparisonAccumulator().add(P, Q, TARGETS, vocabulary.lengths(TARGETS)).report());
    assertThat(report.bitsPerByteQ())
        .isEqualTo(Metrics.evaluate(Q, TARGETS, vocabulary).bitsPerByte());
  }

  @Test
  void aPartOfTheTextHasNoBitsPerByte() {
    ComparisonReport report =
        new ComparisonAccumulator().add(P, Q, TARGETS, BYTES).add(P, Q, TARGETS).report();
    long scored = report.scoredTokens();
    assertThat(report.tokensWithoutByteCount()).isEqualTo(scored / 2);
    assertThat(report.scoredBytes()).isEqualTo(report().scoredBytes());
    assertThat(report.bitsPerByteP()).isNaN();
    assertThat(report.bitsPerByteQ()).isNaN();
    assertThat(report.deltaBitsPerByte()).isNaN();
    assertThat(report.deltaBitsPerByteStandardError()).isNaN();
    assertThat(report.toString().lines())
        .contains(
            "bits per byte     NaN: "
                + scored / 2
                + " of "
                + scored
                + " scored tokens came without a byte count");
  }

  @Test
  void withoutByteCountsNothingIsSaid() {
    ComparisonReport report = new ComparisonAccumulator().add(P, Q, TARGETS).report();
    assertThat(report.tokensWithoutByteCount()).isEqualTo(report.scoredTokens());
    assertThat(report.scoredBytes()).isZero();
    assertThat(report.bitsPerByteP()).isNaN();
    assertThat(report.deltaBitsPerByteInterval(0.95).low()).isNaN();
    assertThat(report.toString()).doesNotContain("byte");
  }

  @Test
  void zeroBytesInAllHaveNoBitsPerByte() {
    IntTensor none = IntTensor.of(new int[ROWS]);
    ComparisonReport report = new ComparisonAccumulator().add(P, Q, TARGETS, none).report();
    assertThat(report.zeroByteTokens()).isEqualTo(report.scoredTokens());
    assertThat(report.bitsPerByteP()).isNaN();
    assertThat(report.deltaBitsPerByte()).isNaN();
    assertThat(report.toString().lines())
        .containsSubsequence(
            "bits per byte     NaN: there are 0 bytes",
            "                  leaving out " + report.scoredTokens() + " tokens of 0 bytes");
  }

  @Test
  void aTokenThatOneModelRulesOutIsInfinite() {
    FloatTensor p = FloatTensor.of(new float[][] {{1, 2}, {3, 1}});
    FloatTensor q = FloatTensor.of(new float[][] {{Float.NEGATIVE_INFINITY, 2}, {3, 1}});
    ComparisonAccumulator accumulator =
        new ComparisonAccumulator().add(p, q, IntTensor.of(0, 1), IntTensor.of(2, 1));
    ComparisonReport report = accumulator.report();
    assertThat(report.bitsPerByteP()).isFinite();
    assertThat(report.bitsPerByteQ()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(report.deltaBitsPerByte()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(report.deltaBitsPerByteStandardError()).isNaN();
    assertThat(ComparisonAccumulator.fromByteArray(accumulator.toByteArray()).report())
        .isEqualTo(report);
  }

  @Test
  void itReadsPlainly() {
    ComparisonReport report = report();
    assertThat(report.toString().lines())
        .anyMatch(line -> line.matches("bits per byte, P  \\d\\.\\d{6}"))
        .anyMatch(line -> line.matches("bits per byte, Q  \\d\\.\\d{6}"))
        .anyMatch(
            line ->
                line.matches(
                    " {2}Q - P {11}-?\\d\\.\\d{6} ± \\d\\.\\d{6} \\[-?\\d\\.\\d{6}, -?\\d\\.\\d{6}], paired, over "
                        + report.scoredBytes()
                        + " bytes"))
        .contains(
            "                  leaving out " + report.zeroByteTokens() + " tokens of 0 bytes");
    assertThat(report.toJson())
        .contains("\"deltaBitsPerByte\":" + report.deltaBitsPerByte())
        .contains("\"scoredBytes\":" + report.scoredBytes());
  }

  @Test
  void wrongBytesAddNothing() {
    ComparisonAccumulator accumulator = inDocuments();
    byte[] before = accumulator.toByteArray();
    int[] counts = BYTES.toArray();
    counts[4] = -1;
    assertThatThrownBy(() -> accumulator.add(P, Q, TARGETS, IntTensor.of(counts)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tokenBytes at index (4) is -1, expected 0 to ");
    assertThatThrownBy(() -> accumulator.add(P, Q, TARGETS, IntTensor.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tokenBytes have shape (1), expected the shape of the targets, (90)");
    TokenBytes few = TokenBytes.of(new byte[][] {{1}});
    assertThatThrownBy(() -> accumulator.add(P, Q, TARGETS, few))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("target at index (1) is 13, expected 0 <= target < 1 or the ignore index -100");
    // what is wrong with the logits is said first
    assertThatThrownBy(() -> accumulator.add(P, Q.slice(0, 1), TARGETS, few))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("logitsQ");
    assertThat(accumulator.toByteArray()).isEqualTo(before);
  }
}
