/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers that an introduction to loss and perplexity gives, from the library. */
final class DocumentNumbersTest {
  private static final int PAD = 0;
  private static final int THE = 464;
  private static final int CAT = 237;
  private static final int SAT = 332;
  private static final int ON = 319;
  private static final int MAT = 260;
  private static final int VOCABULARY = 500;

  /** Logits ln p give the distribution p back, if it adds up to 1. */
  private static FloatTensor logitsOf(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int c = 0; c < logits.length; c++) {
      logits[c] = (float) Math.log(probabilities[c]);
    }
    return FloatTensor.wrap(logits, 1, logits.length);
  }

  private static double lossOfFirst(double probability) {
    return Losses.crossEntropy(logitsOf(probability, 1 - probability), IntTensor.of(0));
  }

  @ParameterizedTest
  @CsvSource({"1.0, 0.0, 0", "0.5, 0.69, 0.693147181", "0.01, 4.6, 4.605170186"})
  void theLossIsMinusLogOfTheProbability(double probability, double shown, double loss) {
    assertThat(lossOfFirst(probability)).isCloseTo(shown, within(0.01));
    assertThat(lossOfFirst(probability)).isCloseTo(loss, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.15, 1.8971", "1, 0.12, 2.1203", "2, 0.001, 6.9078"})
  void theNextTokenDistribution(int token, double probability, double loss) {
    FloatTensor logits = logitsOf(0.15, 0.12, 0.001, 0.729); // mat, floor, dog, anything else
    assertThat(Losses.softmax(logits).get(0, token)).isCloseTo((float) probability, within(1e-7f));
    assertThat(Losses.crossEntropy(logits, IntTensor.of(token))).isCloseTo(loss, within(5e-5));
  }

  @Test
  void perplexityOfALoss() {
    assertThat(Metrics.perplexity(3.5)).isCloseTo(33.1, within(0.02));
    assertThat(Math.round(Metrics.perplexity(3.5))).isEqualTo(33);
    assertThat(Metrics.perplexity(0)).isEqualTo(1);
    assertThat(Metrics.perplexity(Math.log(100))).isCloseTo(100, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"20, 2.9957", "33, 3.4965", "100, 4.6052", "50000, 10.8198"})
  void guessingAmongEqualTokensHasTheirNumberAsPerplexity(int vocabulary, double loss) {
    FloatTensor logits = FloatTensor.wrap(new float[3 * vocabulary], 3, vocabulary);
    IntTensor targets = IntTensor.of(0, vocabulary / 2, vocabulary - 1);
    CrossEntropyOptions options = CrossEntropyOptions.defaults();
    assertThat(Losses.crossEntropy(logits, targets)).isCloseTo(loss, within(5e-5));
    assertThat(Metrics.perplexity(logits, targets, options))
        .isCloseTo(vocabulary, within(4e-7 * vocabulary));
  }

  @Test
  void smoothingOverFiveClasses() {
    // gradient = softmax − target distribution, so the distribution can be read off
    float[] gradient = new float[5];
    FloatTensor logits = FloatTensor.wrap(new float[5], 1, 5);
    CrossEntropyOptions options = CrossEntropyOptions.defaults();
    float[] hard = {0, 0, 1, 0, 0};
    float[] soft = {0.02f, 0.02f, 0.92f, 0.02f, 0.02f};
    Losses.crossEntropyWithGradient(logits, IntTensor.of(2), options, gradient);
    for (int c = 0; c < 5; c++) {
      assertThat(0.2f - gradient[c]).isCloseTo(hard[c], within(1e-7f));
    }
    CrossEntropyOptions smooth = options.labelSmoothing(0.1);
    Losses.crossEntropyWithGradient(logits, IntTensor.of(2), smooth, gradient);
    for (int c = 0; c < 5; c++) {
      assertThat(0.2f - gradient[c]).isCloseTo(soft[c], within(1e-7f));
    }
  }

  private static FloatTensor someLogits(int... leadingAxes) {
    int[] shape = Arrays.copyOf(leadingAxes, leadingAxes.length + 1);
    shape[leadingAxes.length] = VOCABULARY;
    float[] data = new float[JsonTensors.size(shape)];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) Math.sin(i * 0.37) * 5;
    }
    return FloatTensor.wrap(data, shape);
  }

  @Test
  void theCatSatOnTheMat() {
    IntTensor sequence = IntTensor.of(new int[][] {{THE, CAT, SAT, ON, THE, MAT}});
    IntTensor targets = Targets.nextToken(sequence);
    assertThat(targets).isEqualTo(IntTensor.of(new int[][] {{CAT, SAT, ON, THE, MAT, -100}}));
    FloatTensor logits = someLogits(1, 6);
    double[] losses =
        Losses.crossEntropyPerToken(logits, targets, CrossEntropyOptions.defaults()).toArray();
    double sum = 0;
    for (int t = 0; t < 5; t++) {
      double p = Losses.softmax(logits).get(0, t, targets.get(0, t));
      assertThat(losses[t]).isCloseTo(-Math.log(p), within(1e-6));
      sum += losses[t];
    }
    assertThat(Losses.crossEntropy(logits, targets)).isCloseTo(sum / 5, within(1e-14));
  }

  @Test
  void paddingIsIgnored() {
    IntTensor targets = IntTensor.of(PAD, PAD, THE, CAT, SAT, PAD, PAD);
    IntTensor masked = Targets.ignorePadding(targets, PAD);
    assertThat(masked).isEqualTo(IntTensor.of(-100, -100, THE, CAT, SAT, -100, -100));
    FloatTensor logits = someLogits(7);
    LossReport report = Metrics.evaluate(logits, masked);
    assertThat(report.scoredTokens()).isEqualTo(3);
    assertThat(report.ignoredTokens()).isEqualTo(4);
    double loss = Losses.crossEntropy(logits.slice(2, 5), IntTensor.of(THE, CAT, SAT));
    assertThat(report.loss()).isEqualTo(loss);
    CrossEntropyOptions ignorePad = CrossEntropyOptions.defaults().ignoreIndex(PAD);
    assertThat(Losses.crossEntropy(logits, targets, ignorePad)).isEqualTo(loss);
  }

  @Test
  void thePromptIsIgnored() {
    IntTensor targets = Targets.nextToken(IntTensor.of(THE, CAT, SAT, ON, THE, MAT));
    IntTensor completion = Targets.ignorePrompt(targets, 4);
    assertThat(completion).isEqualTo(IntTensor.of(-100, -100, -100, THE, MAT, -100));
    FloatTensor logits = someLogits(6);
    assertThat(Losses.crossEntropy(logits, completion))
        .isEqualTo(Losses.crossEntropy(logits.slice(3, 5), IntTensor.of(THE, MAT)));
  }

  /** "Hello world" in 2 words, 4 pieces or 11 bytes, each tokenizer's model giving it 2^-22. */
  @ParameterizedTest
  @CsvSource({"2, 2048.0", "4, 45.254834", "11, 4.0"})
  void bitsPerByteComparesTokenizersAndPerplexityDoesNot(int tokens, double perplexity) {
    double nats = 22 * Math.log(2);
    double loss = nats / tokens;
    assertThat(Metrics.perplexity(loss)).isCloseTo(perplexity, within(1e-6));
    assertThat(Metrics.bitsPerByte(loss, tokens, 11)).isCloseTo(2, within(1e-12));
    assertThat(Metrics.bitsPerByte(loss, tokens, 11))
        .isCloseTo(loss / Math.log(2) * tokens / 11, within(1e-12));
  }

  @Test
  void helloWorldTokenisedThreeWays() {
    double[] bits = {
      helloWorld(11, 5, 6), helloWorld(22.0 / 4, 3, 2, 3, 3), helloWorld(2, ones(11))
    };
    assertThat(bits[0]).isCloseTo(2, within(1e-6));
    assertThat(bits[1]).isCloseTo(bits[0], within(1e-6));
    assertThat(bits[2]).isCloseTo(bits[0], within(1e-6));
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Bits per byte of tokens with these numbers of bytes, each predicted with these bits. */
  private static double helloWorld(double bitsPerToken, int... tokenBytes) {
    int tokens = tokenBytes.length;
    float[] data = new float[2 * tokens];
    double p = Math.pow(2, -bitsPerToken);
    for (int t = 0; t < tokens; t++) {
      data[2 * t] = (float) Math.log(p);
      data[2 * t + 1] = (float) Math.log1p(-p);
    }
    LossReport report =
        Metrics.evaluate(
            FloatTensor.wrap(data, tokens, 2),
            IntTensor.wrap(new int[tokens], tokens),
            IntTensor.of(tokenBytes),
            CrossEntropyOptions.defaults());
    assertThat(report.scoredBytes()).isEqualTo(11);
    assertThat(report.bitsPerToken()).isCloseTo(bitsPerToken, within(1e-6));
    return report.bitsPerByte();
  }
}
