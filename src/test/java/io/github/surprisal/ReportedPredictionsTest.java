/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reports say of predictions, against plain sums over what {@link Predictions} says. */
final class ReportedPredictionsTest {

  private static final CrossEntropyOptions PREDICTED =
      CrossEntropyOptions.defaults().predictions(true);
  private static final int CLASSES = 13;
  private static final int BINS = 15;
  private static final double PERCENT = 1e-10; // 1e-12, relative

  /** What is known of a token. */
  private record Token(int document, boolean isHit, int rank, double nll, double h, double p) {

    int bin() {
      for (int bin = 0; ; bin++) {
        if (p <= (bin + 1) / (double) BINS) {
          return bin;
        }
      }
    }

    double residual() {
      return (isHit ? 1 : 0) - p;
    }
  }

  /** Logits with ties and masked classes, in documents of a few rows; some are ignored. */
  private static final class Corpus {
    final float[] logits;
    final int[] targets;
    final int[] documents;
    final List<Token> tokens = new ArrayList<>();

    Corpus(long seed, int rows) {
      Random random = new Random(seed);
      logits = new float[rows * CLASSES];
      for (int i = 0; i < logits.length; i++) {
        double wide = random.nextGaussian() * (1 + i / CLASSES % 5);
        logits[i] = random.nextInt(9) == 0 ? Float.NEGATIVE_INFINITY : Math.round(wide * 4) / 4f;
      }
      targets = random.ints(rows, 0, CLASSES).toArray();
      documents = new int[rows];
      for (int row = 0; row < rows; row++) {
        documents[row] = row == 0 ? 0 : documents[row - 1] + (random.nextInt(6) == 0 ? 1 : 0);
        int largest = largest(row);
        if (random.nextInt(8) == 0) {
          targets[row] = -100;
        } else if (random.nextInt(3) > 0) {
          targets[row] = largest;
        } else if (logits[row * CLASSES + targets[row]] == Float.NEGATIVE_INFINITY) {
          logits[row * CLASSES + targets[row]] = -3;
        }
      }
      addTokens();
    }

    private int largest(int row) {
      int largest = 0;
      for (int c = 0; c < CLASSES; c++) {
        largest = logits[row * CLASSES + c] > logits[row * CLASSES + largest] ? c : largest;
      }
      return largest;
    }

    private void addTokens() {
      TokenPredictions all = Predictions.of(tensor(), IntTensor.of(targets));
      for (int row = 0; row < targets.length; row++) {
        if (targets[row] != -100) {
          tokens.add(
              new Token(
                  documents[row],
                  all.predicted().get(row) == targets[row],
                  all.ranks().get(row),
                  -all.logProbs().get(row),
                  all.entropies().get(row),
                  StrictMath.exp(all.predictedLogProbs().get(row))));
        }
      }
    }

    FloatTensor tensor() {
      return FloatTensor.wrap(logits, targets.length, CLASSES);
    }

    boolean endsDocument(int row) {
      return row + 1 == targets.length || documents[row + 1] > documents[row];
    }

    /** Adds everything, as rows. */
    LossAccumulator addRowsTo(LossAccumulator accumulator, boolean marksDocuments) {
      for (int row = 0; row < targets.length; row++) {
        accumulator.addRow(FloatTensor.wrapAt(logits, row * CLASSES, CLASSES), targets[row]);
        if (marksDocuments && endsDocument(row)) {
          accumulator.endDocument();
        }
      }
      return accumulator;
    }

    double mean(ToDoubleFunction<Token> value) {
      return tokens.stream().mapToDouble(value).sum() / tokens.size();
    }

    /** The standard error of a mean by its definition, with tokens or documents as units. */
    double error(ToDoubleFunction<Token> value, boolean isByDocument) {
      double ratio = mean(value);
      double[] distances = new double[tokens.size()];
      boolean[] isUnit = new boolean[tokens.size()];
      for (int i = 0; i < tokens.size(); i++) {
        int unit = isByDocument ? tokens.get(i).document : i;
        distances[unit] += value.applyAsDouble(tokens.get(i)) - ratio;
        isUnit[unit] = true;
      }
      double n = IntStream.range(0, isUnit.length).filter(i -> isUnit[i]).count();
      double squares = Arrays.stream(distances).map(d -> d * d).sum();
      return Math.sqrt(n / (n - 1) * squares) / tokens.size();
    }

