/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a corpus is cut, ordered, merged and sent around: one report, one serial form. */
final class LossAccumulatorMergeTest {
  private static int trials(CrossEntropyOptions options) {
    return options.predictions() ? 200 : 1000; // there is more of it to merge
  }

  private static final AccumulatorCorpus CORPUS = new AccumulatorCorpus(11, 40);

  static List<CrossEntropyOptions> options() {
    float[] weights = new float[AccumulatorCorpus.CLASSES];
    for (int c = 0; c < weights.length; c++) {
      weights[c] = 0.3f * (c % 5);
    }
    CrossEntropyOptions defaults = CrossEntropyOptions.defaults();
    return List.of(
        defaults,
        defaults.labelSmoothing(0.1),
        defaults.classWeights(FloatTensor.of(weights)),
        defaults.temperature(1.3).labelSmoothing(0.1),
        defaults.predictions(true));
  }

  /** Documents cut into pieces anywhere, in batches and rows, each document put together first. */
  @ParameterizedTest
  @MethodSource("options")
  void documentsInAnyPartitionOrderAndMergeTree(CrossEntropyOptions options) throws Exception {
    LossAccumulator expected = CORPUS.whole(options);
    assertThat(expected.report().documents()).isGreaterThan(30);
    Set<LossReport> reports = new HashSet<>(Set.of(expected.report()));
    Set<List<Byte>> forms = new HashSet<>(Set.of(boxed(expected.toByteArray())));
    for (int seed = 0; seed < trials(options); seed++) {
      Random random = new Random(seed);
      List<LossAccumulator> parts = new ArrayList<>();
      for (int d = 0; d < CORPUS.documents(); d++) {
        parts.add(document(d, options, random).endDocument());
      }
      LossAccumulator merged = merge(parts, random);
      reports.add(merged.report());
      forms.add(boxed(merged.toByteArray()));
      assertThat(reports).as("report with seed %d", seed).hasSize(1);
      assertThat(forms).as("form with seed %d", seed).hasSize(1);
    }
  }

  private static LossAccumulator document(int d, CrossEntropyOptions options, Random random)
      throws Exception {
    int words = CORPUS.starts[d + 1] - CORPUS.starts[d];
    List<LossAccumulator> pieces = pieces(CORPUS.starts[d], CORPUS.starts[d + 1], options, random);
    return merge(pieces, random).addWords(words);
  }

  /** Tokens without documents: the whole corpus cut anywhere. */
  @ParameterizedTest
  @MethodSource("options")
  void tokensInAnyPartitionOrderAndMergeTree(CrossEntropyOptions options) throws Exception {
    LossAccumulator expected = new LossAccumulator(options);
    CORPUS.addTo(expected, 0, CORPUS.rows());
    for (int seed = 0; seed < trials(options); seed++) {
      Random random = new Random(seed);
      LossAccumulator merged = merge(pieces(0, CORPUS.rows(), options, random), random);
      assertThat(merged.report()).as("report with seed %d", seed).isEqualTo(expected.report());
      assertThat(merged.toByteArray()).as("form, seed %d", seed).isEqualTo(expected.toByteArray());
    }
  }

  private static List<LossAccumulator> pieces(
      int from, int to, CrossEntropyOptions options, Random random) {
    List<LossAccumulator> pieces = new ArrayList<>();
    for (int start = from; start < to; ) {
      int end = Math.min(to, start + 1 + random.nextInt(1 + (to - from) / (1 + random.nextInt(5))));
      LossAccumulator piece = new LossAccumulator(options);
      if (random.nextBoolean()) {
        CORPUS.addTo(piece, start, end);
      } else {
        CORPUS.addRowsTo(piece, start, end);
      }
      pieces.add(piece);
      start = end;
    }
    return pieces;
  }

  /** Merges two at a time, chosen at random, some after a journey. */
  private static LossAccumulator merge(List<LossAccumulator> parts, Random random)
      throws Exception {
    List<LossAccumulator> left = new ArrayList<>(parts);
    Collections.shuffle(left, random);
    while (left.size() > 1) {
      LossAccumulator other = journey(left.remove(random.nextInt(left.size())), random);
      int receiver = random.nextInt(left.size());
      left.set(receiver, Combined.of(journey(left.get(receiver), random), other));
    }
    return left.get(0);
  }

  private static LossAccumulator journey(LossAccumulator accumulator, Random random)
      throws Exception {
    return switch (random.nextInt(8)) {
      case 0 -> LossAccumulator.fromByteArray(accumulator.toByteArray());
      case 1 -> serialised(accumulator);
      default -> accumulator;
    };
  }

  static LossAccumulator serialised(LossAccumulator accumulator)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(accumulator);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (LossAccumulator) in.readObject();
    }
  }

  private static List<Byte> boxed(byte[] bytes) {
    return IntStream.range(0, bytes.length).mapToObj(i -> bytes[i]).toList();
  }

  @ParameterizedTest
  @MethodSource("options")
  void streamsCollectTheSame(CrossEntropyOptions options) {
    LossAccumulator expected = CORPUS.whole(options);
    var documents =
        LossAccumulator.<Integer>collector(
            options,
            (accumulator, d) -> {
              CORPUS.addTo(accumulator, CORPUS.starts[d], CORPUS.starts[d + 1]);
              accumulator.addWords(CORPUS.starts[d + 1] - CORPUS.starts[d]).endDocument();
            });
    for (int trial = 0; trial < 50; trial++) {
      List<Integer> order =
          new ArrayList<>(IntStream.range(0, CORPUS.documents()).boxed().toList());
      Collections.shuffle(order, new Random(trial));
      LossAccumulator parallel = order.parallelStream().collect(documents);
      assertThat(parallel.toByteArray()).isEqualTo(expected.toByteArray());
      assertThat(order.stream().collect(documents).report()).isEqualTo(expected.report());
      List<LossAccumulator> parts =
          order.stream().map(d -> List.of(d).stream().collect(documents)).toList();
      assertThat(
              parts.parallelStream()
                  .collect(LossAccumulator.collector(options, LossAccumulator::combine))
                  .report())
          .isEqualTo(expected.report());
    }
  }
}
