/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.surprisal.FormFields.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms with a right checksum that no calls could have made: each is refused when it is read. */
final class ImpossibleFormTest {
  private static final String LOSS = "the serial form of a LossAccumulator is malformed: ";
  private static final String COMPARISON =
      "the serial form of a ComparisonAccumulator is malformed: ";

  private static final float[] ROW = {1, 2.5f, 4};

  /** Two documents and an open one, with and without bytes. */
  private static LossAccumulator losses(CrossEntropyOptions options) {
    LossAccumulator accumulator = new LossAccumulator(options);
    for (int document = 0; document < 3; document++) {
      accumulator
          .addRow(ROW, 0, 3, document, 3)
          .addRow(ROW, 0, 3, 1, 4)
          .addRow(ROW, 0, 3, 0, 0)
          .addRow(ROW, 2);
      if (document < 2) {
        accumulator.endDocument();
      }
    }
    return accumulator;
  }

  private static LossAccumulator weighted() {
    return losses(CrossEntropyOptions.defaults().classWeights(FloatTensor.of(1, 0.5f, -2)));
  }

  /** The same, but with a weight for each token, and none of its class. */
  private static LossAccumulator tokenWeighted() {
    return tokenWeighted(CrossEntropyOptions.defaults());
  }

  private static LossAccumulator tokenWeighted(CrossEntropyOptions options) {
    LossAccumulator accumulator = new LossAccumulator(options);
    FloatTensor rows = FloatTensor.of(new float[][] {ROW, ROW, ROW});
    for (int document = 0; document < 3; document++) {
      accumulator
          .add(
              rows, IntTensor.of(document, 1, 0), FloatTensor.of(0.5f, 1, 3), IntTensor.of(3, 4, 0))
          .add(rows.slice(0, 1), IntTensor.of(2), FloatTensor.of(0.25f));
      if (document < 2) {
        accumulator.endDocument();
      }
    }
    return accumulator;
  }

  private static ComparisonAccumulator comparison() {
    return comparison(CrossEntropyOptions.defaults());
  }

  private static ComparisonAccumulator comparison(CrossEntropyOptions options) {
    ComparisonAccumulator accumulator = new ComparisonAccumulator(options);
    float[] other = {2, 2, 4};
    for (int document = 0; document < 3; document++) {
      accumulator.add(
          FloatTensor.of(new float[][] {ROW, other}),
          FloatTensor.of(new float[][] {other, {0, document, 1}}),
          IntTensor.of(document, 1));
      if (document < 2) {
        accumulator.endDocument();
      }
    }
    return accumulator;
  }

  /** The form with another field of this number. */
  private static byte[] changed(byte[] form, List<Field> all, int field, String change) {
    List<Field> fields = new ArrayList<>(all);
    fields.set(field, FormFields.changed(fields.get(field), change));
    return FormFields.form(form, fields);
  }

  private static void assertRefused(byte[] form, String reason) {
    assertThatThrownBy(() -> LossAccumulator.fromByteArray(form))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(LOSS + reason);
  }

