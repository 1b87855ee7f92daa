/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses of tokens whose log-probabilities are known, without logits. */
final class LogProbTest {

  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final String EXPECTED =
      ", expected a natural log-probability, 0 or less: take the logarithm of a probability, change"
          + " the sign of a loss, and multiply logarithms of base 2 by ln 2, of base 10 by ln 10";

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  /** The losses of scored rows, negated, and their byte counts, document by document. */
  private static LossAccumulator withoutLogits(AccumulatorCorpus corpus, boolean isSingle) {
    LossAccumulator accumulator = new LossAccumulator();
    for (int document = 0; document < corpus.documents(); document++) {
      int from = corpus.starts[document];
      int to = corpus.starts[document + 1];
      double[] logProbs =
          Arrays.stream(
                  Losses.crossEntropyPerToken(corpus.logits(from, to), corpus.targets(from, to))
                      .toArray())
              .map(loss -> -loss)
              .toArray();
      double[] scored = new double[to - from];
      int[] bytes = new int[to - from];
      int count = 0;
      for (int row = from; row < to; row++) {
        if (corpus.targets[row] != -100) {
          scored[count] = logProbs[row - from];
          bytes[count++] = corpus.bytes[row];
        }
      }
      if (isSingle) {
        for (int i = 0; i < count; i++) {
          accumulator.addLogProb(scored[i], bytes[i]);
        }
      } else {
        accumulator.addLogProbs(Arrays.copyOf(scored, count), Arrays.copyOf(bytes, count));
      }
      if (document + 1 < corpus.documents()) {
        accumulator.endDocument();
      }
    }
    return accumulator;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theyCountLikeLogitsWithTheseLosses(boolean isSingle) {
    AccumulatorCorpus corpus = new AccumulatorCorpus(7, 9);
    LossAccumulator expected = new LossAccumulator();
    for (int document = 0; document < corpus.documents(); document++) {
      int end = corpus.starts[document + 1];
      for (int row = corpus.starts[document]; row < end; row++) {
        if (corpus.targets[row] != -100) {
          corpus.addTo(expected, row, row + 1);
        }
      }
      if (document + 1 < corpus.documents()) {
        expected.endDocument();
      }
    }
    LossAccumulator accumulator = withoutLogits(corpus, isSingle);
    assertThat(accumulator.toByteArray()).isEqualTo(expected.toByteArray());
    assertThat(accumulator.report()).isEqualTo(expected.report());
    assertThat(accumulator.endDocument().report()).isEqualTo(expected.endDocument().report());
    assertThat(LossAccumulator.fromByteArray(accumulator.toByteArray()).report())
        .isEqualTo(accumulator.report());
  }

  @Test
  void withoutByteCounts() {
    LossReport report =
        new LossAccumulator().addLogProb(-1.5).addLogProbs(new double[] {-0.25, -2}).report();
    assertThat(report.totalNats()).isEqualTo(3.75);
    assertThat(report.loss()).isEqualTo(1.25);
    assertThat(report.tokensWithoutByteCount()).isEqualTo(3);
    assertThat(report.bitsPerByte()).isNaN();
    assertThat(new LossAccumulator().addLogProbs(new double[0]).report().scoredTokens()).isZero();
  }

  /** What a caller's float32 may have made of 0. */
  @ParameterizedTest
  @ValueSource(doubles = {0.0, -0.0, 1e-5, Double.MIN_VALUE})
  void aLittleAboveZeroIsZero(double logProb) {
    LossReport report = new LossAccumulator().addLogProb(logProb).report();
    assertThat(Double.doubleToRawLongBits(report.loss())).isZero(); // and not -0.0
    assertThat(new LossAccumulator().addLogProbs(new double[] {logProb}).report())
        .isEqualTo(report);
    assertThat(Double.doubleToRawLongBits(RowArguments.loss("logProb", logProb))).isZero();
    assertThat(Double.doubleToRawLongBits(RowArguments.losses(new double[] {logProb})[0])).isZero();
  }

  @Test
  void theLeastThatLogitsGive() {
    float most = Float.MAX_VALUE;
    LossAccumulator logits = new LossAccumulator().addRow(new float[] {most, -most}, 1);
    double loss = logits.report().loss();
    assertThat(new LossAccumulator().addLogProb(-loss).toByteArray())
        .isEqualTo(logits.toByteArray());
    LossAccumulator none = new LossAccumulator().addLogProb(Double.NEGATIVE_INFINITY);
    assertThat(none.report().loss()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(none.report().standardError()).isNaN();
    assertThat(LossAccumulator.fromByteArray(none.toByteArray()).report()).isEqualTo(none.report());
    assertRefused(
        () -> none.addLogProb(Math.nextDown(-2.0 * most)),
        "logProb is "
            + Math.nextDown(-2.0 * most)
            + ", expected -6.805646932770577E38 or more, as any logits give: for a probability of"
            + " 0, give -Infinity");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 1.0000001e-5, Double.POSITIVE_INFINITY, Double.NaN})
  void noLogProbability(double value) {
    LossAccumulator accumulator = new LossAccumulator().addLogProb(-1, 2);
    byte[] before = accumulator.toByteArray();
    assertRefused(() -> accumulator.addLogProb(value), "logProb is " + value + EXPECTED);
    assertRefused(() -> accumulator.addLogProb(value, 3), "logProb is " + value + EXPECTED);
    String message = "logProbs at index 2 is " + value + EXPECTED;
    double[] some = {-1, -2, value, value};
    assertRefused(() -> accumulator.addLogProbs(some), message);
    assertRefused(() -> accumulator.addLogProbs(some, new int[4]), message);
    assertThat(accumulator.toByteArray()).isEqualTo(before);
  }

  @Test
  void byteCountsThatDoNotFit() {
    LossAccumulator accumulator = new LossAccumulator();
    String expected =
        ", expected 0 to 512: are targets and byte counts swapped? For longer tokens, give their"
            + " TokenBytes";
    assertRefused(() -> accumulator.addLogProb(-1, -1), "bytes is -1" + expected);
    assertRefused(
        () -> accumulator.addLogProbs(new double[2], new int[] {512, 513}),
        "bytes at index 1 is 513" + expected);
    assertRefused(
        () -> accumulator.addLogProbs(new double[2], new int[3]),
        "bytes have length 3, expected one for each of the 2 logProbs");
    assertThat(accumulator.toByteArray()).isEqualTo(new LossAccumulator().toByteArray());
  }

  @Test
  void countsThatWouldOverflow() {
    LossAccumulator full = new LossAccumulator();
    for (int i = 0; i < 62; i++) {
      full.combine(full);
      full.addLogProb(-1, 1);
    }
    byte[] before = full.toByteArray();
    assertThatThrownBy(() -> full.addLogProb(-1)).hasMessageContaining("1 scored tokens to add");
    assertThatThrownBy(() -> full.addLogProb(-1, 2)).hasMessageContaining("1 scored tokens to add");
    double[] two = {-1, -2};
    assertThatThrownBy(() -> full.addLogProbs(two)).hasMessageContaining("2 scored tokens to add");
    assertThatThrownBy(() -> full.addLogProbs(two, new int[2])).hasMessageContaining(" in all");
    assertThat(full.toByteArray()).isEqualTo(before);
  }

  @Test
  void optionsThatNeedLogits() {
    LossAccumulator smoothed = new LossAccumulator(DEFAULTS.labelSmoothing(0.1));
    String message =
        "labelSmoothing is 0.1, expected 0: there are no logits to smooth; use another accumulator"
            + " for log-probabilities";
    assertRefused(() -> smoothed.addLogProb(-1), message);
    assertRefused(() -> smoothed.addLogProb(-1, 1), message);
    LossAccumulator weighted = new LossAccumulator(DEFAULTS.classWeights(1, 2));
    message =
        "classWeights is FloatTensor(2)[1.0, 2.0], expected none: there are no target classes to"
            + " weight; use another accumulator for log-probabilities";
    assertRefused(() -> weighted.addLogProbs(new double[1]), message);
    assertRefused(() -> weighted.addLogProbs(new double[1], new int[1]), message);
    LossAccumulator predicted = new LossAccumulator(DEFAULTS.predictions(true));
    message =
        "predictions is true, expected false: they need logits; use another accumulator for"
            + " log-probabilities";
    assertRefused(() -> predicted.addLogProb(-1), message);
    assertRefused(() -> predicted.addLogProbs(new double[1]), message);
    LossAccumulator others = new LossAccumulator(DEFAULTS.ignoreIndex(3).classAxis(1));
    assertThat(others.addLogProb(-1).report().scoredTokens()).isOne();
  }
}
