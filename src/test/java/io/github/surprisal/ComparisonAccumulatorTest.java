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
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ComparisonAccumulatorTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final float MASKED = Float.NEGATIVE_INFINITY;
  private static final double INFINITE = Double.POSITIVE_INFINITY;
  private static final int ROWS = 40;
  private static final int CLASSES = 37;

  private static FloatTensor logitsP() {
    return FloatTensor.wrap(
        AdversarialRows.normal(ROWS * CLASSES, new Random(7), 3, 0), ROWS, CLASSES);
  }

  private static FloatTensor logitsQ() {
    float[] logits = logitsP().toArray();
    Random random = new Random(8);
    for (int i = 0; i < logits.length; i++) {
      logits[i] += (float) (0.3 * random.nextGaussian());
    }
    return FloatTensor.wrap(logits, ROWS, CLASSES);
  }

  private static IntTensor targets() {
    int[] targets = new int[ROWS];
    Arrays.setAll(targets, row -> row % 7 == 3 ? -100 : row * 13 % CLASSES);
    return IntTensor.wrap(targets, ROWS);
  }

  private static double[] scored(double[] values) {
    IntTensor targets = targets();
    return IntStream.range(0, ROWS)
        .filter(row -> targets.get(row) != -100)
        .mapToDouble(row -> values[row])
        .toArray();
  }

  private static double[] lossesP() {
    return scored(Losses.crossEntropyPerToken(logitsP(), targets(), DEFAULTS).toArray());
  }

  private static double[] lossesQ() {
    return scored(Losses.crossEntropyPerToken(logitsQ(), targets(), DEFAULTS).toArray());
  }

  private static ComparisonReport report() {
    return new ComparisonAccumulator().add(logitsP(), logitsQ(), targets()).report();
  }

  private static ComparisonReport compare(float[][] p, float[][] q, int... targets) {
    return new ComparisonAccumulator()
        .add(FloatTensor.of(p), FloatTensor.of(q), IntTensor.of(targets))
        .report();
  }

  private static BigDecimal mean(BigDecimal[] values) {
    return Arrays.stream(values)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .divide(BigDecimal.valueOf(values.length), new MathContext(60));
  }

  /** The textbook's two passes, in 60 digits. */
  private static double standardError(BigDecimal[] values) {
    BigDecimal mean = mean(values);
    BigDecimal squares =
        Arrays.stream(values)
            .map(value -> value.subtract(mean).pow(2))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    long divisor = (long) values.length * (values.length - 1);
    return squares
        .divide(BigDecimal.valueOf(divisor), new MathContext(60))
        .sqrt(new MathContext(40))
        .doubleValue();
  }

  private static BigDecimal[] exact(double[] values) {
    return Arrays.stream(values).mapToObj(BigDecimal::new).toArray(BigDecimal[]::new);
  }

  private static void assertWithinAnUlp(double got, double expected) {
    assertThat(Math.abs(got - expected))
        .as(got + " and " + expected)
        .isLessThanOrEqualTo(Math.ulp(expected));
  }

  @Test
  void theLossesAreThoseOfEachModelAlone() {
    ComparisonReport report = report();
    LossReport ofP = Metrics.evaluate(logitsP(), targets());
    LossReport ofQ = Metrics.evaluate(logitsQ(), targets());
    assertThat(report.scoredTokens()).isEqualTo(34).isEqualTo(ofP.scoredTokens());
    assertThat(report.ignoredTokens()).isEqualTo(6).isEqualTo(ofP.ignoredTokens());
    assertThat(report.lossP()).isEqualTo(ofP.loss());
    assertThat(report.lossQ()).isEqualTo(ofQ.loss());
    assertThat(report.lossPStandardErrorByToken()).isEqualTo(ofP.standardError());
    assertThat(report.lossQStandardErrorByToken()).isEqualTo(ofQ.standardError());
    assertThat(report.perplexityP()).isEqualTo(ofP.perplexity());
    assertThat(report.perplexityQ()).isEqualTo(ofQ.perplexity());
  }

  @Test
  void theDifferenceIsThatOfThePairs() {
    BigDecimal[] p = exact(lossesP());
    BigDecimal[] q = exact(lossesQ());
    BigDecimal[] differences = new BigDecimal[p.length];
    Arrays.setAll(differences, i -> q[i].subtract(p[i]));
    ComparisonReport report = report();
    assertWithinAnUlp(report.deltaNll(), mean(differences).doubleValue());
    assertWithinAnUlp(report.deltaNllStandardError(), standardError(differences));
    assertThat(report.deltaNllStandardError())
        .isLessThan(
            0.2
                * Math.hypot(
                    report.lossPStandardErrorByToken(), report.lossQStandardErrorByToken()));
  }

  @Test
  void theCorrelationIsPearsons() {
    double[] p = lossesP();
    double[] q = lossesQ();
    double meanP = Arrays.stream(p).average().getAsDouble();
    double meanQ = Arrays.stream(q).average().getAsDouble();
    double both = 0;
    double ofP = 0;
    double ofQ = 0;
    for (int i = 0; i < p.length; i++) {
      both += (p[i] - meanP) * (q[i] - meanQ);
      ofP += (p[i] - meanP) * (p[i] - meanP);
      ofQ += (q[i] - meanQ) * (q[i] - meanQ);
    }
    double expected = both / Math.sqrt(ofP * ofQ);
    assertThat(expected).isBetween(0.98, 0.999);
    assertThat(report().lossCorrelation()).isCloseTo(expected, within(1e-14));
  }

  @Test
  void theDivergencesAreThoseOfTheRows() {
    double[] rows = scored(Losses.klDivergencePerToken(logitsP(), logitsQ()).toArray());
    TokenStatistics divergence = report().klDivergence();
    checkStatistics(divergence, rows);
    assertThat(report().klQuantile(0.9)).isEqualTo(divergence.quantile(0.9));
    assertThat(divergence.minimum()).isPositive();
  }

  @Test
  void deltaPIsTheDifferenceOfTheTargetsProbabilities() {
    double[] p = lossesP();
    double[] q = lossesQ();
    double[] differences = new double[p.length];
    Arrays.setAll(differences, i -> StrictMath.exp(-q[i]) - StrictMath.exp(-p[i]));
    ComparisonReport report = report();
    checkStatistics(report.deltaP(), differences);
    assertThat(report.deltaP().minimum()).isNegative();
    assertThat(report.deltaP().maximum()).isPositive();
    BigDecimal[] squares = exact(Arrays.stream(differences).map(d -> d * d).toArray());
    assertThat(report.deltaPRmsStandardError())
        .isCloseTo(standardError(squares) / (2 * report.deltaP().rootMeanSquare()), within(1e-16));
  }

  private static void checkStatistics(TokenStatistics statistics, double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = values.length;
    BigDecimal[] exact = exact(values);
    assertThat(statistics.tokens()).isEqualTo(n);
    assertWithinAnUlp(statistics.mean(), mean(exact).doubleValue());
    assertWithinAnUlp(statistics.standardError(), standardError(exact));
    BigDecimal[] squares = Arrays.stream(exact).map(x -> x.pow(2)).toArray(BigDecimal[]::new);
    assertWithinAnUlp(statistics.rootMeanSquare(), Math.sqrt(mean(squares).doubleValue()));
    assertThat(statistics.minimum()).isEqualTo(sorted[0]);
    assertThat(statistics.maximum()).isEqualTo(sorted[n - 1]);
    assertThat(statistics.quantile(0)).isEqualTo(sorted[0]);
    assertThat(statistics.quantile(1)).isEqualTo(sorted[n - 1]);
    assertThat(statistics.median()).isEqualTo(statistics.quantile(0.5));
    for (int i = 0; i < n; i++) {
      assertThat(statistics.quantile((double) i / (n - 1)))
          .isCloseTo(sorted[i], within(Math.abs(sorted[i]) / 255));
    }
  }

  @Test
  void topAgreementCountsTheFirstOfTheLargest() {
    float[][] p = {{1, 2, 2}, {3, 3, 1}, {1, 2, 3}, {0, -0f, -1}, {2, 1, MASKED}};
    float[][] q = {{1, 5, 5}, {1, 3, 1}, {5, 6, 7}, {-0f, 0, -1}, {3, MASKED, 1}};
    ComparisonReport report = compare(p, q, 0, 1, 2, 0, 0);
    assertThat(report.topAgreements()).isEqualTo(4);
    assertThat(report.topAgreement()).isEqualTo(0.8);
    assertThat(report.topAgreementStandardError()).isCloseTo(Math.sqrt(0.04), within(1e-16));
  }

  /** The largest logits stand apart, beyond what is read at a time. */
  @Test
  void topAgreementHoldsInLongRows() {
    int classes = 10_000;
    for (int largest : new int[] {0, 511, 512, 2047, 2048, 4096, 9999}) {
      for (int other : new int[] {largest, (largest + 1) % classes, 9000}) {
        float[] p = AdversarialRows.normal(classes, new Random(1), 1, 0);
        float[] q = p.clone();
        p[largest] = 9;
        q[other] = 9;
        FloatTensor bufferQ = FloatTensor.wrap(FloatBuffer.wrap(q), 1, classes);
        ComparisonReport report =
            new ComparisonAccumulator()
                .add(FloatTensor.wrap(p, 1, classes), bufferQ, IntTensor.of(5))
                .report();
        assertThat(report.topAgreements()).isEqualTo(largest == other ? 1 : 0);
      }
    }
  }

  /** Σ(D − n·mean)² of the documents, in 60 digits. */
  @Test
  void theErrorByDocumentsIsThatOfTheirTotals() {
    MathContext digits = new MathContext(60);
    BigDecimal[] p = exact(lossesP());
    BigDecimal[] q = exact(lossesQ());
    int[] lengths = {1, 9, 3, 14, 2, 5}; // of 34 scored tokens
    ComparisonAccumulator accumulator = new ComparisonAccumulator();
    BigDecimal[] totals = new BigDecimal[lengths.length];
    BigDecimal sum = BigDecimal.ZERO;
    int row = 0;
    int token = 0;
    for (int document = 0; document < lengths.length; document++) {
      totals[document] = BigDecimal.ZERO;
      int end = token + lengths[document];
      for (; token < end; row++) {
        if (targets().get(row) != -100) {
          totals[document] = totals[document].add(q[token].subtract(p[token]));
          token++;
        }
        addRow(accumulator, row);
      }
      sum = sum.add(totals[document]);
      assertThat(accumulator.report().deltaNllStandardErrorByDocument()).isNaN();
      accumulator.endDocument();
    }
    BigDecimal mean = sum.divide(BigDecimal.valueOf(token), digits);
    BigDecimal squares = BigDecimal.ZERO;
    for (int document = 0; document < lengths.length; document++) {
      BigDecimal expected = mean.multiply(BigDecimal.valueOf(lengths[document]));
      squares = squares.add(totals[document].subtract(expected).pow(2));
    }
    int m = lengths.length;
    double expected =
        squares
            .multiply(BigDecimal.valueOf(m))
            .divide(BigDecimal.valueOf((m - 1) * (long) token * token), digits)
            .sqrt(digits)
            .doubleValue();
    ComparisonReport report = accumulator.report();
    assertThat(token).isEqualTo(34).isEqualTo((int) report.scoredTokens());
    assertThat(report.documents()).isEqualTo(m);
    assertWithinAnUlp(report.deltaNllStandardErrorByDocument(), expected);
    Interval interval = Interval.around(report.deltaNll(), expected, m - 1, 0.9);
    assertThat(report.deltaNllInterval(0.9).low()).isCloseTo(interval.low(), within(1e-15));
  }

  private static void addRow(ComparisonAccumulator accumulator, int row) {
    accumulator.add(
        logitsP().slice(row, row + 1),
        logitsQ().slice(row, row + 1),
        IntTensor.of(targets().get(row)));
  }

  @Test
  void documentsOfOneTokenAreTokens() {
    ComparisonAccumulator accumulator = new ComparisonAccumulator();
    for (int row = 0; row < ROWS; row++) {
      addRow(accumulator, row);
      accumulator.endDocument();
    }
    ComparisonReport report = accumulator.report();
    assertThat(report.documents()).isEqualTo(report.scoredTokens()); // none of the ignored
    assertWithinAnUlp(
        report.deltaNllStandardErrorByDocument(), report.deltaNllStandardErrorByToken());
    assertThat(report.deltaNllStandardError()).isEqualTo(report.deltaNllStandardErrorByDocument());
    assertThat(report.deltaNllStandardErrorByToken()).isEqualTo(report().deltaNllStandardError());
    assertThat(report().documents()).isZero();
    assertThat(report().deltaNllStandardErrorByDocument()).isNaN();
  }

  @Test
  void nothingAddedIsPlain() {
    ComparisonReport report = new ComparisonAccumulator().report();
    assertThat(report.scoredTokens()).isZero();
    assertThat(report.ignoredTokens()).isZero();
    assertNothingIsKnown(report);
    assertThat(new ComparisonAccumulator().options()).isEqualTo(DEFAULTS);
  }

  @Test
  void nothingScoredIsPlain() {
    ComparisonReport report = compare(new float[][] {{1, 2}}, new float[][] {{2, 1}}, -100);
    assertThat(report.scoredTokens()).isZero();
    assertThat(report.ignoredTokens()).isEqualTo(1);
    assertNothingIsKnown(report);
  }

  private static void assertNothingIsKnown(ComparisonReport report) {
    assertThat(report.lossP()).isNaN();
    assertThat(report.lossQ()).isNaN();
    assertThat(report.lossPStandardErrorByToken()).isNaN();
    assertThat(report.deltaNll()).isNaN();
    assertThat(report.deltaNllStandardError()).isNaN();
    assertThat(report.documents()).isZero();
    assertThat(report.deltaNllStandardErrorByDocument()).isNaN();
    assertThat(report.perplexityRatio()).isNaN();
    assertThat(report.perplexityRatioInterval(0.95).low()).isNaN();
    assertThat(report.lossCorrelation()).isNaN();
    assertThat(report.topAgreement()).isNaN();
    assertThat(report.topAgreementStandardError()).isNaN();
    assertThat(report.deltaPRmsStandardError()).isNaN();
    for (TokenStatistics statistics :
        new TokenStatistics[] {report.klDivergence(), report.deltaP()}) {
      assertThat(statistics.tokens()).isZero();
      assertThat(statistics.mean()).isNaN();
      assertThat(statistics.standardError()).isNaN();
      assertThat(statistics.rootMeanSquare()).isNaN();
      assertThat(statistics.minimum()).isNaN();
      assertThat(statistics.maximum()).isNaN();
      assertThat(statistics.median()).isNaN();
    }
  }

  @Test
  void oneTokenHasNoStandardErrors() {
    ComparisonReport report = compare(new float[][] {{0, 0}}, new float[][] {{0, 1}}, 0);
    assertThat(report.deltaNll()).isCloseTo(Math.log1p(Math.E) - Math.log(2), within(1e-7));
    assertThat(report.deltaNllStandardError()).isNaN();
    assertThat(report.lossPStandardErrorByToken()).isNaN();
    assertThat(report.lossCorrelation()).isNaN();
    assertThat(report.deltaPRmsStandardError()).isNaN();
    assertThat(report.topAgreementStandardError()).isNaN();
    assertThat(report.klDivergence().standardError()).isNaN();
    assertThat(report.klDivergence().median()).isEqualTo(report.klDivergence().mean());
    assertThat(report.topAgreement()).isZero();
  }

  @Test
  void aModelIsLikeItself() {
    ComparisonReport report =
        new ComparisonAccumulator().add(logitsP(), logitsP(), targets()).report();
    assertThat(report.deltaNll()).isEqualTo(0.0);
    assertThat(report.deltaNllStandardError()).isEqualTo(0.0);
    assertThat(report.perplexityRatio()).isEqualTo(1.0);
    assertThat(report.perplexityRatioInterval(0.99)).isEqualTo(Interval.of(1, 1));
    assertThat(report.lossCorrelation()).isEqualTo(1.0);
    assertThat(report.topAgreement()).isEqualTo(1.0);
    assertThat(report.topAgreementStandardError()).isEqualTo(0.0);
    assertThat(report.deltaPRmsStandardError()).isEqualTo(0.0);
    for (TokenStatistics statistics :
        new TokenStatistics[] {report.klDivergence(), report.deltaP()}) {
      assertThat(statistics.mean()).isEqualTo(0.0);
      assertThat(statistics.standardError()).isEqualTo(0.0);
      assertThat(statistics.minimum()).isEqualTo(0.0);
      assertThat(statistics.maximum()).isEqualTo(0.0);
      assertThat(statistics.quantile(0.99)).isEqualTo(0.0);
    }
  }

  /** Adding a number to all logits of a row is no change, but for the rounding of the sums. */
  @Test
  void aShiftOfTheLogitsIsNoDifference() {
    float[] shifted = logitsP().toArray();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = Math.round(shifted[i] * 1024) / 1024f;
    }
    FloatTensor p = FloatTensor.copyOf(shifted, ROWS, CLASSES);
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += 16;
    }
    ComparisonReport report =
        new ComparisonAccumulator()
            .add(p, FloatTensor.wrap(shifted, ROWS, CLASSES), targets())
            .report();
    assertThat(report.klDivergence().maximum()).isBetween(0.0, 1e-14);
    assertThat(report.deltaNll()).isCloseTo(0, within(1e-7));
    assertThat(report.topAgreement()).isEqualTo(1.0);
  }

  @Test
  void aSwapOfTheModelsTurnsTheSign() {
    ComparisonReport report = report();
    ComparisonReport swapped =
        new ComparisonAccumulator().add(logitsQ(), logitsP(), targets()).report();
    assertThat(swapped.deltaNll()).isEqualTo(-report.deltaNll());
    assertThat(swapped.deltaNllStandardError()).isEqualTo(report.deltaNllStandardError());
    assertThat(swapped.lossCorrelation()).isEqualTo(report.lossCorrelation());
    assertThat(swapped.deltaP().mean()).isEqualTo(-report.deltaP().mean());
    assertThat(swapped.deltaP().quantile(0)).isEqualTo(-report.deltaP().quantile(1));
    assertThat(swapped.topAgreement()).isEqualTo(report.topAgreement());
    assertThat(swapped.klDivergence().mean())
        .isEqualTo(
            new ComparisonAccumulator()
                .add(logitsQ(), logitsP(), targets())
                .report()
                .klDivergence()
                .mean())
        .isNotEqualTo(report.klDivergence().mean());
  }

  @Test
  void classesMaskedInBothModelsDoNotCount() {
    float[][] p = {{1, MASKED, 2}, {0, 1, MASKED}};
    float[][] q = {{2, MASKED, 2}, {0, 3, MASKED}};
    ComparisonReport masked = compare(p, q, 0, 1);
    ComparisonReport without =
        compare(new float[][] {{1, 2}, {0, 1}}, new float[][] {{2, 2}, {0, 3}}, 0, 1);
    assertThat(masked).isEqualTo(without);
    assertThat(masked.klDivergence().mean()).isFinite().isPositive();
  }

  @Test
  void aClassMaskedOnlyInPCountsNothing() {
    ComparisonReport report = compare(new float[][] {{0, MASKED}}, new float[][] {{0, 0}}, 0);
    assertThat(report.klDivergence().mean()).isCloseTo(Math.log(2), within(1e-15));
    assertThat(report.deltaP().mean()).isCloseTo(-0.5, within(1e-7));
  }

  @Test
  void aClassMaskedOnlyInQIsInfinitelyFar() {
    float[][] p = {{0, 0}, {0, 0}, {0, 1}, {1, 0}};
    float[][] q = {{0, 0}, {0, MASKED}, {0, 1}, {1, 0}};
    ComparisonReport report = compare(p, q, 0, 0, 0, 0);
    assertThat(report.lossQ()).isFinite();
    assertThat(report.klDivergence().mean()).isEqualTo(INFINITE);
    assertThat(report.klDivergence().maximum()).isEqualTo(INFINITE);
    assertThat(report.klDivergence().standardError()).isNaN();
    assertThat(report.klDivergence().median()).isEqualTo(0.0);
    assertThat(report.klQuantile(2.0 / 3)).isEqualTo(0.0);
    assertThat(report.klQuantile(0.67)).isEqualTo(INFINITE);
  }

  @Test
  void aTargetMaskedInOneModelIsInfinitelyUnlikely() {
    float[][] masked = {{MASKED, 0}, {0, 0}};
    float[][] free = {{1, 0}, {0, 0}};
    ComparisonReport inQ = compare(free, masked, 0, 0);
    assertThat(inQ.lossP()).isFinite();
    assertThat(inQ.lossQ()).isEqualTo(INFINITE);
    assertThat(inQ.deltaNll()).isEqualTo(INFINITE);
    assertThat(inQ.perplexityRatio()).isEqualTo(INFINITE);
    assertThat(inQ.deltaNllStandardError()).isNaN();
    assertThat(inQ.lossCorrelation()).isNaN();
    assertThat(inQ.deltaP().minimum()).isCloseTo(-1 / (1 + Math.exp(-1)), within(1e-7));
    assertThat(inQ.klDivergence().mean()).isEqualTo(INFINITE);
    ComparisonReport inP = compare(masked, free, 0, 0);
    assertThat(inP.deltaNll()).isEqualTo(-INFINITE);
    assertThat(inP.perplexityRatio()).isZero();
    assertThat(inP.klDivergence().mean()).isFinite();
    ComparisonReport inBoth = compare(masked, masked, 0, 0);
    assertThat(inBoth.lossP()).isEqualTo(INFINITE);
    assertThat(inBoth.deltaNll()).isNaN();
    assertThat(inBoth.deltaP().maximum()).isEqualTo(0.0);
    assertThat(inBoth.klDivergence().maximum()).isEqualTo(0.0);
  }

  @Test
  void rowsWithoutASoftmaxAreNan() {
    float[][] good = {{1, 2}, {0, 3}};
    float[][][] broken = {
      {{1, 2}, {Float.NaN, 3}}, {{1, 2}, {0, Float.POSITIVE_INFINITY}}, {{1, 2}, {MASKED, MASKED}}
    };
    for (float[][] bad : broken) {
      ComparisonReport inP = compare(bad, good, 0, 1);
      ComparisonReport inQ = compare(good, bad, 0, 1);
      ComparisonReport inBoth = compare(bad, bad, 0, 1);
      assertThat(inP.lossQ()).isFinite();
      assertThat(inP.lossP()).isNaN();
      assertThat(inQ.lossP()).isFinite();
      assertThat(inQ.lossQ()).isNaN();
      for (ComparisonReport report : new ComparisonReport[] {inP, inQ, inBoth}) {
        assertThat(report.scoredTokens()).isEqualTo(2);
        assertThat(report.deltaNll()).isNaN();
        assertThat(report.deltaNllStandardError()).isNaN();
        assertThat(report.lossCorrelation()).isNaN();
        assertThat(report.klDivergence().tokens()).isEqualTo(2);
        assertThat(report.klDivergence().mean()).isNaN();
        assertThat(report.klDivergence().minimum()).isNaN();
        assertThat(report.klDivergence().maximum()).isNaN();
        assertThat(report.klQuantile(0)).isNaN();
        assertThat(report.deltaP().mean()).isNaN();
        assertThat(report.deltaP().rootMeanSquare()).isNaN();
        assertThat(report.deltaPRmsStandardError()).isNaN();
        assertThat(report.topAgreements()).isEqualTo(1);
      }
    }
  }

  @Test
  void ignoredRowsAreNotRead() {
    float[][] p = {{1, 2}, {Float.NaN, 3}};
    float[][] q = {{2, 2}, {MASKED, MASKED}};
    ComparisonReport report = compare(p, q, 0, -100);
    ComparisonReport alone = compare(new float[][] {{1, 2}}, new float[][] {{2, 2}}, 0);
    assertThat(report.ignoredTokens()).isEqualTo(1);
    assertThat(report.klDivergence()).isEqualTo(alone.klDivergence());
    assertThat(report.deltaNll()).isEqualTo(alone.deltaNll());
  }

  @Test
  void theIgnoreIndexAndTheClassAxisAreRespected() {
    float[] p = logitsP().toArray();
    float[] q = logitsQ().toArray();
    FloatTensor columnsP = transposed(p);
    FloatTensor columnsQ = transposed(q);
    int[] targets = targets().toArray();
    for (int row = 0; row < ROWS; row++) {
      targets[row] = targets[row] == -100 ? 7 : targets[row];
    }
    CrossEntropyOptions options = DEFAULTS.ignoreIndex(7);
    ComparisonReport expected =
        new ComparisonAccumulator(options)
            .add(logitsP(), logitsQ(), IntTensor.wrap(targets, ROWS))
            .report();
    assertThat(expected.ignoredTokens()).isGreaterThanOrEqualTo(6);
    CrossEntropyOptions byColumn = options.classAxis(1);
    ComparisonReport got =
        new ComparisonAccumulator(byColumn)
            .add(columnsP, columnsQ, IntTensor.wrap(targets, 1, ROWS))
            .report();
    assertThat(got).isEqualTo(expected);
  }

  private static FloatTensor transposed(float[] rows) {
    float[] columns = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      columns[i % CLASSES * ROWS + i / CLASSES] = rows[i];
    }
    return FloatTensor.wrap(columns, 1, CLASSES, ROWS);
  }

  @Test
  void manyThreadsGiveTheSameBits() {
    int rows = 600;
    int classes = 1000;
    Random random = new Random(5);
    FloatTensor p =
        FloatTensor.wrap(AdversarialRows.normal(rows * classes, random, 4, 0), rows, classes);
    FloatTensor q =
        FloatTensor.wrap(AdversarialRows.normal(rows * classes, random, 4, 0), rows, classes);
    int[] targets = random.ints(rows, -1, classes).toArray();
    IntTensor target = IntTensor.wrap(targets, rows);
    CrossEntropyOptions options = DEFAULTS.ignoreIndex(-1);
    ComparisonReport spread = new ComparisonAccumulator(options).add(p, q, target).report();
    ComparisonReport alone =
        new ComparisonAccumulator(options.parallel(false)).add(p, q, target).report();
    assertThat(spread).isEqualTo(alone);
    ComparisonAccumulator oneByOne = new ComparisonAccumulator(options);
    for (int row = rows - 1; row >= 0; row--) {
      oneByOne.add(p.slice(row, row + 1), q.slice(row, row + 1), target.slice(row, row + 1));
    }
    assertThat(oneByOne.report()).isEqualTo(alone);
  }

  @Test
  void combiningIsAddingAll() {
    ComparisonReport whole = report();
    ComparisonAccumulator first = part(0, 11);
    ComparisonAccumulator second = part(11, ROWS);
    ComparisonReport ofSecond = second.report();
    assertThat(Combined.of(part(11, ROWS), part(0, 11)).report()).isEqualTo(whole);
    first.combine(second);
    assertThat(first.report()).isEqualTo(whole);
    assertThat(second.report()).isEqualTo(ofSecond);
    assertThat(Combined.of(first, new ComparisonAccumulator()).report()).isEqualTo(whole);
    assertThat(Combined.of(new ComparisonAccumulator(), first).report()).isEqualTo(whole);
  }

  private static ComparisonAccumulator part(int from, int to) {
    return new ComparisonAccumulator()
        .add(logitsP().slice(from, to), logitsQ().slice(from, to), targets().slice(from, to));
  }

  @Test
  void combiningWithItselfDoubles() {
    ComparisonAccumulator accumulator = part(0, ROWS);
    ComparisonReport once = accumulator.report();
    ComparisonReport twice = Combined.of(accumulator, accumulator).report();
    assertThat(twice.scoredTokens()).isEqualTo(2 * once.scoredTokens());
    assertThat(twice.ignoredTokens()).isEqualTo(2 * once.ignoredTokens());
    assertThat(twice.topAgreements()).isEqualTo(2 * once.topAgreements());
    assertThat(twice.deltaNll()).isEqualTo(once.deltaNll());
    assertThat(twice.klDivergence().mean()).isEqualTo(once.klDivergence().mean());
    assertThat(twice.klDivergence().quantile(1)).isEqualTo(once.klDivergence().quantile(1));
    assertThat(twice.deltaP().rootMeanSquare()).isEqualTo(once.deltaP().rootMeanSquare());
  }

  @Test
  void aReportStaysAsItIs() {
    ComparisonAccumulator accumulator = part(0, 20);
    ComparisonReport before = accumulator.report();
    ComparisonReport same = part(0, 20).report();
    accumulator.add(logitsP(), logitsQ(), targets());
    assertThat(before).isEqualTo(same).hasSameHashCodeAs(same).hasToString(same.toString());
    assertThat(accumulator.report()).isNotEqualTo(before);
  }

  @Test
  void onlyAlikeOptionsCombine() {
    CrossEntropyOptions other = DEFAULTS.ignoreIndex(0);
    assertThatThrownBy(() -> new ComparisonAccumulator().combine(new ComparisonAccumulator(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "other has ignoreIndex 0, expected -100: combine accumulators of the same options");
    ComparisonAccumulator alike = new ComparisonAccumulator(DEFAULTS.parallel(false));
    assertThat(Combined.of(new ComparisonAccumulator(), alike).report().scoredTokens()).isZero();
  }

  @Test
  void onlyPlainLossesAreCompared() {
    assertThatThrownBy(() -> new ComparisonAccumulator(DEFAULTS.labelSmoothing(0.1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "labelSmoothing is 0.1, expected 0: models are compared by their plain losses; use a"
                + " LossAccumulator for each model to smooth labels");
    assertThatThrownBy(() -> new ComparisonAccumulator(DEFAULTS.classWeights(FloatTensor.of(1, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "classWeights is FloatTensor(2)[1.0, 1.0], expected none: models are compared by their"
                + " plain losses; use a LossAccumulator for each model to weight classes");
  }

  @Test
  void aRejectedBatchLeavesNothing() {
    ComparisonAccumulator accumulator = part(0, 10);
    ComparisonReport before = accumulator.report();
    FloatTensor p = FloatTensor.of(new float[][] {{1, 2}, {3, 4}});
    assertThatThrownBy(() -> accumulator.add(p, p, IntTensor.of(1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("target at index (1) is 2, expected 0 <= target < 2 or the ignore index -100");
    assertThatThrownBy(() -> accumulator.add(p, p, IntTensor.of(1, 1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("targets have shape (4), expected (2) for logits of shape (2, 2)");
    assertThatThrownBy(() -> accumulator.add(p, p.slice(0, 1), IntTensor.of(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("logitsQ has shape (1, 2), expected (2, 2), the shape of logitsP");
    FloatTensor scalar = FloatTensor.scalar(1);
    assertThatThrownBy(() -> accumulator.add(scalar, scalar, IntTensor.scalar(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("logits have shape (), expected a class axis");
    assertThat(accumulator.report()).isEqualTo(before);
  }
}
