/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Arguments in the wrong order are an error, and not a plausible number. */
final class SwappedArgumentsTest {

  private static final int CLASSES = 2_048;
  private static final int ROWS = 40;
  private static final Random RANDOM = new Random(8);
  private static final float[] DATA = AdversarialRows.normal(ROWS * CLASSES, RANDOM, 3, 0);
  private static final FloatTensor LOGITS = FloatTensor.wrap(DATA, ROWS, CLASSES);
  private static final IntTensor TARGETS =
      IntTensor.wrap(RANDOM.ints(ROWS, 0, CLASSES).toArray(), ROWS);
  private static final byte[][] VOCABULARY = new byte[CLASSES][];

  static {
    for (int token = 0; token < CLASSES; token++) {
      VOCABULARY[token] = new byte[1 + token % 7];
    }
  }

  private static final TokenBytes TOKEN_BYTES = TokenBytes.of(VOCABULARY);

  private static void assertRefused(ThrowingCallable call, String beginning) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(beginning);
  }

  @Test
  void targetsAndByteCounts() {
    IntTensor counts = TOKEN_BYTES.lengths(TARGETS);
    CrossEntropyOptions options = CrossEntropyOptions.defaults();
    LossReport right = Metrics.evaluate(LOGITS, TARGETS, counts, options);
    assertThat(Metrics.evaluate(LOGITS, TARGETS, TOKEN_BYTES, options)).isEqualTo(right);
    LossAccumulator accumulator = new LossAccumulator();
    byte[] empty = accumulator.toByteArray();
    assertRefused(() -> Metrics.evaluate(LOGITS, counts, TARGETS, options), "tokenBytes at index ");
    assertRefused(() -> accumulator.add(LOGITS, counts, TARGETS), "tokenBytes at index ");
    assertThatThrownBy(() -> accumulator.add(LOGITS, counts, TARGETS))
        .hasMessageContaining("expected 0 to 512: are targets and byte counts swapped?");
    IntTensor ignored = IntTensor.of(5, -100);
    assertRefused(
        () -> accumulator.add(LOGITS.slice(0, 2), IntTensor.of(3, 1), ignored),
        "tokenBytes at index (1) is -100, expected 0 to 512");
    assertThat(accumulator.toByteArray()).isEqualTo(empty);
  }

  @Test
  void byteCountsUpToTheLargest() {
    FloatTensor row = LOGITS.slice(0, 1);
    IntTensor target = IntTensor.of(3);
    LossAccumulator accumulator = new LossAccumulator();
    accumulator.add(row, target, IntTensor.of(TokenBytes.MAX_BYTE_COUNT));
    assertRefused(
        () -> accumulator.add(row, target, IntTensor.of(TokenBytes.MAX_BYTE_COUNT + 1)),
        "tokenBytes at index (0) is 513, expected 0 to 512");
    assertRefused(
        () -> accumulator.addRow(DATA, 0, CLASSES, 3, 513), "bytes is 513, expected 0 to 512");
    byte[][] longToken = VOCABULARY.clone();
    longToken[3] = new byte[700];
    accumulator.add(row, target, TokenBytes.of(longToken));
    accumulator.addRow(DATA, 0, CLASSES, 3, 512);
    assertThat(accumulator.report().scoredBytes()).isEqualTo(512 + 700 + 512);
  }

  /** Every order of the three integers that place a row, for rows anywhere in a matrix. */
  @Test
  void offsetLengthAndTarget() {
    LossAccumulator accumulator = new LossAccumulator();
    for (int row : new int[] {0, 1, 2, 9, ROWS - 1}) {
      for (int target : new int[] {1, 3, 77, CLASSES - 1}) {
        int offset = row * CLASSES;
        accumulator.addRow(DATA, offset, CLASSES, target, 1);
        assertNotTaken(accumulator, target, CLASSES, offset);
        assertNotTaken(accumulator, offset, target, CLASSES);
        if (offset != CLASSES) { // or it would be the same
          assertNotTaken(accumulator, CLASSES, offset, target);
        }
      }
    }
    assertThat(accumulator.report().scoredTokens()).isEqualTo(20);
  }

  private static void assertNotTaken(
      LossAccumulator accumulator, int offset, int length, int target) {
    assertThatThrownBy(() -> accumulator.addRow(DATA, offset, length, target, 1))
        .as("offset %d, length %d, target %d", offset, length, target)
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anOffsetWithinTheFirstRow() {
    LossAccumulator accumulator = new LossAccumulator();
    assertThatThrownBy(() -> accumulator.addRow(new float[30], 3, 10, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "offset is 3, expected 0, or no less than the length 10, where the next row begins: are"
                + " offset, length and target in this order? For a row elsewhere, give addRow"
                + " FloatTensor.wrapAt(logits, offset, length)");
    accumulator.addRow(new float[30], 10, 10, 0, 1); // the second of three rows
    accumulator.addRow(new float[30], 16, 10, 0, 1); // the second of rows with a gap
    accumulator.addRow(FloatTensor.wrapAt(new float[30], 3, 10), 0);
    assertThat(accumulator.report().scoredTokens()).isEqualTo(3);
  }

  @Test
  void rowsOfEveryKindCountTheSame() {
    LossAccumulator expected = new LossAccumulator().add(LOGITS, TARGETS, TOKEN_BYTES);
    LossAccumulator arrays = new LossAccumulator();
    LossAccumulator buffers = new LossAccumulator();
    LossAccumulator tensors = new LossAccumulator();
    FloatBuffer buffer = FloatBuffer.wrap(DATA);
    for (int row = 0; row < ROWS; row++) {
      int target = TARGETS.get(row);
      FloatTensor tensor = FloatTensor.wrapAt(DATA, row * CLASSES, CLASSES);
      arrays.addRow(tensor.toArray(), target, TOKEN_BYTES);
      tensors.addRow(tensor, target, TOKEN_BYTES);
      buffer.position(row * CLASSES).limit((row + 1) * CLASSES);
      buffers.addRow(buffer, target, TOKEN_BYTES);
      assertThat(buffer.position()).isEqualTo(row * CLASSES);
      buffer.clear();
    }
    assertThat(arrays.toByteArray()).isEqualTo(expected.toByteArray());
    assertThat(tensors.toByteArray()).isEqualTo(expected.toByteArray());
    assertThat(buffers.toByteArray()).isEqualTo(expected.toByteArray());
    LossAccumulator ignored = new LossAccumulator();
    ignored.addRow(new float[3], -100, TOKEN_BYTES);
    ignored.addRow(FloatTensor.of(1, 2, 3), -100, TOKEN_BYTES);
    ignored.addRow(FloatBuffer.wrap(new float[3]), -100);
    assertThat(ignored.report().ignoredTokens()).isEqualTo(3);
  }

  @Test
  void rowsOfComparisonsCountAsInABatch() {
    float[] others = AdversarialRows.normal(ROWS * CLASSES, RANDOM, 3, 0);
    ComparisonAccumulator expected =
        new ComparisonAccumulator().add(LOGITS, FloatTensor.wrap(others, ROWS, CLASSES), TARGETS);
    ComparisonAccumulator arrays = new ComparisonAccumulator();
    ComparisonAccumulator buffers = new ComparisonAccumulator();
    for (int row = 0; row < ROWS; row++) {
      FloatTensor p = FloatTensor.wrapAt(DATA, row * CLASSES, CLASSES);
      FloatTensor q = FloatTensor.wrapAt(others, row * CLASSES, CLASSES);
      arrays.addRow(p.toArray(), q.toArray(), TARGETS.get(row));
      buffers.addRow(
          FloatBuffer.wrap(DATA, row * CLASSES, CLASSES),
          FloatBuffer.wrap(others, row * CLASSES, CLASSES),
          TARGETS.get(row));
    }
    assertThat(arrays.toByteArray()).isEqualTo(expected.toByteArray());
    assertThat(buffers.toByteArray()).isEqualTo(expected.toByteArray());
    assertRefused(
        () -> arrays.addRow(new float[3], new float[4], 1), "rowQ has shape (4), expected (3)");
    assertRefused(() -> arrays.addRow(new float[3], new float[3], 3), "target is 3, expected 0 <=");
  }

  @Test
  void rowsThatAreNone() {
    LossAccumulator accumulator = new LossAccumulator();
    FloatTensor matrix = FloatTensor.of(new float[][] {{1, 2}, {3, 4}});
    assertRefused(
        () -> accumulator.addRow(matrix, 1),
        "row has shape (2, 2), expected rank 1: give several rows to add");
    assertRefused(() -> accumulator.addRow(FloatTensor.of(1, 2), 2), "target is 2, expected 0 <=");
    TokenBytes two = TokenBytes.of(new byte[][] {{1}, null});
    assertRefused(
        () -> accumulator.addRow(new float[3], 2, two), "target is 2, expected 0 <= target < 2");
    assertRefused(
        () -> accumulator.addRow(FloatTensor.of(1, 2, 3), 1, two),
        "target is 1, a hole of the vocabulary");
    assertRefused(
        () -> accumulator.add(matrix, IntTensor.of(0, 1), two), "target at index (1) is 1, a hole");
    assertThat(accumulator.report()).isEqualTo(new LossAccumulator().report());
  }
}
