/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.sum.LossSums;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Standard errors against their definitions in high precision, and what their intervals cover. */
final class StandardErrorsTest {
  private static final MathContext PRECISE = new MathContext(60);
  private static final double LN_2 = StrictMath.log(2);
  private static final int SIMULATIONS = 3000;

  /** A scored token; −1 bytes for unknown. */
  private record Token(double loss, double weight, int bytes) {}

  private static LossSums sums(List<List<Token>> documents, boolean marked) {
    LossSums sums = new LossSums();
    for (List<Token> document : documents) {
      for (Token token : document) {
        if (token.bytes < 0) {
          sums.add(token.loss, token.weight);
        } else {
          sums.add(token.loss, token.weight, token.bytes);
        }
      }
      if (marked) {
        sums.endDocument();
      }
    }
    return sums;
  }

  /** √(n/(n−1) · Σ(x − r·y)²) / |Σy| with r = Σx / Σy, as it is defined, unit by unit. */
  private static double error(List<BigDecimal[]> units) {
    BigDecimal x = BigDecimal.ZERO;
    BigDecimal y = BigDecimal.ZERO;
    for (BigDecimal[] unit : units) {
      x = x.add(unit[0]);
      y = y.add(unit[1]);
    }
    BigDecimal ratio = x.divide(y, PRECISE);
    BigDecimal squares = BigDecimal.ZERO;
    for (BigDecimal[] unit : units) {
      squares = squares.add(unit[0].subtract(ratio.multiply(unit[1])).pow(2));
    }
    BigDecimal n = BigDecimal.valueOf(units.size());
    return squares
        .multiply(n)
        .divide(n.subtract(BigDecimal.ONE), PRECISE)
        .sqrt(PRECISE)
        .divide(y.abs(), PRECISE)
        .doubleValue();
  }

  /** One unit for each list of tokens, of those tokens that count, empty ones left out. */
  private static List<BigDecimal[]> units(
      List<List<Token>> lists, Function<Token, Double> x, Function<Token, Double> y) {
    List<BigDecimal[]> units = new ArrayList<>();
    for (List<Token> list : lists) {
      BigDecimal[] unit = {BigDecimal.ZERO, BigDecimal.ZERO};
      for (Token token : list) {
        unit[0] = unit[0].add(new BigDecimal(x.apply(token)));
        unit[1] = unit[1].add(new BigDecimal(y.apply(token)));
      }
      if (!list.isEmpty()) {
        units.add(unit);
      }
    }
    return units;
  }

  private static void check(List<List<Token>> documents) {
    LossReport report = LossReport.of(sums(documents, true));
    List<List<Token>> single = documents.stream().flatMap(List::stream).map(List::of).toList();
    check(report, report.standardErrorsByToken(), single);
    check(report, report.standardErrorsByDocument(), documents);
  }

  private static void check(LossReport report, StandardErrors errors, List<List<Token>> lists) {
    List<List<Token>> withBytes =
        lists.stream()
            .map(list -> list.stream().filter(token -> token.bytes > 0).toList())
            .toList();
    List<BigDecimal[]> ofLoss = units(lists, Token::loss, Token::weight);
    List<BigDecimal[]> ofBytes = units(withBytes, Token::loss, token -> (double) token.bytes);
    double loss = error(ofLoss);
    assertThat(errors.units()).isEqualTo(ofLoss.size());
    assertThat(errors.unitsWithBytes()).isEqualTo(ofBytes.size());
    assertThat(errors.ofLoss()).isEqualTo(loss);
    assertRelative(errors.ofBitsPerToken(), loss / LN_2, 4e-16);
    assertRelative(errors.ofPerplexity(), StrictMath.exp(report.loss()) * loss, 4e-16);
    if (report.tokensWithoutByteCount() > 0) {
      assertThat(errors.ofBitsPerByte()).isNaN();
    } else {
      assertRelative(errors.ofBitsPerByte(), error(ofBytes) / LN_2, 4e-16);
    }
  }

  private static void assertRelative(double actual, double expected, double bound) {
    if (actual != expected) { // as infinities are
      assertThat(Math.abs(actual - expected)).isLessThanOrEqualTo(bound * expected);
    }
  }

