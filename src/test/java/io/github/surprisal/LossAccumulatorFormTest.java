/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.surprisal.sum.LossSums;
import io.github.surprisal.sum.SerialWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** The serial forms of an accumulator: recorded ones, and broken ones of every kind. */
final class LossAccumulatorFormTest {
  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final String NAME = "the serial form of a LossAccumulator is malformed: ";

  private static LossAccumulator plain() {
    return new AccumulatorCorpus(21, 30).whole(DEFAULTS);
  }

  /** With everything that there is but a known position of the NaN; an unfinished document too. */
  private static LossAccumulator everything() {
    float[] weights = new float[AccumulatorCorpus.CLASSES];
    for (int c = 0; c < weights.length; c++) {
      weights[c] = 0.25f * (c % 4);
    }
    weights[5] = Float.NaN; // never a target
    CrossEntropyOptions options =
        DEFAULTS
            .classWeights(FloatTensor.of(weights))
            .ignoreIndex(-1)
            .classAxis(-1)
            .parallel(false);
    AccumulatorCorpus corpus = new AccumulatorCorpus(22, 9);
    Arrays.setAll(corpus.targets, row -> corpus.targets[row] == -100 ? -1 : corpus.targets[row]);
    LossAccumulator accumulator = corpus.whole(options);
    float[] masked = new float[AccumulatorCorpus.CLASSES];
    masked[1] = Float.NEGATIVE_INFINITY;
    accumulator.addRow(masked, 0, masked.length, 1, 4);
    masked[3] = Float.NaN;
    return Combined.of(accumulator, new LossAccumulator(options).addRow(masked, 2));
  }

  /** Two documents and an open one of tokens that have weights, with bytes and without. */
  private static LossAccumulator tokenWeights() {
    LossAccumulator accumulator = new LossAccumulator(DEFAULTS);
    FloatTensor logits = FloatTensor.of(new float[][] {{1, 2.5f, 4}, {0, 3, 1}, {2, 2, 0}});
    IntTensor targets = IntTensor.of(0, 1, -100);
    IntTensor bytes = IntTensor.of(3, 4, 2);
    return accumulator
        .add(logits, targets, FloatTensor.of(0.1f, 1, 2), bytes)
        .endDocument()
        .add(logits, targets, FloatTensor.of(0.5f, 0, 1), bytes)
        .add(logits, targets, bytes)
        .endDocument()
        .add(logits, targets, FloatTensor.of(0.25f, 3, 1));
  }

  /** Recorded once: a JDK, or a later version of this library, has to read and write the same. */
  @Test
  void theRecordedFormsAreReadAndWritten() throws Exception {
    assertRecorded("plain", plain());
    assertRecorded("everything", everything());
    assertRecorded("token_weights", tokenWeights());
  }

  private static void assertRecorded(String name, LossAccumulator accumulator) throws Exception {
    Path recording =
        Path.of("src", "test", "resources", "serial", "loss_accumulator_" + name + "_v1.hex");
    byte[] javaForm = javaForm(accumulator);
    if (Boolean.getBoolean("surprisal.regenerate")) {
      HexFormat hex = HexFormat.of();
      Files.writeString(
          recording,
          hex.formatHex(accumulator.toByteArray()) + "\n" + hex.formatHex(javaForm) + "\n");
    }
    List<byte[]> recorded =
        Files.readAllLines(recording).stream().map(HexFormat.of()::parseHex).toList();
    assertThat(accumulator.toByteArray()).isEqualTo(recorded.get(0));
    assertThat(javaForm).isEqualTo(recorded.get(1));
    LossAccumulator read = LossAccumulator.fromByteArray(recorded.get(0));
    assertThat(read.report()).isEqualTo(accumulator.report());
    assertThat(read.options()).isEqualTo(accumulator.options());
    assertThat(((LossAccumulator) object(recorded.get(1))).report())
        .isEqualTo(accumulator.report());
  }

