/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.surprisal.sum.ComparisonSums;
import io.github.surprisal.sum.DistributionSums;
import io.github.surprisal.sum.DocumentDifferences;
import io.github.surprisal.sum.ExactSum;
import io.github.surprisal.sum.Moments;
import io.github.surprisal.sum.PairedLosses;
import io.github.surprisal.sum.RatioMoments;
import io.github.surprisal.sum.SerialReader;
import io.github.surprisal.sum.SerialWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any partition, order and merge tree of a corpus, through serial forms too: one bit pattern. */
final class ComparisonMergingTest {
  private static final long SEED = 20_240_817;
  private static final int TRIALS = 1000;
  private static final int ROWS = 60;
  private static final int CLASSES = 23;
  private static final CrossEntropyOptions OPTIONS = CrossEntropyOptions.defaults().ignoreIndex(3);

  /** Rows of two models: near each other, far apart, or equal; some masked. */
  private static final class Corpus {
    final float[][] p = new float[ROWS][];
    final float[][] q = new float[ROWS][];
    final int[] targets = new int[ROWS];
    final int[] bytes = new int[ROWS];
    final boolean isPlaced;
    final boolean hasBytes;

    Corpus(Random random, float mask, boolean hasBytes) {
      this.hasBytes = hasBytes;
      for (int row = 0; row < ROWS; row++) {
        float scale = (float) StrictMath.pow(10, random.nextInt(4) - 2);
        p[row] = AdversarialRows.normal(CLASSES, random, 5, 0);
        q[row] = p[row].clone();
        for (int c = 0; c < CLASSES && row % 10 != 0; c++) {
          q[row][c] += (float) (scale * random.nextGaussian());
        }
        targets[row] = random.nextInt(CLASSES);
        bytes[row] = targets[row] % 5;
      }
      isPlaced = Float.isNaN(mask); // or the first NaN would be at the position in its part
      q[5][targets[5]] = mask;
      p[6][(targets[6] + 1) % CLASSES] = mask;
    }

    void addTo(ComparisonAccumulator accumulator, List<Integer> rows) {
      if (isPlaced) {
        rows.forEach(r -> addPlaced(accumulator.startAt(r), r));
        return;
      }
      addTo(accumulator, rows, hasBytes);
    }

    private void addPlaced(ComparisonAccumulator accumulator, int row) {
      if (hasBytes) {
        addTo(accumulator, List.of(row), true);
      } else {
        accumulator.addRow(p[row], q[row], targets[row]);
      }
    }

    private void addTo(ComparisonAccumulator accumulator, List<Integer> rows, boolean withBytes) {
      FloatTensor batchP = FloatTensor.of(rows.stream().map(r -> p[r]).toArray(float[][]::new));
      FloatTensor batchQ = FloatTensor.of(rows.stream().map(r -> q[r]).toArray(float[][]::new));
      int[] batchTargets = rows.stream().mapToInt(r -> targets[r]).toArray();
      if (withBytes) {
        int[] batchBytes = rows.stream().mapToInt(r -> bytes[r]).toArray();
        accumulator.add(batchP, batchQ, IntTensor.of(batchTargets), IntTensor.of(batchBytes));
      } else {
        accumulator.add(batchP, batchQ, IntTensor.of(batchTargets));
      }
    }

    ComparisonAccumulator whole() {
      ComparisonAccumulator accumulator = new ComparisonAccumulator(OPTIONS);
      List<Integer> rows = new ArrayList<>();
      for (int row = 0; row < ROWS; row++) {
        rows.add(row);
      }
      addTo(accumulator, rows);
      return accumulator;
    }

    /** One random partition, order and merge tree. */
    ComparisonAccumulator inParts(Random random) throws Exception {
      List<Integer> rows = new ArrayList<>();
      for (int row = 0; row < ROWS; row++) {
        rows.add(row);
      }
      Collections.shuffle(rows, random);
      List<ComparisonAccumulator> parts = new ArrayList<>();
      for (int from = 0; from < ROWS; ) {
        int to = Math.min(ROWS, from + 1 + random.nextInt(20));
        if (parts.isEmpty() || random.nextBoolean()) {
          parts.add(new ComparisonAccumulator(OPTIONS));
        }
        addTo(parts.get(random.nextInt(parts.size())), rows.subList(from, to));
        from = to;
      }
      while (parts.size() > 1) {
        ComparisonAccumulator one = sent(parts.remove(random.nextInt(parts.size())), random);
        int other = random.nextInt(parts.size());
        parts.set(other, Combined.of(sent(parts.get(other), random), one));
      }
      return sent(parts.get(0), random);
    }
  }