  @Test
  void theyAreWhatTheyAreDefinedToBe() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      double scale = Math.scalb(1.0, random.nextInt(100) - 50);
      double offset = seed % 3 == 0 ? 1e9 : 0; // large and nearly equal: where others cancel
      List<List<Token>> documents = new ArrayList<>();
      for (int d = 0; d < 2 + random.nextInt(30); d++) {
        List<Token> document = new ArrayList<>();
        for (int i = 0; i < random.nextInt(20); i++) {
          double weight = seed % 4 == 1 ? random.nextFloat() * 3 : 1;
          int bytes = random.nextInt(8) - seed % 2; // -1 in every other corpus
          document.add(new Token(scale * (offset + random.nextGaussian()), weight, bytes));
        }
        documents.add(document);
      }
      documents.add(List.of(new Token(scale, 1, 3), new Token(0, 1, 1)));
      documents.add(List.of(new Token(2 * scale, 1, 3), new Token(scale, 1, 1)));
      check(documents);
    }
  }

  @Test
  void moreBytesThanTwoToThe32() {
    int most = Integer.MAX_VALUE;
    check(
        List.of(
            List.of(new Token(3, 1, most), new Token(1, 1, most)),
            List.of(new Token(5, 1, most)),
            List.of(new Token(2, 1, 1))));
    List<Token> large = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      large.add(new Token(i, 1, most - i));
    }
    check(List.of(large, large.subList(0, 7), List.of(new Token(9, 1, most)), large));
  }

  @Test
  void equalLossesHaveNoError() {
    List<List<Token>> documents = new ArrayList<>();
    for (int d = 1; d < 9; d++) {
      List<Token> document = new ArrayList<>();
      for (int i = 0; i < d; i++) {
        document.add(new Token(0.1, 1, 3));
      }
      documents.add(document);
    }
    LossReport report = LossReport.of(sums(documents, true));
    for (StandardErrors errors :
        List.of(report.standardErrorsByToken(), report.standardErrorsByDocument())) {
      assertThat(errors.ofLoss()).isZero();
      assertThat(errors.ofPerplexity()).isZero();
      assertThat(errors.ofBitsPerByte()).isZero();
    }
    assertThat(report.lossInterval(0.95)).isEqualTo(Interval.of(report.loss(), report.loss()));
  }

  @Test
  void totalsOfDocumentsMayHaveAnySignAndSize() {
    List<List<Token>> documents =
        List.of(
            List.of(new Token(-3, 1, 1), new Token(1e-300, 1, 2)),
            List.of(new Token(1e150, 1, 1)),
            List.of(new Token(-1e150, 1, 5), new Token(Double.MIN_VALUE, 1, 5)),
            List.of(new Token(0, 1, 7)));
    check(documents);
  }

  private static void assertUndefined(StandardErrors errors) {
    assertThat(errors.ofLoss()).isNaN();
    assertThat(errors.ofPerplexity()).isNaN();
    assertThat(errors.ofBitsPerToken()).isNaN();
    assertThat(errors.ofBitsPerByte()).isNaN();
  }

  @Test
  void documentErrorsNeedFinishedDocuments() {
    List<List<Token>> documents =
        List.of(List.of(new Token(1, 1, 2), new Token(4, 1, 1)), List.of(new Token(2, 1, 1)));
    LossReport unmarked = LossReport.of(sums(documents, false));
    assertUndefined(unmarked.standardErrorsByDocument());
    assertThat(unmarked.documents()).isZero();
    assertThat(unmarked.standardErrors()).isEqualTo(unmarked.standardErrorsByToken());

    LossSums sums = sums(documents, true);
    LossReport marked = LossReport.of(sums);
    assertThat(marked.documents()).isEqualTo(2);
    assertThat(marked.standardErrors().ofLoss()).isPositive();
    sums.endDocument(); // nothing since: no document
    assertThat(LossReport.of(sums)).isEqualTo(marked);
    sums.addIgnored();
    sums.endDocument();
    assertThat(LossReport.of(sums).documents()).isEqualTo(2);

    sums.add(3, 1, 2);
    assertThat(LossReport.of(sums).documents()).isEqualTo(2);
    assertUndefined(LossReport.of(sums).standardErrorsByDocument());
    assertThat(LossReport.of(sums).standardErrorsByToken().ofLoss()).isPositive();
    assertThat(LossReport.of(sums).lossInterval(0.95).low()).isNaN();

    assertUndefined(LossReport.of(sums(documents.subList(0, 1), true)).standardErrorsByDocument());
  }

  @Test
  void errorsOfInfiniteLossesAreUndefined() {
    for (double loss : new double[] {Double.POSITIVE_INFINITY, Double.NaN}) {
      LossReport report =
          LossReport.of(
              sums(List.of(List.of(new Token(loss, 1, 1)), List.of(new Token(1, 1, 1))), true));
      assertUndefined(report.standardErrorsByToken());
      assertUndefined(report.standardErrorsByDocument());
    }
    LossReport weightless =
        LossReport.of(
            sums(List.of(List.of(new Token(1, 0, -1)), List.of(new Token(2, 0, -1))), true));
    assertUndefined(weightless.standardErrorsByToken());
    assertUndefined(weightless.standardErrorsByDocument());
  }

  @Test
  void documentsWithoutBytesDoNotCountInBitsPerByte() {
    List<List<Token>> documents =
        List.of(
            List.of(new Token(1, 1, 2)),
            List.of(new Token(3, 1, 0), new Token(2, 1, -1)),
            List.of(new Token(5, 1, 4)));
    LossReport report = LossReport.of(sums(documents, true));
    assertThat(report.standardErrorsByDocument().units()).isEqualTo(3);
    assertThat(report.standardErrorsByDocument().unitsWithBytes()).isEqualTo(2);
    assertThat(report.standardErrorsByToken().unitsWithBytes()).isEqualTo(2);
    assertThat(report.zeroByteTokens()).isEqualTo(1);
    check(documents);
  }

  /** What share of the intervals of many samples covers the truth. */
  private static final class Coverage {
    private final String name;
    private final double truth;
    private final Function<LossReport, Interval> interval;
    private int covered;

    Coverage(String name, double truth, Function<LossReport, Interval> interval) {
      this.name = name;
      this.truth = truth;
      this.interval = interval;
    }

    void count(LossReport report) {
      Interval ends = interval.apply(report);
      covered += ends.low() <= truth && truth <= ends.high() ? 1 : 0;
    }

    double share() {
      double share = (double) covered / SIMULATIONS;
      System.out.printf(
          "95 %% intervals of %s cover in %.2f %% (seeds 0 to %,d)%n",
          name, 100 * share, SIMULATIONS - 1);
      return share;
    }
  }

  /** Losses of independent tokens, skewed as real ones are: mean 2 a token, 0.5 a byte. */
  private static List<List<Token>> independent(Random random) {
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int bytes = 1 + random.nextInt(7);
      double exponentials = -StrictMath.log(random.nextDouble()) - Math.log(random.nextDouble());
      tokens.add(new Token(exponentials / 4 * bytes, 1, bytes));
    }
    return List.of(tokens);
  }

  /** Documents of unequal lengths that are hard or easy as a whole. */
  private static List<List<Token>> clustered(Random random) {
    List<List<Token>> documents = new ArrayList<>();
    for (int d = 0; d < 80; d++) {
      double ofDocument = 0.5 + 0.15 * random.nextGaussian();
      List<Token> document = new ArrayList<>();
      int length = 10 + random.nextInt(21);
      for (int i = 0; i < length; i++) {
        int bytes = 1 + random.nextInt(7);
        double ofToken = 0.3 * random.nextGaussian();
        document.add(new Token((ofDocument + ofToken) * bytes, 1, bytes));
      }
      documents.add(document);
    }
    return documents;
  }

  private static Coverage ofLoss(String name) {
    return new Coverage(name, 2, report -> report.lossInterval(0.95));
  }

  private static Coverage ofBits(String name) {
    return new Coverage(name, 0.5 / LN_2, report -> report.bitsPerByteInterval(0.95));
  }

  @Test
  void intervalsCoverIndependentTokens() {
    Coverage loss = ofLoss("the loss");
    Coverage bits = ofBits("bits per byte");
    Coverage perplexity =
        new Coverage("perplexity", StrictMath.exp(2), report -> report.perplexityInterval(0.95));
    for (int seed = 0; seed < SIMULATIONS; seed++) {
      LossReport report = LossReport.of(sums(independent(new Random(seed)), false));
      loss.count(report);
      bits.count(report);
      perplexity.count(report);
    }
    assertThat(loss.share()).isBetween(0.94, 0.96);
    assertThat(bits.share()).isBetween(0.94, 0.96);
    assertThat(perplexity.share()).isBetween(0.94, 0.96);
  }

  @Test
  void intervalsCoverClusteredTokensIfDocumentsAreMarked() {
    Coverage loss = ofLoss("the loss, documents marked,");
    Coverage bits = ofBits("bits per byte, documents marked,");
    Coverage naiveLoss = ofLoss("the loss, documents unmarked,");
    Coverage naiveBits = ofBits("bits per byte, documents unmarked,");
    for (int seed = 0; seed < SIMULATIONS; seed++) {
      List<List<Token>> documents = clustered(new Random(seed));
      LossReport marked = LossReport.of(sums(documents, true));
      LossReport unmarked = LossReport.of(sums(documents, false));
      loss.count(marked);
      bits.count(marked);
      naiveLoss.count(unmarked);
      naiveBits.count(unmarked);
    }
    assertThat(loss.share()).isBetween(0.94, 0.96);
    assertThat(bits.share()).isBetween(0.94, 0.96);
    assertThat(naiveLoss.share()).isLessThan(0.85);
    assertThat(naiveBits.share()).isLessThan(0.85);
  }
}
