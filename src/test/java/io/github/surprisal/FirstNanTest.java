/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.surprisal.FormFields.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the first row with NaN is, and how many there are: of whole corpora and of parts. */
final class FirstNanTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final int IGNORED = DEFAULTS.ignoreIndex();
  private static final float[] GOOD = {1, 2};
  private static final float[] BAD = {Float.NaN, 2};
  private static final OptionalLong NONE = OptionalLong.empty();

  private static OptionalLong at(long position) {
    return OptionalLong.of(position);
  }

  private static void assertNans(LossAccumulator accumulator, long nans, OptionalLong first) {
    LossReport report = accumulator.report();
    assertThat(report.nanTokens()).isEqualTo(nans);
    assertThat(report.firstNan()).isEqualTo(first);
  }

  private static void assertNans(ComparisonAccumulator accumulator, long nans, OptionalLong first) {
    ComparisonReport report = accumulator.report();
    assertThat(report.nanTokens()).isEqualTo(nans);
    assertThat(report.firstNan()).isEqualTo(first);
  }

  @Test
  void rowsAreCountedFromZeroIgnoredOnesToo() {
    LossAccumulator accumulator = new LossAccumulator().addRow(GOOD, 0).addRow(BAD, IGNORED);
    assertNans(accumulator, 0, NONE);
    accumulator.addLogProb(-1).addLogProbs(new double[] {-1, -2});
    assertNans(accumulator, 0, NONE);
    assertNans(accumulator.addRow(BAD, 0, 2, 1, 1), 1, at(5));
    assertNans(accumulator.endDocument().addRow(BAD, 1), 2, at(5));
    assertNans(accumulator.startAt(3).addRow(BAD, 1), 3, at(3));
  }

  @Test
  void eitherModelMayHoldTheNan() {
    ComparisonAccumulator accumulator = new ComparisonAccumulator().addRow(BAD, BAD, IGNORED);
    assertNans(accumulator.addRow(GOOD, GOOD, 0), 0, NONE);
    assertNans(accumulator.addRow(GOOD, BAD, 0), 1, at(2));
    assertNans(accumulator.addRow(BAD, GOOD, 0).endDocument(), 2, at(2));
    assertNans(new ComparisonAccumulator().startAt(7).addRow(BAD, GOOD, 0), 1, at(7));
    float[] masked = {Float.NEGATIVE_INFINITY, 0};
    assertNans(new ComparisonAccumulator().addRow(GOOD, masked, 0), 0, NONE); // infinite, not NaN
  }

  /** Batches that are held apart, with sums of their own, and on several threads. */
  @ParameterizedTest
  @CsvSource({"1, 2", "9, 2", "127, 2", "128, 3", "129, 3", "1000, 2", "600, 1024"})
  void aRowOfABatchIsFoundWhereItStands(int rows, int classes) {
    Random random = new Random(rows);
    for (int trial = 0; trial < 12; trial++) {
      CrossEntropyOptions options = DEFAULTS.parallel(trial % 2 == 0);
      float[] logits = new float[rows * classes];
      int[] bad = random.ints(random.nextInt(4), 0, rows).distinct().toArray();
      for (int row : bad) {
        logits[row * classes + random.nextInt(classes)] = Float.NaN;
      }
      int[] targets = random.ints(rows, -1, 2).map(t -> t < 0 ? IGNORED : t).toArray();
      int[] found = IntStream.of(bad).filter(row -> targets[row] != IGNORED).sorted().toArray();
      OptionalLong first = found.length == 0 ? NONE : at(found[0] + 5L);
      FloatTensor good = FloatTensor.wrap(new float[logits.length], rows, classes);
      FloatTensor batch = FloatTensor.wrap(logits, rows, classes);
      IntTensor correct = IntTensor.wrap(targets, rows);
      assertNans(new LossAccumulator(options).startAt(5).add(batch, correct), found.length, first);
      assertNans(
          new ComparisonAccumulator(options).startAt(5).add(good, batch, correct),
          found.length,
          first);
      LossAccumulator counted = new LossAccumulator(options).addLogProbs(new double[5]);
      assertNans(counted.add(batch, correct), found.length, first);
      long next = rows + 5L;
      assertNans(
          counted.addRow(BAD, 0),
          found.length + 1L,
          first.isPresent() ? first : at(next)); // all rows of the batch have been counted
    }
  }

  /** A part of a corpus, and what its rows are. */
  private record Part(LossAccumulator losses, ComparisonAccumulator compared, List<Row> rows) {

    static Part some(Random random) {
      Part part = new Part(new LossAccumulator(), new ComparisonAccumulator(), new ArrayList<>());
      boolean isPlaced = random.nextBoolean();
      long next = 0;
      for (int step = random.nextInt(4); step > 0; step--) {
        if (isPlaced) {
          next = random.nextInt(100);
          part.losses.startAt(next);
          part.compared.startAt(next);
        }
        for (int row = random.nextInt(3); row > 0; row--) {
          boolean isNan = random.nextInt(3) == 0;
          int target = random.nextInt(3) == 0 ? IGNORED : 0;
          part.losses.addRow(isNan ? BAD : GOOD, target);
          part.compared.addRow(GOOD, isNan ? BAD : GOOD, target);
          part.rows.add(new Row(next++, isPlaced, isNan && target != IGNORED));
        }
      }
      return part;
    }

    /** The two in one, of which either may have travelled. */
    Part with(Part other, Random random) {
      LossAccumulator left = random.nextBoolean() ? losses : sent(losses);
      ComparisonAccumulator right = random.nextBoolean() ? compared : sent(compared);
      left.combine(random.nextBoolean() ? other.losses : sent(other.losses));
      right.combine(random.nextBoolean() ? other.compared : sent(other.compared));
      List<Row> all = new ArrayList<>(rows);
      all.addAll(other.rows);
      return new Part(left, right, all);
    }

    private static LossAccumulator sent(LossAccumulator accumulator) {
      return LossAccumulator.fromByteArray(accumulator.toByteArray());
    }

    private static ComparisonAccumulator sent(ComparisonAccumulator accumulator) {
      return ComparisonAccumulator.fromByteArray(accumulator.toByteArray());
    }
  }

  private record Row(long position, boolean isPlaced, boolean isNan) {}

  /** The rule in other words, against parts that are merged in any order, and sent in between. */
  @Test
  void theOrderOfMergingDoesNotMatter() {
    int[] outcomes = new int[3];
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      List<Part> parts = new ArrayList<>();
      int count = 1 + random.nextInt(4);
      for (int i = 0; i < count; i++) {
        parts.add(Part.some(random));
      }
      boolean isSole = parts.stream().filter(part -> !part.rows.isEmpty()).count() <= 1;
      while (parts.size() > 1) {
        Part first = parts.remove(random.nextInt(parts.size()));
        Part second = parts.remove(random.nextInt(parts.size()));
        parts.add(first.with(second, random));
      }
      Part all = parts.get(0);
      List<Row> nans = all.rows.stream().filter(Row::isNan).toList();
      boolean isKnown = isSole || nans.stream().allMatch(Row::isPlaced);
      OptionalLong first = nans.stream().mapToLong(Row::position).min();
      outcomes[nans.isEmpty() ? 0 : isKnown ? 1 : 2]++;
      assertNans(all.losses, nans.size(), isKnown ? first : NONE);
      assertNans(all.compared, nans.size(), isKnown ? first : NONE);
    }
    assertThat(outcomes).doesNotContain(0);
  }

  @Test
  void combiningLeavesThePlaceAndForgetsTheCount() {
    LossAccumulator placed = new LossAccumulator().startAt(10).addRow(GOOD, 0);
    placed.combine(new LossAccumulator().addRow(GOOD, 0));
    assertNans(placed.addRow(BAD, 0), 1, at(11));

    LossAccumulator counted = new LossAccumulator().addRow(GOOD, 0);
    counted.combine(new LossAccumulator());
    assertNans(Combined.of(new LossAccumulator(), counted).addRow(BAD, 0), 1, at(1));
    counted.combine(new LossAccumulator().addRow(GOOD, 0));
    LossAccumulator copy = Combined.of(new LossAccumulator(), counted);
    assertNans(counted.addRow(BAD, 0), 1, NONE);
    assertNans(copy.startAt(8).addRow(BAD, 0), 1, at(8));

    LossAccumulator total = new LossAccumulator();
    total.combine(new LossAccumulator().startAt(3).addRow(BAD, 0));
    assertNans(total, 1, at(3));
    assertNans(total.addRow(BAD, 0), 2, NONE);
  }

  @Test
  void whatWasReadGoesOnAsFarAsItIsKnown() {
    LossAccumulator counted = new LossAccumulator().addRow(GOOD, 0).addRow(BAD, 0);
    LossAccumulator read = LossAccumulator.fromByteArray(counted.toByteArray());
    assertNans(read.addRow(BAD, 0), 2, at(1));
    LossAccumulator good = new LossAccumulator().addRow(GOOD, 0);
    byte[] form = good.toByteArray();
    assertNans(LossAccumulator.fromByteArray(form).addRow(BAD, 0), 1, NONE);
    assertNans(LossAccumulator.fromByteArray(form).startAt(1).addRow(BAD, 0), 1, at(1));
    byte[] empty = new LossAccumulator().toByteArray();
    assertNans(LossAccumulator.fromByteArray(empty).addRow(BAD, 0), 1, at(0));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE})
  void aPositionIsNotNegative(long row) {
    String message = "row is " + row + ", expected 0 or more: the position in the corpus";
    assertThatThrownBy(() -> new LossAccumulator().startAt(row))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
    assertThatThrownBy(() -> new ComparisonAccumulator().startAt(row))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void noPositionIsBeyondTheLargest() {
    LossAccumulator accumulator = new LossAccumulator().startAt(Long.MAX_VALUE);
    assertNans(accumulator.addRow(BAD, 0), 1, at(Long.MAX_VALUE));
    assertNans(LossAccumulator.fromByteArray(accumulator.toByteArray()), 1, at(Long.MAX_VALUE));
    assertNans(accumulator.addRow(BAD, 0), 2, NONE);
    FloatTensor batch = FloatTensor.wrap(new float[600], 300, 2);
    accumulator =
        new LossAccumulator()
            .startAt(Long.MAX_VALUE - 9)
            .add(batch, IntTensor.wrap(new int[300], 300));
    assertNans(accumulator.addRow(BAD, 0), 1, NONE);
  }

  @Test
  void equalContentsGiveEqualBytes() {
    LossAccumulator forwards = new LossAccumulator().startAt(0).addRow(BAD, 0).addRow(GOOD, 0);
    LossAccumulator backwards = new LossAccumulator().startAt(1).addRow(GOOD, 0);
    backwards.startAt(0).addRow(BAD, 0);
    assertThat(forwards.toByteArray()).isEqualTo(backwards.toByteArray());
    LossAccumulator counted = new LossAccumulator().addRow(BAD, 0).addRow(GOOD, 0);
    assertThat(counted.report()).isEqualTo(forwards.report());
    LossAccumulator good = new LossAccumulator().startAt(7).addRow(GOOD, 0);
    assertThat(good.toByteArray()).isEqualTo(new LossAccumulator().addRow(GOOD, 0).toByteArray());
  }

  /** The last two fields: how the position is known, and the position. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -2 | = 0 | its first NaN has the source 0
          -2 | = 3 | its first NaN has the source 3
          -1 | = 2 | its first NaN is at 2, but 2 of 3 rows are NaN
          """)
  void impossiblePositionsAreRefused(int field, String change, String reason) {
    byte[] form = new LossAccumulator().addRow(GOOD, 0).addRow(BAD, 0).addRow(BAD, 0).toByteArray();
    List<Field> fields = new ArrayList<>(FormFields.ofLosses(form));
    assertThat(FormFields.form(form, fields)).isEqualTo(form);
    int number = field + fields.size();
    fields.set(number, FormFields.changed(fields.get(number), change));
    assertThatThrownBy(() -> LossAccumulator.fromByteArray(FormFields.form(form, fields)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the serial form of a LossAccumulator is malformed: " + reason);
  }

  @Test
  void aPositionWithoutNanIsRefused() {
    byte[] form = new LossAccumulator().addRow(GOOD, 0).toByteArray();
    byte[] longer = Arrays.copyOf(form, form.length + 2);
    longer[form.length - FormFields.CHECKSUM] = 1;
    longer[form.length - FormFields.CHECKSUM + 1] = 0;
    assertThatThrownBy(() -> LossAccumulator.fromByteArray(FormFields.withRightChecksum(longer)))
        .hasMessageEndingWith("it has 2 bytes too many");
  }

  @Test
  void reportsNameIt() {
    LossAccumulator one = new LossAccumulator().startAt(1234).addRow(BAD, 0);
    assertThat(one.report().toString())
        .contains("NaN              1 scored token, at position 1,234 (counted from 0)\n");
    assertThat(one.report().toJson("nanTokens", "firstNan"))
        .isEqualTo("{\"nanTokens\":1,\"firstNan\":1234}");
    one.combine(new LossAccumulator().addRow(BAD, 0));
    assertThat(one.report().toString())
        .contains("NaN              2 scored tokens, the first at an unknown position\n");
    assertThat(one.report().toJson("nanTokens", "firstNan"))
        .isEqualTo("{\"nanTokens\":2,\"firstNan\":null}");
    assertThat(new LossAccumulator().addRow(GOOD, 0).report().toString()).doesNotContain("NaN");
    ComparisonReport report =
        new ComparisonAccumulator().addRow(GOOD, BAD, 0).addRow(BAD, GOOD, 0).report();
    assertThat(report.toString())
        .contains("NaN               2 scored tokens, the first at position 0 (counted from 0)\n");
    assertThat(report.toJson()).contains("\"nanTokens\":2,\"firstNan\":0,");
  }
}
