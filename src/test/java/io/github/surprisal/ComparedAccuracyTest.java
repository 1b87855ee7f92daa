/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often each of two compared models predicts the target. */
final class ComparedAccuracyTest {

  private static final CrossEntropyOptions PREDICTED =
      CrossEntropyOptions.defaults().predictions(true);
  private static final int CLASSES = 4;

  private final int rows = 160;
  private final float[] p = new float[rows * CLASSES];
  private final float[] q = new float[rows * CLASSES];
  private final int[] targets;
  private final boolean[] ends = new boolean[rows];

  ComparedAccuracyTest() {
    Random random = new Random(8);
    for (int i = 0; i < p.length; i++) {
      p[i] = random.nextInt(4);
      q[i] = random.nextInt(3) == 0 ? random.nextInt(4) : p[i];
    }
    targets = random.ints(rows, -1, CLASSES).map(t -> t < 0 ? -100 : t).toArray();
    for (int row = 0; row < rows; row++) {
      ends[row] = row + 1 == rows || random.nextInt(5) == 0;
    }
  }

  private ComparisonAccumulator compared(CrossEntropyOptions options, boolean marksDocuments) {
    ComparisonAccumulator accumulator = new ComparisonAccumulator(options);
    for (int row = 0; row < rows; row++) {
      accumulator.addRow(
          FloatTensor.wrapAt(p, row * CLASSES, CLASSES),
          FloatTensor.wrapAt(q, row * CLASSES, CLASSES),
          targets[row]);
      if (marksDocuments && ends[row]) {
        accumulator.endDocument();
      }
    }
    return accumulator;
  }

