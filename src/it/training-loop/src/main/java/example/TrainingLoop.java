/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import io.github.surprisal.Losses;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * Trains a language model whose tokens are bytes, on the first chapter of Pride and Prejudice.
 *
 * <p>The model looks back at some bytes, three of them here. Each has a say in what comes next: a
 * row of 256 weights, learned for this byte at this distance. The logits are the sum of these rows.
 */
public final class TrainingLoop {
  static final int VOCABULARY = 256;
  static final int MOST_CONTEXT = 3;
  static final int BATCH = 64;
  private static final float LEARNING_RATE = 4;
  private static final int EPOCHS = 64;
  private static final CrossEntropyOptions OPTIONS = CrossEntropyOptions.defaults();

  /** By distance, byte seen and byte to come. All 0: the model begins with no opinion. */
  private final float[][][] weights;

  /**
   * A model that knows nothing.
   *
   * @param context how many bytes it looks back, up to three
   */
  TrainingLoop(int context) {
    weights = new float[context][VOCABULARY][VOCABULARY];
  }

  /** The model's logits for the bytes at positions {@code from} to {@code to} of a text. */
  float[] logits(byte[] text, int from, int to) {
    float[] logits = new float[(to - from) * VOCABULARY];
    for (int position = from; position < to; position++) {
      for (int distance = 1; distance <= weights.length; distance++) {
        float[] row = row(text, position, distance);
        for (int token = 0; token < VOCABULARY; token++) {
          logits[(position - from) * VOCABULARY + token] += row[token];
        }
      }
    }
    return logits;
  }

  /**
   * Moves the weights against the gradient. Each was added to the logits, so has their gradient.
   */
  void descend(byte[] text, int from, int to, float[] gradient) {
    for (int position = from; position < to; position++) {
      for (int distance = 1; distance <= weights.length; distance++) {
        float[] row = row(text, position, distance);
        for (int token = 0; token < VOCABULARY; token++) {
          row[token] -= LEARNING_RATE * gradient[(position - from) * VOCABULARY + token];
        }
      }
    }
  }

  private float[] row(byte[] text, int position, int distance) {
    return weights[distance - 1][Byte.toUnsignedInt(text[position - distance])];
  }

  private static IntTensor targets(byte[] text, int from, int to) {
    int[] targets = new int[to - from];
    Arrays.setAll(targets, i -> Byte.toUnsignedInt(text[from + i]));
    return IntTensor.wrap(targets, targets.length);
  }

  /** Goes through the text once, in batches, and learns from each. */
  void train(byte[] text) {
    for (int from = MOST_CONTEXT; from < text.length; from += BATCH) {
      int to = Math.min(from + BATCH, text.length);
      float[] values = logits(text, from, to);
      FloatTensor logits = FloatTensor.wrap(values, to - from, VOCABULARY);
      // The gradient may take the place of the logits: values holds the one, then the other.
      Losses.crossEntropyWithGradient(logits, targets(text, from, to), OPTIONS, values);
      descend(text, from, to, values);
    }
  }

  /** Scores the text without learning from it. */
  LossReport evaluate(byte[] text) {
    LossAccumulator accumulator = new LossAccumulator(OPTIONS);
    for (int from = MOST_CONTEXT; from < text.length; from += BATCH) {
      int to = Math.min(from + BATCH, text.length);
      FloatTensor logits = FloatTensor.wrap(logits(text, from, to), to - from, VOCABULARY);
      int[] tokenBytes = new int[to - from];
      Arrays.fill(tokenBytes, 1);
      accumulator.add(
          logits, targets(text, from, to), IntTensor.wrap(tokenBytes, tokenBytes.length));
    }
    return accumulator.report();
  }

  /** The text, which lies beside this class. */
  static byte[] text() throws IOException {
    try (InputStream stream = TrainingLoop.class.getResourceAsStream("pride-and-prejudice.txt")) {
      return stream.readAllBytes();
    }
  }

  /**
   * Trains on the first four fifths of the text, and prints how it goes on them and on the rest.
   */
  public static void main(String[] arguments) throws IOException {
    byte[] text = text();
    byte[] training = Arrays.copyOf(text, text.length * 4 / 5);
    byte[] heldOut = Arrays.copyOfRange(text, training.length, text.length);
    TrainingLoop model = new TrainingLoop(MOST_CONTEXT);
    System.out.println("       training                       held out");
    System.out.println("epoch  loss    perplexity  bits/byte  loss    perplexity  bits/byte");
    for (int epoch = 0; epoch <= EPOCHS; epoch++) {
      if (Integer.bitCount(epoch) <= 1) { // 0, 1, 2, 4, 8 and so on
        String seen = columns(model.evaluate(training));
        String unseen = columns(model.evaluate(heldOut));
        System.out.println(String.format(Locale.ROOT, "%5d", epoch) + seen + unseen);
      }
      model.train(training);
    }
  }

  private static String columns(LossReport report) {
    return String.format(
        Locale.ROOT,
        "  %.4f  %10.4f  %9.4f",
        report.loss(),
        report.perplexity(),
        report.bitsPerByte());
  }
}