  /**
   * Counts, losses, weights, losses with bytes of finished documents from 1, and since from 7;
   * units and squares by tokens from 13, by tokens with bytes 17, by documents 21, by documents
   * with bytes 25; tokens ignored and of no bytes and words from 29.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1  | = 9                   | its counts contradict each other
          1  | = 9223372036854775807 | its counts contradict each other
          1  | = -1                  | the number of tokens is -1, expected 0 or more
          2  | = 9                   | 9 tokens with bytes of 8 tokens do not fit 14 bytes
          3  | = -1                  | the number of bytes is -1, expected 0 or more
          3  | = 3                   | 4 tokens with bytes of 8 tokens do not fit 3 bytes
          3  | = 8589934589          | 4 tokens with bytes of 8 tokens do not fit 8589934589 bytes
          3  | = 13                  | no documents
          3  | = 8000000000          | no tokens have such sums of losses and bytes
          3  | = 9223372036854775807 | 4 tokens with bytes of 8 tokens do not fit
          9  | = 9223372036854775807 | 2 tokens with bytes of 4 tokens do not fit
          13 | = 11                  | its counts contradict each other
          21 | = 0                   | its counts contradict each other
          21 | = 9                   | its counts contradict each other
          25 | = 5                   | its counts contradict each other
          30 | = 9                   | its counts contradict each other
          31 | = -1                  | the number of words is -1, expected 0 or more
          4  | add 0x1p-1076         | no tokens have such sums of losses and weights
          4  | add 0x1p300           | no tokens have such sums of losses and weights
          4  | add 100               | no tokens have such sums of losses and weights
          4  | add NaN               | no tokens have such sums of losses and weights
          4  | add Infinity          | no tokens have such sums of losses and weights
          10 | add 100               | no tokens have such sums of losses and weights
          10 | add NaN               | no tokens have such sums of losses and weights
          5  | add 0x1p-150          | no tokens have such sums of losses and weights
          5  | add 0.25              | no tokens have such sums of losses and weights
          11 | add -0.25             | its tokens have weights, but there are no class weights
          6  | add 100               | no tokens have such sums of losses and bytes
          6  | add NaN               | no tokens have such sums of losses and bytes
          12 | add 100               | no tokens have such sums of losses and bytes
          14 | negate                | no tokens have such sums of losses and weights
          14 | clear                 | no tokens have such sums of losses and weights
          14 | add NaN               | no tokens have such sums of losses and weights
          14 | add 0x1p600           | no tokens have such sums of losses and weights
          14 | add square 0x1p1022   | no tokens have such sums of losses and weights
          15 | add 0x1p-80           | no tokens have such sums of losses and weights
          15 | add 1e6               | no tokens have such sums of losses and weights
          16 | clear                 | no tokens have such sums of losses and weights
          16 | add 1                 | its tokens have weights, but there are no class weights
          18 | negate                | no tokens have such sums of losses and bytes
          18 | clear                 | no tokens have such sums of losses and bytes
          18 | add 50                | no tokens have such sums of losses and bytes
          18 | add square 0x1p1022   | no tokens have such sums of losses and bytes
          19 | add -1000             | no tokens have such sums of losses and bytes
          20 | clear                 | no tokens have such sums of losses and bytes
          20 | add 0.5               | no tokens have such sums of losses and bytes
          20 | add 0x1p70            | no tokens have such sums of losses and bytes
          22 | negate                | no documents have such sums
          22 | clear                 | no documents have such sums
          22 | add NaN               | no documents have such sums
          22 | add square 0x1p1022   | no documents have such sums
          23 | add 1e6               | no documents have such sums
          24 | clear                 | no documents have such sums
          24 | add 33                | its tokens have weights, but there are no class weights
          26 | negate                | no documents have such sums
          26 | add square 0x1p1022   | no documents have such sums
          27 | add 1e6               | no documents have such sums
          28 | add 0.5               | no documents have such sums
          28 | add 1e4               | no documents have such sums
          """)
  void lossesWithAnImpossibleField(int field, String change, String reason) {
    byte[] form = losses(CrossEntropyOptions.defaults()).toByteArray();
    assertRefused(changed(form, FormFields.ofLosses(form), field, change), reason);
  }

  /**
   * Of finished documents from 32: entropies, gaps, reciprocal ranks, 10 counts of ranks, and of
   * the bins: tokens and, if there are any, correct ones and probabilities, here from 56. The same
   * of tokens since from 62. Squares over tokens from 92: entropies, gaps, reciprocal ranks and
   * residuals. Squares and products of documents from 96: entropies, gaps, reciprocal ranks,
   * correct tokens from 102, ranks from 104; moments with their number from 124.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          32  | add NaN       | no tokens have such sums of entropies
          32  | add Infinity  | no tokens have such sums of entropies
          32  | negate        | no tokens have such sums of entropies
          32  | add 400       | no tokens have such sums of entropies
          32  | add 3         | no tokens have such sums of squares
          33  | add NaN       | no tokens have such sums of entropies
          33  | add -Infinity | no tokens have such sums of entropies
          33  | add -400      | no tokens have such sums of entropies
          33  | add 0x1p140   | no tokens have such sums of entropies
          33  | add 30        | no tokens have such sums of squares
          34  | negate        | no tokens have such sums of ranks
          34  | add 1e-15     | no tokens have such sums of ranks
          34  | add NaN       | no tokens have such sums of ranks
          35  | = 9           | its ranks contradict its counts
          35  | = 1           | no tokens have such sums of ranks
          45  | = 1           | no tokens have such sums of probabilities
          56  | = 9           | its bins contradict its counts
          56  | = 7           | no tokens have such sums of probabilities
          57  | = 9           | its bins contradict its counts
          57  | = 3           | its bins contradict its counts
          58  | add 0.3       | no tokens have such sums of probabilities
          58  | add -0.5      | no tokens have such sums of probabilities
          58  | add 0x1p-54   | no tokens have such sums of probabilities
          58  | add NaN       | no tokens have such sums of probabilities
          64  | add 2         | no tokens have such sums of ranks
          92  | negate        | no tokens have such sums of squares
          92  | clear         | no tokens have such sums of squares
          92  | add NaN       | no tokens have such sums of squares
          93  | add -20       | no tokens have such sums of squares
          94  | add -1        | no tokens have such sums of squares
          94  | add 3         | no tokens have such sums of squares
          95  | clear         | no tokens have such sums of squares
          95  | add -3        | no tokens have such sums of squares
          95  | add 8         | no tokens have such sums of squares
          96  | clear         | no documents have such predictions
          96  | add NaN       | no documents have such predictions
          97  | add 1         | no documents have such predictions
          98  | negate        | no documents have such predictions
          100 | add -1        | no documents have such predictions
          102 | add 0.5       | no documents have such predictions
          102 | add 7         | no documents have such predictions
          103 | add 1         | no documents have such predictions
          104 | add -1        | no documents have such predictions
          106 | add 100       | no documents have such predictions
          122 | add 2         | no documents have such predictions
          124 | = 2           | the serial form
          125 | = 5           | no documents have such predictions
          125 | = 256         | its moments are out of order
          127 | = 16          | its moments are out of order
          126 | add 1         | its tokens have weights, but there are no class weights
          126 | add 100       | no documents have such predictions
          126 | add NaN       | no documents have such moments
          126 | clear         | no documents have such moments
          128 | add 1         | no documents have such predictions
          128 | add 0x1p-107  | no documents have such moments
          130 | add -1        | no documents have such predictions
          130 | negate        | no documents have such predictions
          """)
  void predictionsWithAnImpossibleField(int field, String change, String reason) {
    byte[] form = losses(CrossEntropyOptions.defaults().predictions(true)).toByteArray();
    byte[] made = changed(form, FormFields.ofLosses(form), field, change);
    String start = field == 124 ? "" : LOSS;
    assertThatThrownBy(() -> LossAccumulator.fromByteArray(made))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(start + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5  | add 0x1p140           | no tokens have such sums of losses and weights
          5  | add 100               | no tokens have such sums of losses and weights
          5  | add -Infinity         | no tokens have such sums of losses and weights
          16 | negate                | no tokens have such sums of losses and weights
          24 | negate                | no documents have such sums
          """)
  void weightedLossesWithAnImpossibleField(int field, String change, String reason) {
    byte[] form = weighted().toByteArray();
    assertRefused(changed(form, FormFields.ofLosses(form), field, change), reason);
  }

  /** As without weights; at the end, what weights add to the bytes of documents and since. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4  | add 100               | no tokens have such sums of losses and weights
          4  | add 0x1p400           | no tokens have such sums of losses and weights
          5  | negate                | no tokens have such sums of losses and weights
          5  | add -9.25             | no tokens have such sums of losses and weights
          5  | add NaN               | no tokens have such sums of losses and weights
          11 | negate                | no tokens have such sums of losses and weights
          16 | add 9e3               | its tokens have weights, but there are no class weights
          16 | add 0x1p-600          | no tokens have such sums of losses and weights
          20 | add 9e3               | no tokens have such sums of losses and bytes
          20 | clear                 | no tokens have such sums of losses and bytes
          24 | add 9e3               | its tokens have weights, but there are no class weights
          28 | add 9e3               | no documents have such sums
          33 | add 0x1p-150          | no tokens have such sums of losses and bytes
          33 | add -11               | no tokens have such sums of losses and bytes
          33 | add 99                | no tokens have such sums of losses and bytes
          33 | add Infinity          | no tokens have such sums of losses and bytes
          34 | add NaN               | no tokens have such sums of losses and bytes
          34 | add -5.5              | no tokens have such sums of losses and bytes
          """)
  void weightedTokensWithAnImpossibleField(int field, String change, String reason) {
    byte[] form = tokenWeighted().toByteArray();
    assertRefused(changed(form, FormFields.ofLosses(form), field, change), reason);
  }

  /** The part of weights without any, where there are no tokens, twice, and of no known kind. */
  @Test
  void weightsOfTokensThatNobodyGave() {
    byte[] weighted = tokenWeighted().toByteArray();
    Field none = new Field(FormFields.Kind.SUM, new byte[3]);
    List<Field> part = List.of(FormFields.ofLosses(weighted).get(32), none, none);
    byte[] plain = losses(CrossEntropyOptions.defaults()).toByteArray();
    assertRefused(withPart(plain, part), "its tokens have weights, but there are no class weights");
    assertRefused(
        withPart(new LossAccumulator().toByteArray(), part),
        "it has weights of tokens, and no tokens");
    assertRefused(withPart(weighted, part), "it has ");
    Field unknown = new Field(FormFields.Kind.PART, new byte[] {17});
    assertRefused(withPart(plain, List.of(unknown)), "it has 1 bytes too many");
    List<Field> fields = FormFields.ofLosses(weighted);
    assertRefused(
        FormFields.form(weighted, fields.subList(0, 32)),
        "no tokens have such sums of losses and bytes");
  }