  private static byte[] javaForm(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object object(byte[] javaForm) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(javaForm))) {
      return in.readObject();
    }
  }

  @Test
  void aFormHasSomeHundredBytesWhateverWasAdded() {
    assertThat(new LossAccumulator().toByteArray()).hasSizeLessThan(300);
    assertThat(plain().toByteArray()).hasSizeLessThan(700);
    LossAccumulator large = new LossAccumulator();
    Random random = new Random(3);
    float[] row = new float[8];
    for (int i = 0; i < 100_000; i++) {
      for (int c = 0; c < row.length; c++) {
        row[c] = (float) (8 * random.nextGaussian());
      }
      large.addRow(row, 0, row.length, random.nextInt(row.length), random.nextInt(9));
      if (i % 100 == 99) {
        large.endDocument();
      }
    }
    System.out.println("100,000 tokens in " + large.toByteArray().length + " bytes");
    assertThat(large.toByteArray()).hasSizeLessThan(800);
  }

  @Test
  void anAccumulatorThatWasReadGoesOn() {
    LossAccumulator expected = plain();
    LossAccumulator read = LossAccumulator.fromByteArray(plain().toByteArray());
    AccumulatorCorpus more = new AccumulatorCorpus(23, 4);
    for (LossAccumulator accumulator : List.of(expected, read)) {
      more.addTo(accumulator, 0, more.rows());
      more.addRowsTo(accumulator, 0, more.rows());
      accumulator.endDocument();
      accumulator.combine(plain());
    }
    assertThat(read.report()).isEqualTo(expected.report());
    assertThat(read.toByteArray()).isEqualTo(expected.toByteArray());
  }

  private static void assertRejected(byte[] form) {
    assertThatThrownBy(() -> LossAccumulator.fromByteArray(form))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(NAME);
  }

  @Test
  void everyCorruptedByteAndEveryTruncationIsRejected() {
    for (LossAccumulator accumulator : List.of(plain(), everything())) {
      byte[] form = accumulator.toByteArray();
      for (int length = 0; length < form.length; length++) {
        assertRejected(Arrays.copyOf(form, length));
      }
      assertRejected(Arrays.copyOf(form, form.length + 1));
      assertRejected(Arrays.copyOf(form, 2 * form.length));
      for (int i = 0; i < form.length; i++) {
        byte original = form[i];
        for (int change = 1; change < 256; change++) {
          form[i] = (byte) (original ^ change);
          assertRejected(form);
        }
        form[i] = original;
      }
    }
  }

  private static byte[] withRightChecksum(byte[] form) {
    int end = form.length - Integer.BYTES;
    ByteBuffer.wrap(form).putInt(end, SerialWriter.checksum(form, end));
    return form;
  }

  /** What someone does who can compute a checksum. */
  @Test
  void aForgedFormIsRejectedOrTheOnlyOneOfWhatItSays() {
    int[] decoded = new int[1];
    IntConsumer trial =
        seed -> {
          byte[] form = (seed % 2 == 0 ? plain() : everything()).toByteArray();
          Random random = new Random(seed);
          for (int i = 0; i < form.length - Integer.BYTES; i++) {
            byte original = form[i];
            for (int change = 1; change < 256; change += 1 + random.nextInt(20)) {
              form[i] = (byte) (original ^ change);
              decoded[0] += decodes(withRightChecksum(form)) ? 1 : 0;
            }
            form[i] = original;
          }
          for (int length = 9; length < form.length; length++) {
            assertThat(decodes(withRightChecksum(Arrays.copyOf(form, length)))).isFalse();
          }
          assertThat(decodes(withRightChecksum(Arrays.copyOf(form, form.length + 1)))).isFalse();
        };
    for (int seed = 0; seed < 4; seed++) {
      trial.accept(seed);
    }
    assertThat(decoded[0]).as("forms that say something else, but properly").isPositive();
  }

  private static boolean decodes(byte[] form) {
    LossAccumulator read;
    try {
      read = LossAccumulator.fromByteArray(form);
    } catch (IllegalArgumentException malformed) {
      assertThat(malformed)
          .hasMessageMatching(
              "(?s)("
                  + NAME
                  + "|labelSmoothing|classAxis|reduction|temperature|zLoss|classWeights|vocabulary).*");
      return false;
    }
    assertThat(read.toByteArray()).isEqualTo(form);
    read.report(); // whatever it says, it must not fail
    try {
      read.combine(read);
      read.report();
    } catch (IllegalArgumentException full) {
      assertThat(full).hasMessageContaining(" in all");
      assertThat(read.toByteArray()).isEqualTo(form);
    }
    return true;
  }

  @Test
  void randomBytesAreRejected() {
    Random random = new Random(9);
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] form = new byte[random.nextInt(400)];
      random.nextBytes(form);
      if (form.length > 9) {
        System.arraycopy(new LossAccumulator().toByteArray(), 0, form, 0, 5);
        withRightChecksum(form);
      }
      assertThat(decodes(form)).isFalse();
    }
  }

  @Test
  void contradictionsAreRejected() {
    LossSums sums = new LossSums();
    sums.add(1, 1, 3);
    SerialWriter out = new SerialWriter(0x53724c61, 1);
    DEFAULTS.writeTo(out);
    sums.writeTo(out);
    byte[] form = out.toByteArray();
    assertThat(LossAccumulator.fromByteArray(form).report().scoredBytes()).isEqualTo(3);
    int zeroByteTokens = form.length - Integer.BYTES - 2 * Long.BYTES;
    ByteBuffer.wrap(form).putLong(zeroByteTokens, 1);
    assertThatThrownBy(() -> LossAccumulator.fromByteArray(withRightChecksum(form)))
        .hasMessage(NAME + "its counts contradict each other");
    ByteBuffer.wrap(form).putLong(zeroByteTokens, -1);
    assertThatThrownBy(() -> LossAccumulator.fromByteArray(withRightChecksum(form)))
        .hasMessage(NAME + "the number of tokens of 0 bytes is -1, expected 0 or more");
  }

  @Test
  void aHostileLengthTakesNoMemory() {
    SerialWriter out = new SerialWriter(0x53724c61, 1);
    DEFAULTS.writeTo(out);
    byte[] form = out.toByteArray();
    form[form.length - 5] |= 4; // class weights, whose length follows
    byte[] hostile = Arrays.copyOf(form, form.length + Integer.BYTES);
    ByteBuffer.wrap(hostile).putInt(form.length - Integer.BYTES, Integer.MAX_VALUE);
    withRightChecksum(hostile);
    assertRejected(hostile);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertRejected(hostile);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000);
  }

  @Test
  void javaSerializationRejectsBrokenForms() throws Exception {
    byte[] javaForm = javaForm(plain());
    byte[] form = plain().toByteArray();
    int start = indexOf(javaForm, form);
    javaForm[start + 20] ^= 1;
    assertThatThrownBy(() -> object(javaForm))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessage(NAME + "its checksum is wrong");
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  /** A stream that names the class itself, and not its proxy, gets no accumulator. */
  @Test
  void onlyTheProxyIsRead() throws Exception {
    String name = LossAccumulator.class.getName();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    var out = new java.io.DataOutputStream(bytes);
    out.writeShort(0xaced);
    out.writeShort(5);
    out.writeByte(0x73); // an object
    out.writeByte(0x72); // of a class
    out.writeUTF(name);
    out.writeLong(1); // serialVersionUID
    out.writeByte(2); // serializable
    out.writeShort(0); // no fields
    out.writeByte(0x78);
    out.writeByte(0x70);
    assertThatThrownBy(() -> object(bytes.toByteArray()))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessage("a LossAccumulator is written as its proxy");
  }
}
