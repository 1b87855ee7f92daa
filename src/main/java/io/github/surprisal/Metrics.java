/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.Nats;

/**
 * What the losses of language models are reported as: perplexity, bits per token, bits per byte.
 *
 * <pre>{@code
 * // From a loss that is already there: 3.5 nats a token; 1,000 tokens stand for 4,200 bytes.
 * System.out.println(Metrics.perplexity(3.5)); // 33.1
 * System.out.println(Metrics.bitsPerToken(3.5)); // 5.05
 * System.out.println(Metrics.bitsPerByte(3.5, 1_000, 4_200)); // 1.20
 *
 * // From logits, everything at once.
 * FloatTensor logits = FloatTensor.of(new float[][] {{2.0f, 0.5f, -1.0f}, {0.1f, 0.2f, 3.0f}});
 * LossReport report = Metrics.evaluate(logits, IntTensor.of(0, 2));
 * System.out.println(report.perplexity()); // 1.192
 * }</pre>
 *
 * <p>All come from the mean loss in nats. Perplexity and bits per token depend on the tokenizer;
 * bits per byte alone compares models with different tokenizers. For a corpus in batches, use a
 * {@link LossAccumulator}: the mean of the batches' perplexities is not the perplexity.
 */
public final class Metrics {

  private Metrics() {}

  /**
   * Perplexity e<sup>meanNats</sup>: the effective vocabulary size, the number of equally likely
   * tokens that would be as hard to predict.
   *
   * <p>1 for a loss of 0; 33.1 for 3.5; +∞ for a loss above 709.78; NaN for NaN.
   *
   * @param meanNats mean loss in nats a token
   * @return the perplexity, 1 or more
   */
  public static double perplexity(double meanNats) {
    return Nats.perplexity(meanNats);
  }

  /**
   * {@link #perplexity(FloatTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return the perplexity, 1 or more
   * @throws IllegalArgumentException as {@link Losses#crossEntropy(FloatTensor, IntTensor)}
   */
  public static double perplexity(FloatTensor logits, IntTensor targets) {
    return perplexity(logits, targets, CrossEntropyOptions.defaults());
  }

  /**
   * {@link #perplexity(double)} of the mean cross-entropy.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, temperature, class axis
   * @return the perplexity, 1 or more
   * @throws IllegalArgumentException if the reduction is not the mean, and as {@link
   *     Losses#crossEntropy(FloatTensor, IntTensor, CrossEntropyOptions)}
   */
  public static double perplexity(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    options.requireDefaultReduction("perplexity is e to the power of the mean loss");
    options.requireNoZLoss("a loss with a z-loss has no perplexity; Losses.crossEntropy takes it");
    return perplexity(Losses.crossEntropy(logits, targets, options));
  }

  /**
   * Bits per token: meanNats / ln 2.
   *
   * @param meanNats mean loss in nats a token
   * @return bits per token
   */
  public static double bitsPerToken(double meanNats) {
    return Nats.bits(meanNats);
  }

  /**
   * Bits per byte: meanNats / ln 2 · tokens / bytes.
   *
   * @param meanNats mean loss in nats a token
   * @param tokens tokens that the mean is over
   * @param bytes bytes of text (UTF-8) that these tokens stand for
   * @return bits per byte; NaN for 0 bytes
   * @throws IllegalArgumentException if tokens or bytes is negative
   */
  public static double bitsPerByte(double meanNats, long tokens, long bytes) {
    requireNotNegative("tokens", tokens);
    requireNotNegative("bytes", bytes);
    return bytes == 0 ? Double.NaN : meanNats * tokens / (Nats.LN2 * bytes);
  }

  private static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is " + value + ", expected 0 or more");
    }
  }

  /**
   * {@link #evaluate(FloatTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return the report
   */
  public static LossReport evaluate(FloatTensor logits, IntTensor targets) {
    return evaluate(logits, targets, CrossEntropyOptions.defaults());
  }

  /**
   * Everything about the loss of some logits but what needs byte counts.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis
   * @param options ignore index, smoothing, weights, temperature, class axis, predictions
   * @return the report
   * @throws IllegalArgumentException if the reduction is not the mean, as a report has both, and as
   *     {@link Losses#crossEntropy(FloatTensor, IntTensor, CrossEntropyOptions)}
   */
  public static LossReport evaluate(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    return new LossAccumulator(options).add(logits, targets).report();
  }

  /**
   * {@link #evaluate(FloatTensor, IntTensor, TokenBytes, CrossEntropyOptions)} with the default
   * options.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the last axis
   * @param vocabulary the bytes of each token
   * @return the report
   * @throws IllegalArgumentException as {@link LossAccumulator#add(FloatTensor, IntTensor,
   *     TokenBytes)}
   */
  public static LossReport evaluate(FloatTensor logits, IntTensor targets, TokenBytes vocabulary) {
    return evaluate(logits, targets, vocabulary, CrossEntropyOptions.defaults());
  }

  /**
   * Everything about the loss of some logits, with bits per byte.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis
   * @param vocabulary the bytes of each token
   * @param options ignore index, smoothing, weights, temperature, class axis, predictions
   * @return the report
   * @throws IllegalArgumentException if the reduction is not the mean, and as {@link
   *     LossAccumulator#add(FloatTensor, IntTensor, TokenBytes)}
   */
  public static LossReport evaluate(
      FloatTensor logits, IntTensor targets, TokenBytes vocabulary, CrossEntropyOptions options) {
    return new LossAccumulator(options).add(logits, targets, vocabulary).report();
  }

  /**
   * {@link #evaluate(FloatTensor, IntTensor, IntTensor, CrossEntropyOptions)} with the default
   * options.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the last axis
   * @param tokenBytes bytes of text that each target token stands for, of the targets' shape; 0 for
   *     special tokens
   * @return the report
   * @throws IllegalArgumentException as {@link LossAccumulator#add(FloatTensor, IntTensor,
   *     IntTensor)}
   */
  public static LossReport evaluate(FloatTensor logits, IntTensor targets, IntTensor tokenBytes) {
    return evaluate(logits, targets, tokenBytes, CrossEntropyOptions.defaults());
  }

  /**
   * Everything about the loss of some logits, with bits per byte from byte counts; {@link
   * LossAccumulator#add(FloatTensor, IntTensor, IntTensor)} says when swapped targets and counts
   * are noticed.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis
   * @param tokenBytes bytes of text that each target token stands for, of the targets' shape; 0 for
   *     special tokens
   * @param options ignore index, smoothing, weights, temperature, class axis, predictions
   * @return the report
   * @throws IllegalArgumentException if the reduction is not the mean, and as {@link
   *     LossAccumulator#add(FloatTensor, IntTensor, IntTensor)}
   */
  public static LossReport evaluate(
      FloatTensor logits, IntTensor targets, IntTensor tokenBytes, CrossEntropyOptions options) {
    return new LossAccumulator(options).add(logits, targets, tokenBytes).report();
  }
}