  private static int largest(float[] logits, int row) {
    int largest = 0;
    for (int c = 0; c < CLASSES; c++) {
      largest = logits[row * CLASSES + c] > logits[row * CLASSES + largest] ? c : largest;
    }
    return largest;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void byDefinition(boolean isByDocument) {
    double[] tokens = new double[rows];
    double[] differences = new double[rows];
    double hitsP = 0;
    double hitsQ = 0;
    double n = 0;
    int unit = 0;
    for (int row = 0; row < rows; row++) {
      if (targets[row] != -100) {
        int hitP = largest(p, row) == targets[row] ? 1 : 0;
        int hitQ = largest(q, row) == targets[row] ? 1 : 0;
        n++;
        hitsP += hitP;
        hitsQ += hitQ;
        tokens[unit]++;
        differences[unit] += hitQ - hitP;
      }
      unit += (isByDocument ? ends[row] : targets[row] != -100) && tokens[unit] > 0 ? 1 : 0;
    }
    double difference = (hitsQ - hitsP) / n;
    double squares = 0;
    for (int i = 0; i < unit; i++) {
      squares += Math.pow(differences[i] - difference * tokens[i], 2);
    }
    double error = Math.sqrt(unit / (unit - 1.0) * squares) / n;
    ComparisonReport report = compared(PREDICTED, isByDocument).report();
    assertThat(difference).isNotZero();
    assertThat(report.accuracyP()).isEqualTo(hitsP / n);
    assertThat(report.accuracyQ()).isEqualTo(hitsQ / n);
    assertThat(report.accuracyDifference()).isCloseTo(difference, within(1e-15));
    assertThat(report.accuracyDifferenceStandardError()).isCloseTo(error, within(1e-14));
    assertThat(report.accuracyDifferenceStandardError())
        .isEqualTo(
            isByDocument
                ? report.accuracyDifferenceStandardErrorByDocument()
                : report.accuracyDifferenceStandardErrorByToken());
  }

  @Test
  void batchesPartsAndFormsGiveTheSameBits() {
    ComparisonAccumulator rowByRow = compared(PREDICTED, false);
    FloatTensor logitsP = FloatTensor.wrap(p, rows, CLASSES);
    FloatTensor logitsQ = FloatTensor.wrap(q, rows, CLASSES);
    IntTensor all = IntTensor.of(targets);
    ComparisonAccumulator batch = new ComparisonAccumulator(PREDICTED).add(logitsP, logitsQ, all);
    assertThat(batch.toByteArray()).isEqualTo(rowByRow.toByteArray());
    for (int cut = 0; cut <= rows; cut += 16) {
      ComparisonAccumulator first =
          new ComparisonAccumulator(PREDICTED)
              .add(logitsP.slice(0, cut), logitsQ.slice(0, cut), all.slice(0, cut));
      ComparisonAccumulator second =
          new ComparisonAccumulator(PREDICTED)
              .add(logitsP.slice(cut, rows), logitsQ.slice(cut, rows), all.slice(cut, rows));
      assertThat(Combined.of(second, first).endDocument().toByteArray())
          .isEqualTo(
              Combined.of(new ComparisonAccumulator(PREDICTED), batch).endDocument().toByteArray());
    }
    ComparisonAccumulator read =
        ComparisonAccumulator.fromByteArray(compared(PREDICTED, true).toByteArray());
    assertThat(read.report()).isEqualTo(compared(PREDICTED, true).report());
  }

  @Test
  void onSeveralThreads() {
    int many = 64;
    int classes = 9_000;
    Random random = new Random(4);
    FloatTensor logitsP =
        FloatTensor.wrap(AdversarialRows.normal(many * classes, random, 2, 0), many, classes);
    FloatTensor logitsQ =
        FloatTensor.wrap(AdversarialRows.normal(many * classes, random, 2, 0), many, classes);
    IntTensor ofP = Predictions.of(logitsP, IntTensor.of(new int[many])).predicted();
    ComparisonReport report =
        new ComparisonAccumulator(PREDICTED).add(logitsP, logitsQ, ofP).report();
    assertThat(report.accuracyP()).isEqualTo(1);
    assertThat(report.accuracyQ()).isZero();
    assertThat(report)
        .isEqualTo(
            new ComparisonAccumulator(PREDICTED.parallel(false))
                .add(logitsP, logitsQ, ofP)
                .report());
  }

  /** A row of one model without probabilities is wrong; the other model's counts. */
  @Test
  void rowsWithoutProbabilities() {
    ComparisonReport report =
        new ComparisonAccumulator(PREDICTED)
            .addRow(new float[] {Float.NaN, 1}, new float[] {0, 1}, 1)
            .addRow(new float[] {0, 1}, new float[] {Float.POSITIVE_INFINITY, 1}, 1)
            .addRow(new float[] {0, 1}, new float[] {0, 1}, 1)
            .report();
    assertThat(report.accuracyP()).isEqualTo(2 / 3.0);
    assertThat(report.accuracyQ()).isEqualTo(2 / 3.0);
    assertThat(report.accuracyDifference()).isZero();
    assertThat(report.topAgreements()).isOne();
    assertThat(report.deltaNll()).isNaN();
  }

  @Test
  void onlyWhereAskedFor() throws Exception {
    ComparisonReport plain = compared(CrossEntropyOptions.defaults(), true).report();
    assertThat(plain.accuracyP()).isNaN();
    assertThat(plain.accuracyQ()).isNaN();
    assertThat(plain.accuracyDifference()).isNaN();
    assertThat(plain.accuracyDifferenceStandardError()).isNaN();
    assertThat(plain.toString()).doesNotContain("accuracy");
    ComparisonReport predicted = compared(PREDICTED, true).report();
    assertThat(predicted.deltaNll()).isEqualTo(plain.deltaNll());
    assertThat(predicted.klDivergence()).isEqualTo(plain.klDivergence());
    assertThat(predicted.toString().lines())
        .anyMatch(line -> line.matches("accuracy of P     \\d+\\.\\d{4} %"))
        .anyMatch(line -> line.matches("accuracy of Q     \\d+\\.\\d{4} %"))
        .anyMatch(line -> line.matches("accuracy Q - P    -?\\d+\\.\\d{4} % ± \\d+\\.\\d{4} %"));
    JsonNode json = new ObjectMapper().readTree(predicted.toJson());
    assertThat(json.get("accuracyQ").doubleValue()).isEqualTo(predicted.accuracyQ());
    assertThat(json.get("accuracyDifferenceStandardErrorByDocument").doubleValue())
        .isEqualTo(predicted.accuracyDifferenceStandardErrorByDocument());
    ComparisonAccumulator one = new ComparisonAccumulator(PREDICTED);
    assertThat(one.report().accuracyP()).isNaN();
    assertThatThrownBy(() -> one.combine(new ComparisonAccumulator()))
        .hasMessageStartingWith("other has predictions false, expected true: ");
  }
}