  /** As it is, or through one of the two serial forms. */
  private static ComparisonAccumulator sent(ComparisonAccumulator accumulator, Random random)
      throws Exception {
    return switch (random.nextInt(3)) {
      case 0 -> ComparisonAccumulator.fromByteArray(accumulator.toByteArray());
      case 1 -> (ComparisonAccumulator) deserialized(serialized(accumulator));
      default -> accumulator;
    };
  }

  private static byte[] serialized(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object deserialized(byte[] bytes) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, false",
    "-Infinity, false",
    "NaN, false",
    "0, true",
    "-Infinity, true",
    "NaN, true"
  })
  void everyWayToMergeGivesTheSameBits(float mask, boolean hasBytes) throws Exception {
    Random random = new Random(SEED);
    Corpus corpus = new Corpus(random, mask, hasBytes);
    ComparisonAccumulator whole = corpus.whole();
    ComparisonReport report = whole.report();
    byte[] form = whole.toByteArray();
    assertThat(report.ignoredTokens()).isPositive();
    for (int trial = 0; trial < TRIALS; trial++) {
      ComparisonAccumulator merged = corpus.inParts(random);
      assertThat(merged.report()).as("seed %d, trial %d", SEED, trial).isEqualTo(report);
      assertThat(merged.toByteArray()).isEqualTo(form);
      assertThat(merged.report()).hasToString(report.toString());
    }
  }

  private static ComparisonAccumulator some(boolean hasBytes) {
    return new Corpus(new Random(1), 0, hasBytes).whole();
  }

  @Test
  void theFormKeepsOptions() {
    CrossEntropyOptions options = OPTIONS.classAxis(1).parallel(false).ignoreIndex(-7);
    ComparisonAccumulator read =
        ComparisonAccumulator.fromByteArray(new ComparisonAccumulator(options).toByteArray());
    assertThat(read.options()).isEqualTo(options);
    assertThat(read.report()).isEqualTo(new ComparisonAccumulator(options).report());
  }

  /** Forms of documents with bytes and predictions, as they were when they were recorded. */
  @Test
  void theFormIsAsRecorded() throws Exception {
    Corpus corpus = new Corpus(new Random(SEED), 0, true);
    ComparisonAccumulator accumulator =
        new ComparisonAccumulator(OPTIONS.predictions(true).vocabulary(CLASSES));
    for (int from = 0; from < ROWS; from += 12) {
      corpus.addTo(accumulator, IntStream.range(from, from + 12).boxed().toList());
      accumulator.endDocument();
    }
    Path recording =
        Path.of("src", "test", "resources", "serial", "comparison_accumulator_bytes_v1.hex");
    if (Boolean.getBoolean("surprisal.regenerate")) {
      HexFormat hex = HexFormat.of();
      Files.writeString(
          recording,
          hex.formatHex(accumulator.toByteArray())
              + "\n"
              + hex.formatHex(serialized(accumulator))
              + "\n");
    }
    List<byte[]> recorded =
        Files.readAllLines(recording).stream().map(HexFormat.of()::parseHex).toList();
    assertThat(accumulator.toByteArray()).isEqualTo(recorded.get(0));
    assertThat(serialized(accumulator)).isEqualTo(recorded.get(1));
    assertThat(ComparisonAccumulator.fromByteArray(recorded.get(0)).report())
        .isEqualTo(accumulator.report());
    assertThat(((ComparisonAccumulator) deserialized(recorded.get(1))).report())
        .isEqualTo(accumulator.report());
  }

  @Test
  void theFormIsCompact() {
    assertThat(new ComparisonAccumulator().toByteArray()).hasSize(147);
    assertThat(some(false).toByteArray()).hasSizeLessThan(1000);
    assertThat(some(true).toByteArray()).hasSizeLessThan(1500);
  }

  @Test
  void streamsCollectTheSame() {
    Corpus corpus = new Corpus(new Random(SEED), Float.NEGATIVE_INFINITY, true);
    byte[] expected = corpus.whole().toByteArray();
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < ROWS; from += 7) {
      batches.add(IntStream.range(from, Math.min(ROWS, from + 7)).boxed().toList());
    }
    for (int trial = 0; trial < 50; trial++) {
      Collections.shuffle(batches, new Random(trial));
      var collector =
          ComparisonAccumulator.<List<Integer>>collector(
              OPTIONS, (accumulator, rows) -> corpus.addTo(accumulator, rows));
      assertThat(batches.parallelStream().collect(collector).toByteArray()).isEqualTo(expected);
      ComparisonAccumulator merged =
          batches.stream()
              .map(batch -> List.of(batch).stream().collect(collector))
              .collect(ComparisonAccumulator.collector(OPTIONS, ComparisonAccumulator::combine));
      assertThat(merged.toByteArray()).isEqualTo(expected);
    }
    assertThatThrownBy(
            () ->
                ComparisonAccumulator.collector(
                    OPTIONS.labelSmoothing(0.5), ComparisonAccumulator::combine))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "labelSmoothing is 0.5, expected 0: models are compared by their plain losses; use a"
                + " LossAccumulator for each model to smooth labels");
  }

  @Test
  void aFormOfUnfitOptionsIsRejected() {
    byte[] form = new ComparisonAccumulator().toByteArray();
    SerialWriter out = new SerialWriter(0x53724361, 1);
    CrossEntropyOptions.defaults().labelSmoothing(0.5).writeTo(out);
    new ComparisonSums(false).writeTo(out);
    assertThatThrownBy(() -> ComparisonAccumulator.fromByteArray(out.toByteArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "labelSmoothing is 0.5, expected 0: models are compared by their plain losses; use a"
                + " LossAccumulator for each model to smooth labels");
    SerialWriter right = new SerialWriter(0x53724361, 1);
    CrossEntropyOptions.defaults().writeTo(right);
    new ComparisonSums(false).writeTo(right);
    assertThat(right.toByteArray()).isEqualTo(form);
  }

  private static DocumentDifferences differences(int tokens) {
    DocumentDifferences differences = new DocumentDifferences();
    for (int i = 0; i < tokens; i++) {
      differences.add(1, 2);
    }
    return differences;
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0, 1", "1, 2"})
  void documentsThatContradictTheirTokensAreRejected(long closedTokens, int documents) {
    SerialWriter out = new SerialWriter(0x53724361, 1);
    out.writeLong(closedTokens);
    out.writeLong(0);
    new ExactSum().writeTo(out);
    new ExactSum().writeTo(out);
    RatioMoments ofDocuments = new RatioMoments();
    for (int i = 0; i < documents; i++) {
      ofDocuments.add(1, 1);
    }
    ofDocuments.writeTo(out);
    SerialReader in = new SerialReader(out.toByteArray(), "form", 0x53724361, 1);
    assertThatThrownBy(() -> DocumentDifferences.readFrom(in))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the serial form of a form is malformed: its counts contradict each other");
  }

  /** Documents of 1 to 5 rows, whole or in parts that are combined before they end. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void documentsMergeInAnyOrder(boolean hasBytes) throws Exception {
    Corpus corpus = new Corpus(new Random(SEED), 0, hasBytes);
    List<List<Integer>> documents = new ArrayList<>();
    for (int from = 0; from < ROWS; from += documents.get(documents.size() - 1).size()) {
      int to = Math.min(ROWS, from + 1 + documents.size() % 5);
      documents.add(IntStream.range(from, to).boxed().toList());
    }
    ComparisonAccumulator inOrder = new ComparisonAccumulator(OPTIONS);
    for (List<Integer> document : documents) {
      corpus.addTo(inOrder, document);
      inOrder.endDocument().endDocument();
    }
    ComparisonReport report = inOrder.report();
    assertThat(report.scoredTokens()).isEqualTo(corpus.whole().report().scoredTokens());
    assertThat(report.documents()).isBetween(10L, (long) documents.size());
    assertThat(report.deltaNllStandardErrorByDocument()).isPositive();
    Random random = new Random(SEED);
    for (int trial = 0; trial < TRIALS / 5; trial++) {
      Collections.shuffle(documents, random);
      ComparisonAccumulator left = new ComparisonAccumulator(OPTIONS);
      ComparisonAccumulator right = new ComparisonAccumulator(OPTIONS);
      for (List<Integer> document : documents) {
        int cut = random.nextInt(document.size() + 1);
        ComparisonAccumulator head = new ComparisonAccumulator(OPTIONS);
        ComparisonAccumulator tail = new ComparisonAccumulator(OPTIONS);
        if (cut > 0) {
          corpus.addTo(head, document.subList(0, cut));
        }
        if (cut < document.size()) {
          corpus.addTo(tail, document.subList(cut, document.size()));
        }
        ComparisonAccumulator both = Combined.of(sent(tail, random), sent(head, random));
        (random.nextBoolean() ? left : right).combine(both.endDocument());
      }
      ComparisonAccumulator merged = Combined.of(sent(left, random), sent(right, random));
      assertThat(merged.report()).isEqualTo(report);
      assertThat(merged.toByteArray()).isEqualTo(inOrder.toByteArray());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1, 0", "1, 1, 0, 0", "0, 1, 1, 1", "2, 1, 1, 1", "1, 1, 1, 2"})
  void countsThatContradictEachOtherAreRejected(
      int differences, int divergences, int deltas, long agreements) {
    SerialWriter out = new SerialWriter(0x53724361, 1);
    CrossEntropyOptions.defaults().writeTo(out);
    new PairedLosses().writeTo(out);
    differences(differences).writeTo(out);
    ofTokens(divergences).writeTo(out);
    ofTokens(deltas).writeTo(out);
    new Moments().writeTo(out);
    out.writeLong(agreements);
    out.writeLong(0);
    assertThatThrownBy(() -> ComparisonAccumulator.fromByteArray(out.toByteArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the serial form of a ComparisonAccumulator is malformed: "
                + "its counts contradict each other");
  }

  private static DistributionSums ofTokens(int count) {
    DistributionSums sums = new DistributionSums();
    for (int i = 0; i < count; i++) {
      sums.add(0.5);
    }
    return sums;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyDamageIsFound(boolean hasBytes) {
    byte[] form = some(hasBytes).toByteArray();
    for (int length = 0; length < form.length; length++) {
      assertRejected(Arrays.copyOf(form, length));
    }
    assertRejected(Arrays.copyOf(form, form.length + 1));
    for (int bit = 0; bit < 8 * form.length; bit++) {
      byte[] damaged = form.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertRejected(damaged);
    }
  }

  /** Damage under a right checksum: read back as it stands, or refused, but nothing else. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noBytesDoHarm(boolean hasBytes) {
    byte[] form = some(hasBytes).toByteArray();
    Random random = new Random(SEED);
    int refused = 0;
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] damaged = form.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        damaged[5 + random.nextInt(form.length - 9)] = (byte) random.nextInt();
      }
      int end = random.nextInt(4) > 0 ? form.length - 4 : 5 + random.nextInt(form.length - 9);
      byte[] fields = Arrays.copyOfRange(damaged, 5, end);
      SerialWriter out = new SerialWriter(0x53724361, 1);
      for (byte field : fields) {
        out.writeByte(field);
      }
      byte[] hostile = out.toByteArray();
      try {
        ComparisonAccumulator read = ComparisonAccumulator.fromByteArray(hostile);
        assertThat(read.toByteArray()).isEqualTo(hostile);
        assertThat(Combined.of(read, read).toByteArray()).isNotEmpty();
      } catch (IllegalArgumentException expected) {
        refused++;
      }
    }
    assertThat(refused).isBetween(5_000, 19_999);
  }

  private static void assertRejected(byte[] form) {
    assertThatThrownBy(() -> ComparisonAccumulator.fromByteArray(form))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the serial form of a ComparisonAccumulator is malformed: ");
  }
}