    double[] residuals() {
      double[] residuals = new double[BINS];
      tokens.forEach(token -> residuals[token.bin()] += token.residual());
      return residuals;
    }
  }

  private static void assertClose(double actual, double expected, String name) {
    assertThat(actual).as(name).isCloseTo(expected, withinPercentage(PERCENT));
  }

  @Test
  void everyNumberByItsDefinition() {
    for (int seed = 0; seed < 30; seed++) {
      Corpus corpus = new Corpus(seed, 20 + 10 * seed);
      LossReport report = corpus.addRowsTo(new LossAccumulator(PREDICTED), false).report();
      assertThat(report.scoredTokens()).isEqualTo(corpus.tokens.size());
      assertClose(report.accuracy(), corpus.mean(token -> token.isHit ? 1 : 0), "accuracy");
      for (int k = 1; k <= 10; k++) {
        int most = k;
        assertClose(
            report.topAccuracy(k), corpus.mean(token -> token.rank <= most ? 1 : 0), "top " + k);
      }
      assertClose(report.entropy(), corpus.mean(Token::h), "entropy");
      assertClose(report.calibrationGap(), corpus.mean(token -> token.nll - token.h), "gap");
      assertThat(report.calibrationGap())
          .isCloseTo(report.loss() - report.entropy(), withinPercentage(1e-3));
      assertClose(report.meanReciprocalRank(), corpus.mean(token -> 1.0 / token.rank), "1/rank");
      double error = Arrays.stream(corpus.residuals()).map(Math::abs).sum() / corpus.tokens.size();
      assertClose(report.calibrationError(), error, "calibration error");
      assertBins(report.calibrationBins(), corpus);
    }
  }

