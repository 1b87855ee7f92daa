/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Random;

/** A small corpus of documents, for tests that take it apart and put it together again. */
final class AccumulatorCorpus {
  static final int CLASSES = 24;

  final float[] logits;
  final int[] targets;
  final int[] bytes;

  /** Where each document begins, and where the last one ends. */
  final int[] starts;

  AccumulatorCorpus(long seed, int documents) {
    Random random = new Random(seed);
    starts = new int[documents + 1];
    for (int d = 0; d < documents; d++) {
      starts[d + 1] = starts[d] + 1 + random.nextInt(12);
    }
    int rows = starts[documents];
    logits = AdversarialRows.normal(rows * CLASSES, random, 4, 0);
    targets = random.ints(rows, 0, CLASSES).map(c -> c % 6 == 5 ? -100 : c).toArray();
    bytes = random.ints(rows, 0, 7).toArray();
  }

  int rows() {
    return targets.length;
  }

  int documents() {
    return starts.length - 1;
  }

  FloatTensor logits(int from, int to) {
    return FloatTensor.wrap(logits, rows(), CLASSES).slice(from, to);
  }

  IntTensor targets(int from, int to) {
    return IntTensor.wrap(targets, rows()).slice(from, to);
  }

  IntTensor bytes(int from, int to) {
    return IntTensor.wrap(bytes, rows()).slice(from, to);
  }

  /** Adds rows, as a batch. */
  void addTo(LossAccumulator accumulator, int from, int to) {
    accumulator.add(logits(from, to), targets(from, to), bytes(from, to));
  }

  /** Adds rows one by one. */
  void addRowsTo(LossAccumulator accumulator, int from, int to) {
    for (int row = from; row < to; row++) {
      accumulator.addRow(logits, row * CLASSES, CLASSES, targets[row], bytes[row]);
    }
  }

  /** Adds everything in order, on one thread, document by document. */
  LossAccumulator whole(CrossEntropyOptions options) {
    LossAccumulator accumulator = new LossAccumulator(options);
    for (int d = 0; d < documents(); d++) {
      addTo(accumulator, starts[d], starts[d + 1]);
      accumulator.addWords(starts[d + 1] - starts[d]).endDocument();
    }
    return accumulator;
  }
}