  private static byte[] withPart(byte[] form, List<Field> part) {
    List<Field> fields = new ArrayList<>(FormFields.ofLosses(form));
    fields.addAll(part);
    return FormFields.form(form, fields);
  }

  /**
   * Losses of P and Q with their squares and products from 1; tokens in documents and since 6,
   * differences 8, documents and their squares 10; divergences 14 and Δp with their counts; the
   * squares of Δp fourth from the end.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1  | add 100               | no tokens have such sums of losses
          1  | negate                | no tokens have such sums of losses
          1  | add -Infinity         | no tokens have such sums of losses
          2  | negate                | no tokens have such sums of losses
          2  | clear                 | no tokens have such sums of losses
          2  | add NaN               | no tokens have such sums of losses
          4  | add square 0x1p1022   | no tokens have such sums of losses
          5  | add -100              | no tokens have such sums of losses
          5  | add 100               | no tokens have such sums of losses
          6  | = 9223372036854775807 | its counts contradict each other
          7  | = 3                   | its counts contradict each other
          8  | add 0x1p-1074         | no documents have such sums of losses
          9  | add NaN               | no documents have such sums of losses
          9  | negate                | no documents have such sums of losses
          10 | = 5                   | its counts contradict each other
          11 | negate                | no documents have such sums of losses
          11 | clear                 | no documents have such sums of losses
          11 | add square 0x1p1022   | no documents have such sums of losses
          12 | add 1000              | no documents have such sums of losses
          13 | clear                 | no documents have such sums of losses
          13 | add 100               | no documents have such sums of losses
          14 | negate                | no tokens have such sums and counts of divergences
          14 | add 1                 | no tokens have such sums and counts of divergences
          14 | add -0.2              | no tokens have such sums and counts of divergences
          14 | add NaN               | no tokens have such sums and counts of divergences
          14 | add Infinity          | no tokens have such sums and counts of divergences
          15 | clear                 | no tokens have such sums and counts of divergences
          15 | add 1                 | no tokens have such sums and counts of divergences
          -1 | = -1                  | the number of ignored tokens is -1, expected 0 or more
          -2 | = 7                   | its counts contradict each other
          -3 | clear                 | no tokens have such sums and counts of differences of p
          -3 | add 3                 | no tokens have such sums and counts of differences of p
          -3 | add NaN               | no tokens have such sums and counts of differences of p
          -4 | add 1e-15             | no tokens have such sums and counts of differences of p
          -4 | negate                | no tokens have such sums and counts of differences of p
          """)
  void comparisonsWithAnImpossibleField(int field, String change, String reason) {
    byte[] form = comparison().toByteArray();
    List<Field> fields = FormFields.ofComparison(form);
    byte[] made = changed(form, fields, field < 0 ? field + fields.size() : field, change);
    assertThatThrownBy(() -> ComparisonAccumulator.fromByteArray(made))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(COMPARISON + reason);
  }

  /**
   * At the end: hits of P and Q with their squares and products, then tokens in documents and
   * since, differences, documents and their squares.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -13 | add 1               | no tokens have such sums of correct ones
          -13 | add 0.5             | no tokens have such sums of correct ones
          -12 | add 1               | no tokens have such sums of correct ones
          -11 | negate              | no tokens have such sums of correct ones
          -11 | add NaN             | no tokens have such sums of correct ones
          -9  | add 9               | no tokens have such sums of correct ones
          -9  | add -3              | no tokens have such sums of correct ones
          -8  | = 3                 | no tokens have such sums of correct ones
          -7  | = 9                 | no tokens have such sums of correct ones
          -6  | add 1               | no tokens have such sums of correct ones
          -5  | add 1               | no tokens have such sums of correct ones
          -4  | = 3                 | its counts contradict each other
          -3  | add 0.5             | no tokens have such sums of correct ones
          -3  | negate              | no tokens have such sums of correct ones
          -2  | add 100             | no tokens have such sums of correct ones
          -1  | clear               | no tokens have such sums of correct ones
          """)
  void comparedPredictionsWithAnImpossibleField(int field, String change, String reason) {
    byte[] form = comparison(CrossEntropyOptions.defaults().predictions(true)).toByteArray();
    List<Field> fields = FormFields.ofComparison(form);
    assertThat(FormFields.form(form, fields)).isEqualTo(form);
    assertThat(ComparisonAccumulator.fromByteArray(form).toByteArray()).isEqualTo(form);
    byte[] made = changed(form, fields, field + fields.size(), change);
    assertThatThrownBy(() -> ComparisonAccumulator.fromByteArray(made))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(COMPARISON + reason);
  }

  private static ComparisonAccumulator comparisonWithBytes() {
    ComparisonAccumulator accumulator = new ComparisonAccumulator();
    float[] other = {2, 2, 4};
    for (int document = 0; document < 3; document++) {
      accumulator.add(
          FloatTensor.of(new float[][] {ROW, other}),
          FloatTensor.of(new float[][] {other, {0, document, 1}}),
          IntTensor.of(document, 1),
          IntTensor.of(2 * document, 3));
      if (document < 2) {
        accumulator.endDocument();
      }
    }
    return accumulator;
  }

  /**
   * At the end: losses of P and Q with bytes, then the sums of their differences: from −31 the
   * counts and sums of finished documents, from −25 of the tokens since, and from −3 tokens ignored
   * and of no bytes and words.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -33 | add 100             | no tokens have such sums of losses and bytes
          -33 | negate              | no tokens have such sums of losses and bytes
          -33 | add NaN             | no tokens have such sums of losses and bytes
          -33 | add -Infinity       | no tokens have such sums of losses and bytes
          -33 | add 0x1p-20         | no tokens have such sums of losses and bytes
          -32 | add 0x1p-20         | no tokens have such sums of losses and bytes
          -32 | add Infinity        | no tokens have such sums of losses and bytes
          -32 | clear               | no tokens have such sums of losses and bytes
          -31 | = 9                 | its counts contradict each other
          -27 | add 1               | no tokens have such sums of losses and weights
          -26 | add 0.5             | no tokens have such sums of losses and bytes
          -26 | add NaN             | no tokens have such sums of losses and bytes
          -7  | = 9                 | its counts contradict each other
          -3  | = 1                 | no tokens have such sums of losses and bytes
          -2  | = 7                 | its counts contradict each other
          -1  | = 1                 | no tokens have such sums of losses and bytes
          """)
  void comparedBytesWithAnImpossibleField(int field, String change, String reason) {
    byte[] form = comparisonWithBytes().toByteArray();
    List<Field> fields = FormFields.ofComparison(form);
    assertThat(FormFields.form(form, fields)).isEqualTo(form);
    assertThat(ComparisonAccumulator.fromByteArray(form).toByteArray()).isEqualTo(form);
    byte[] made = changed(form, fields, field + fields.size(), change);
    assertThatThrownBy(() -> ComparisonAccumulator.fromByteArray(made))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(COMPARISON + reason);
  }

  /** More tokens with bytes than tokens, as of two comparisons. */
  @Test
  void comparedBytesOfOtherTokens() {
    byte[] few = comparison().toByteArray();
    ComparisonAccumulator twice = comparisonWithBytes();
    twice.combine(twice);
    byte[] many = twice.toByteArray();
    List<Field> fields = new ArrayList<>(FormFields.ofComparison(few));
    List<Field> ofMany = FormFields.ofComparison(many);
    fields.addAll(ofMany.subList(ofMany.size() - 34, ofMany.size()));
    assertThatThrownBy(() -> ComparisonAccumulator.fromByteArray(FormFields.form(few, fields)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(COMPARISON + "no tokens have such sums of losses and bytes");
  }

  /** Where nothing was counted, there is nothing to add up. */
  @ParameterizedTest
  @ValueSource(
      strings = {"add 0x1p-149", "add 1", "add NaN", "add -Infinity", "add square 0x1p999"})
  void sumsOfNothing(String change) {
    byte[] form = new LossAccumulator().toByteArray();
    List<Field> fields = FormFields.ofLosses(form);
    byte[] comparison = new ComparisonAccumulator().toByteArray();
    List<Field> ofComparison = FormFields.ofComparison(comparison);
    int sums = 0;
    for (int field = 0; field < fields.size(); field++) {
      if (fields.get(field).kind() == FormFields.Kind.SUM) {
        assertRefused(changed(form, fields, field, change), "no ");
        sums++;
      }
    }
    for (int field = 0; field < ofComparison.size(); field++) {
      if (ofComparison.get(field).kind() == FormFields.Kind.SUM) {
        byte[] made = changed(comparison, ofComparison, field, change);
        assertThatThrownBy(() -> ComparisonAccumulator.fromByteArray(made))
            .hasMessageMatching(COMPARISON + "(no |its counts contradict).*");
        sums++;
      }
    }
    assertThat(sums).isEqualTo(18 + 16);
  }

  /** More NaN and infinities in one sum than a long can count. */
  @Test
  void moreThanCanBeCounted() {
    byte[] form = new LossAccumulator().toByteArray();
    List<Field> fields = new ArrayList<>(FormFields.ofLosses(form));
    ByteBuffer sum = ByteBuffer.allocate(3 + 3 * Long.BYTES);
    sum.put((byte) 14).putShort((short) 0);
    sum.putLong(Long.MAX_VALUE).putLong(Long.MAX_VALUE).putLong(2);
    fields.set(4, new Field(FormFields.Kind.SUM, sum.array()));
    assertRefused(FormFields.form(form, fields), "a sum counts more values than any can");
  }

  @Test
  void theModelsThemselvesAreRead() {
    byte[] form = losses(CrossEntropyOptions.defaults()).toByteArray();
    assertThat(FormFields.form(form, FormFields.ofLosses(form))).isEqualTo(form);
    assertThat(LossAccumulator.fromByteArray(form).toByteArray()).isEqualTo(form);
    byte[] predicted = losses(CrossEntropyOptions.defaults().predictions(true)).toByteArray();
    assertThat(FormFields.form(predicted, FormFields.ofLosses(predicted))).isEqualTo(predicted);
    assertThat(LossAccumulator.fromByteArray(predicted).toByteArray()).isEqualTo(predicted);
    byte[] weighted = weighted().toByteArray();
    assertThat(FormFields.form(weighted, FormFields.ofLosses(weighted))).isEqualTo(weighted);
    assertThat(LossAccumulator.fromByteArray(weighted).toByteArray()).isEqualTo(weighted);
    for (boolean predictions : new boolean[] {false, true}) {
      byte[] tokenWeighted =
          tokenWeighted(CrossEntropyOptions.defaults().predictions(predictions)).toByteArray();
      List<Field> fields = FormFields.ofLosses(tokenWeighted);
      assertThat(FormFields.form(tokenWeighted, fields)).isEqualTo(tokenWeighted);
      assertThat(LossAccumulator.fromByteArray(tokenWeighted).toByteArray())
          .isEqualTo(tokenWeighted);
    }
    byte[] comparison = comparison().toByteArray();
    assertThat(FormFields.form(comparison, FormFields.ofComparison(comparison)))
        .isEqualTo(comparison);
    assertThat(ComparisonAccumulator.fromByteArray(comparison).toByteArray()).isEqualTo(comparison);
  }
}