  private static void assertBins(List<LossReport.CalibrationBin> bins, Corpus corpus) {
    assertThat(bins).hasSize(BINS);
    for (int b = 0; b < BINS; b++) {
      int bin = b;
      LossReport.CalibrationBin actual = bins.get(b);
      List<Token> its = corpus.tokens.stream().filter(token -> token.bin() == bin).toList();
      assertThat(actual.low()).isEqualTo(b / 15.0);
      assertThat(actual.high()).isEqualTo((b + 1) / 15.0);
      assertThat(actual.tokens()).isEqualTo(its.size());
      assertThat(actual.accuracy())
          .isEqualTo(
              Double.valueOf(its.stream().filter(Token::isHit).count() / (double) its.size()));
      if (its.isEmpty()) {
        assertThat(actual.meanProbability()).isNaN();
      } else {
        assertClose(
            actual.meanProbability(), its.stream().mapToDouble(Token::p).average().orElse(0), "p");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyStandardErrorByItsDefinition(boolean byDocument) {
    for (int seed = 0; seed < 30; seed++) {
      Corpus corpus = new Corpus(100 + seed, 40 + 10 * seed);
      LossReport report = corpus.addRowsTo(new LossAccumulator(PREDICTED), true).report();
      StandardErrors errors =
          byDocument ? report.standardErrorsByDocument() : report.standardErrorsByToken();
      assertClose(
          errors.ofAccuracy(), corpus.error(token -> token.isHit ? 1 : 0, byDocument), "accuracy");
      for (int k = 1; k <= 10; k++) {
        int most = k;
        double expected = corpus.error(token -> token.rank <= most ? 1 : 0, byDocument);
        assertClose(errors.ofTopAccuracy(k), expected, "top " + k);
      }
      assertClose(errors.ofEntropy(), corpus.error(Token::h, byDocument), "entropy");
      assertClose(
          errors.ofCalibrationGap(), corpus.error(token -> token.nll - token.h, byDocument), "gap");
      assertClose(
          errors.ofMeanReciprocalRank(),
          corpus.error(token -> 1.0 / token.rank, byDocument),
          "1/rank");
      double[] residuals = corpus.residuals();
      assertClose(
          errors.ofCalibrationError(),
          corpus.error(token -> Math.signum(residuals[token.bin()]) * token.residual(), byDocument),
          "calibration error");
    }
  }

  /** Where documents begin and end in accumulators that are combined afterwards, too. */
  @Test
  void partsInAnyOrderGiveTheSameBits() {
    Corpus corpus = new Corpus(7, 150);
    LossAccumulator whole = corpus.addRowsTo(new LossAccumulator(PREDICTED), true);
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<LossAccumulator> documents = new ArrayList<>();
      List<LossAccumulator> parts = new ArrayList<>();
      int from = 0;
      for (int row = 0; row < corpus.targets.length; row++) {
        if (corpus.endsDocument(row) || random.nextInt(3) == 0) {
          IntTensor targets = IntTensor.of(Arrays.copyOfRange(corpus.targets, from, row + 1));
          FloatTensor logits = corpus.tensor().slice(from, row + 1);
          parts.add(new LossAccumulator(PREDICTED).add(logits, targets));
          from = row + 1;
        }
        if (corpus.endsDocument(row)) {
          documents.add(RandomOrder.merged(parts, random).endDocument());
          parts.clear();
        }
      }
      LossAccumulator merged = RandomOrder.merged(documents, random);
      assertThat(merged.toByteArray()).as("seed %d", seed).isEqualTo(whole.toByteArray());
      assertThat(merged.report()).as("seed %d", seed).isEqualTo(whole.report());
      LossAccumulator read = LossAccumulator.fromByteArray(merged.toByteArray());
      assertThat(read.report()).isEqualTo(whole.report()).hasSameHashCodeAs(whole.report());
      assertThat(read.toByteArray()).isEqualTo(whole.toByteArray());
    }
  }

  /** Merges accumulators in a random order. */
  private static final class RandomOrder {
    static LossAccumulator merged(List<LossAccumulator> parts, Random random) {
      List<LossAccumulator> rest = new ArrayList<>(parts);
      while (rest.size() > 1) {
        LossAccumulator taken = rest.remove(random.nextInt(rest.size()));
        Combined.of(rest.get(random.nextInt(rest.size())), taken);
      }
      return rest.get(0);
    }
  }

  @ParameterizedTest
  @EnumSource(Route.class)
  void lossesKeepTheirBits(Route route) {
    int[][] sizes = {{1, 3}, {5, 40}, {130, 20}, {300, 5}, {40, 1030}, {64, 9_000}, {3, 70_000}};
    for (int[] size : sizes) {
      Random random = new Random(size[1]);
      float[] logits = AdversarialRows.normal(size[0] * size[1], random, 4, 0);
      logits[random.nextInt(logits.length)] = Float.NEGATIVE_INFINITY;
      logits[random.nextInt(logits.length)] = 400;
      int[] targets = random.ints(size[0], -1, size[1]).map(t -> t < 0 ? -100 : t).toArray();
      FloatTensor tensor = route.tensor(logits, size[0], size[1]);
      CrossEntropyOptions options = route.options();
      for (CrossEntropyOptions its : List.of(options, options.labelSmoothing(0.1))) {
        LossReport plain = Metrics.evaluate(tensor, route.perRow(targets), its);
        LossReport predicted =
            Metrics.evaluate(tensor, route.perRow(targets), its.predictions(true));
        String what = route + " of " + Arrays.toString(size);
        assertThat(predicted.totalNats()).as(what).isEqualTo(Double.valueOf(plain.totalNats()));
        assertThat(predicted.standardError())
            .as(what)
            .isEqualTo(Double.valueOf(plain.standardError()));
        assertPredictions(
            predicted, Predictions.of(tensor, route.perRow(targets), options), targets, what);
      }
    }
  }

  private static void assertPredictions(
      LossReport report, TokenPredictions expected, int[] targets, String what) {
    double entropy = 0;
    long hits = 0;
    long ranked = 0;
    for (int row = 0; row < targets.length; row++) {
      entropy += expected.entropies().at(row);
      hits += targets[row] != -100 && expected.predicted().at(row) == targets[row] ? 1 : 0;
      int rank = expected.ranks().at(row);
      ranked += rank >= 1 && rank <= 10 ? 1 : 0;
    }
    double n = report.scoredTokens();
    assertThat(report.accuracy()).as(what).isEqualTo(Double.valueOf(hits / n));
    assertThat(report.topAccuracy(10)).as(what).isEqualTo(Double.valueOf(ranked / n));
    if (n > 0) {
      assertClose(report.entropy(), entropy / n, what);
    }
  }

  /** Batches small and large, on one thread and on several, and rows in arrays and elsewhere. */
  @Test
  void everyWayToAddRows() {
    for (int rows : new int[] {1, 127, 128, 129, 700}) {
      Random random = new Random(rows);
      int classes = rows == 700 ? 2_000 : CLASSES;
      float[] logits = AdversarialRows.normal(rows * classes, random, 4, 0);
      int[] targets = random.ints(rows, -1, classes).map(t -> t < 0 ? -100 : t).toArray();
      int[] bytes = random.ints(rows, 0, 4).toArray();
      FloatTensor tensor = FloatTensor.wrap(logits, rows, classes);
      LossAccumulator alone = new LossAccumulator(PREDICTED);
      for (int row = 0; row < rows; row++) {
        alone.addRow(logits, row * classes, classes, targets[row], bytes[row]);
      }
      for (boolean isParallel : new boolean[] {true, false}) {
        LossAccumulator batch =
            new LossAccumulator(PREDICTED.parallel(isParallel))
                .add(tensor, IntTensor.of(targets), IntTensor.of(bytes));
        assertThat(batch.report()).isEqualTo(alone.report());
        assertThat(batch.report().accuracy()).isNotNaN();
      }
    }
  }

  @Test
  void equalLogits() {
    LossAccumulator accumulator = new LossAccumulator(PREDICTED);
    float[] row = {2, 2, 1, 2};
    LossReport report = accumulator.addRow(row, 0).addRow(row, 3).addRow(row, 2).report();
    assertThat(report.accuracy()).isEqualTo(1 / 3.0);
    assertThat(report.topAccuracy(1)).isEqualTo(2 / 3.0);
    assertThat(report.topAccuracy(3)).isEqualTo(2 / 3.0);
    assertThat(report.topAccuracy(4)).isEqualTo(1);
    assertClose(report.meanReciprocalRank(), (1 + 1 + 0.25) / 3, "1/rank");
  }

  @Test
  void maskedTargets() {
    LossReport report =
        new LossAccumulator(PREDICTED)
            .addRow(new float[] {1, Float.NEGATIVE_INFINITY, 2}, 1)
            .addRow(new float[] {1, Float.NEGATIVE_INFINITY, 2}, 2)
            .report();
    assertThat(report.accuracy()).isEqualTo(0.5);
    assertThat(report.topAccuracy(2)).isEqualTo(0.5);
    assertThat(report.topAccuracy(3)).isEqualTo(1);
    assertThat(report.calibrationGap()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(report.standardErrorsByToken().ofCalibrationGap()).isNaN();
    assertThat(report.entropy()).isFinite();
    assertThat(report.calibrationError()).isFinite();
    assertThat(report.standardErrorsByToken().ofCalibrationError()).isFinite();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void rowsWithoutProbabilities(float unusable) {
    LossAccumulator accumulator = new LossAccumulator(PREDICTED);
    accumulator.addRow(new float[] {1, 2, 3}, 2).endDocument();
    accumulator.addRow(new float[] {unusable, 2, 3}, 2).endDocument();
    LossReport report = LossAccumulator.fromByteArray(accumulator.toByteArray()).report();
    assertThat(report).isEqualTo(accumulator.report());
    assertThat(report.accuracy()).isEqualTo(0.5);
    assertThat(report.topAccuracy(10)).isEqualTo(0.5);
    assertThat(report.meanReciprocalRank()).isEqualTo(0.5);
    assertThat(report.entropy()).isNaN();
    assertThat(report.calibrationGap()).isNaN();
    assertThat(report.calibrationError()).isNaN();
    assertThat(report.calibrationBins().stream().mapToLong(bin -> bin.tokens()).sum()).isOne();
    for (StandardErrors errors :
        List.of(report.standardErrorsByToken(), report.standardErrorsByDocument())) {
      assertThat(errors.ofAccuracy()).isEqualTo(0.5);
      assertThat(errors.ofMeanReciprocalRank()).isEqualTo(0.5);
      assertThat(errors.ofEntropy()).isNaN();
      assertThat(errors.ofCalibrationGap()).isNaN();
      assertThat(errors.ofCalibrationError()).isNaN();
    }
  }

  /** Weights and smoothing change the loss, and nothing that is said of predictions. */
  @Test
  void weightsAndSmoothing() {
    Corpus corpus = new Corpus(3, 80);
    LossReport plain = corpus.addRowsTo(new LossAccumulator(PREDICTED), true).report();
    float[] weights = new float[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      weights[c] = c % 3;
    }
    LossAccumulator weighted =
        new LossAccumulator(PREDICTED.classWeights(weights).labelSmoothing(0.25));
    LossReport report = corpus.addRowsTo(weighted, true).report();
    assertThat(report.loss()).isNotEqualTo(plain.loss());
    assertThat(report.accuracy()).isEqualTo(plain.accuracy());
    assertThat(report.entropy()).isEqualTo(plain.entropy());
    assertThat(report.calibrationGap()).isEqualTo(plain.calibrationGap());
    assertThat(report.calibrationBins()).isEqualTo(plain.calibrationBins());
    assertThat(report.standardErrorsByDocument().ofCalibrationError())
        .isEqualTo(plain.standardErrorsByDocument().ofCalibrationError());
    assertThat(report.standardErrorsByToken().ofAccuracy())
        .isEqualTo(plain.standardErrorsByToken().ofAccuracy());
    assertThat(LossAccumulator.fromByteArray(weighted.toByteArray()).report()).isEqualTo(report);
  }

  @Test
  void whereThereIsNothingToSay() {
    LossReport plain = new LossAccumulator().addRow(new float[] {1, 2}, 1).report();
    LossReport empty = new LossAccumulator(PREDICTED).report();
    for (LossReport report : List.of(plain, empty)) {
      assertThat(report.accuracy()).isNaN();
      assertThat(report.topAccuracy(1)).isNaN();
      assertThat(report.meanReciprocalRank()).isNaN();
      assertThat(report.entropy()).isNaN();
      assertThat(report.calibrationGap()).isNaN();
      assertThat(report.calibrationError()).isNaN();
      assertThat(report.standardErrors().ofCalibrationError()).isNaN();
      assertThat(report.standardErrors().ofTopAccuracy(10)).isNaN();
    }
    assertThat(plain.calibrationBins()).isEmpty();
    assertThat(empty.calibrationBins()).hasSize(BINS).allMatch(bin -> bin.tokens() == 0);
    LossAccumulator one = new LossAccumulator(PREDICTED).addRow(new float[] {1, 2}, 1);
    one.endDocument();
    assertThat(one.report().accuracy()).isEqualTo(1);
    assertThat(one.report().standardErrorsByToken().ofAccuracy()).isNaN();
    assertThat(one.report().standardErrorsByDocument().ofEntropy()).isNaN();
    one.addRow(new float[] {1, 2}, 1).endDocument().addRow(new float[] {1, 2}, 0);
    assertThat(one.report().standardErrorsByDocument().ofAccuracy()).isNaN(); // an open one
    assertThat(one.report().standardErrorsByToken().ofAccuracy()).isNotNaN();
  }

  @Test
  void onlyTheFirstTenRanks() {
    LossReport report = new LossAccumulator(PREDICTED).report();
    for (int k : new int[] {0, 11, -1}) {
      String message =
          "k is " + k + ", expected 1 to 10: for larger ones, count the ranks of Predictions.of";
      assertThatThrownBy(() -> report.topAccuracy(k))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> report.standardErrors().ofTopAccuracy(k)).hasMessage(message);
    }
  }

  @Test
  void accumulatorsOfDifferentOptions() {
    LossAccumulator predicted = new LossAccumulator(PREDICTED);
    assertThatThrownBy(() -> predicted.combine(new LossAccumulator()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "other has predictions false, expected true: combine accumulators of the same options");
  }

  /** A form without predictions is what it was but for a flag. */
  @Test
  void sizesOfForms() {
    Corpus corpus = new Corpus(5, 300);
    assertThat(new LossAccumulator().toByteArray()).hasSize(181);
    byte[] plain = corpus.addRowsTo(new LossAccumulator(), true).toByteArray();
    byte[] tokens = corpus.addRowsTo(new LossAccumulator(PREDICTED), false).toByteArray();
    byte[] documents = corpus.addRowsTo(new LossAccumulator(PREDICTED), true).toByteArray();
    assertThat(plain).hasSizeLessThan(500);
    assertThat(tokens).hasSizeLessThan(1_500);
    assertThat(documents).hasSizeLessThan(6_000);
  }

  @Test
  void asTextAndAsJson() throws Exception {
    Corpus corpus = new Corpus(9, 120);
    LossReport report = corpus.addRowsTo(new LossAccumulator(PREDICTED), true).report();
    assertThat(report.toString().lines())
        .anyMatch(line -> line.matches("accuracy         0\\.\\d{6} ± 0\\.\\d{6}"))
        .anyMatch(line -> line.matches("top-5 accuracy   0\\.\\d{6} ± 0\\.\\d{6}"))
        .anyMatch(line -> line.matches("reciprocal rank  0\\.\\d{6} ± 0\\.\\d{6}"))
        .anyMatch(line -> line.matches("entropy          \\d\\.\\d{6} ± \\d.* nats per token"))
        .anyMatch(line -> line.matches("calibration gap  -?\\d\\.\\d{6} ± \\d.* nats"))
        .anyMatch(line -> line.matches("ECE of 15 bins   0\\.\\d{6} ± 0\\.\\d{6}"));
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.get("accuracy").doubleValue()).isEqualTo(report.accuracy());
    assertThat(json.get("topAccuracy")).hasSize(10);
    assertThat(json.get("topAccuracy").get(2).doubleValue()).isEqualTo(report.topAccuracy(3));
    assertThat(json.get("calibrationBins")).hasSize(BINS);
    JsonNode last = json.get("calibrationBins").get(14);
    assertThat(last.fieldNames())
        .toIterable()
        .containsExactly("low", "high", "tokens", "meanProbability", "accuracy");
    assertThat(last.get("high").doubleValue()).isEqualTo(1);
    JsonNode errors = json.get("standardErrorsByDocument");
    assertThat(errors.get("ofTopAccuracy").get(9).doubleValue())
        .isEqualTo(report.standardErrorsByDocument().ofTopAccuracy(10));
    assertThat(errors.get("ofCalibrationError").doubleValue())
        .isEqualTo(report.standardErrorsByDocument().ofCalibrationError());
    LossReport plain = new LossAccumulator().report();
    assertThat(plain.toString()).doesNotContain("accuracy", "ECE", "entropy");
    JsonNode none = new ObjectMapper().readTree(plain.toJson());
    assertThat(none.get("accuracy").isNull()).isTrue();
    assertThat(none.get("notNumbers").get("accuracy").textValue()).isEqualTo("NaN");
    assertThat(none.get("notNumbers").get("topAccuracy").get(9).textValue()).isEqualTo("NaN");
    assertThat(none.get("calibrationBins")).isEmpty();
  }

  @Test
  void binsCompareByValue() {
    Corpus corpus = new Corpus(9, 120);
    List<LossReport.CalibrationBin> bins =
        corpus.addRowsTo(new LossAccumulator(PREDICTED), true).report().calibrationBins();
    List<LossReport.CalibrationBin> same =
        corpus.addRowsTo(new LossAccumulator(PREDICTED), false).report().calibrationBins();
    assertThat(bins).isEqualTo(same).doesNotHaveDuplicates();
    assertThat(bins.get(14)).hasSameHashCodeAs(same.get(14)).isNotEqualTo("bin");
    assertThat(bins.get(14).toString())
        .startsWith("CalibrationBin{\"low\":0.9333333333333333,\"high\":1.0,\"tokens\":");
    assertThatThrownBy(() -> bins.remove(0)).isInstanceOf(UnsupportedOperationException.class);
  }
}
